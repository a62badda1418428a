"""A file comes in: looked at, applied exactly as shown, taken back; what goes out comes in again."""

import os
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.progress.contract.writing import workout_headings
from app.progress.queries import imports as looked
from tests.progress import sheets
from tests.progress.sheets import row, sheet, written
from tests.progress.test_contract import BYTES, MUTANTS, SOUP, TAILS

ONE_DAY = "2026-03-01"


async def look(client, data: bytes, kind="", **more):
    files = {"file": ("plan.csv", data, "text/csv")}
    return await client.post("/progress/files", {"id": str(uuid4()), "kind": kind, **more}, files=files, htmx=False)


async def bring(client, data: bytes, mode="replace", policy="valid", kind=""):
    answer = await look(client, data, kind)
    assert answer.status_code == 303, answer.text[:2000]
    url = answer.headers["location"]
    return url, await client.post(f"{url}/apply", {"mode": mode, "policy": policy}, htmx=False)


async def test_nothing_is_written_before_mo_says_so(db, as_):
    mo = await as_("mo")
    answer = await look(mo, written(sheet("diet", row("diet"))))
    text = (await mo.get(answer.headers["location"])).text
    assert "What shall be written?" in text
    assert await db.value("select count(*) from diet_day") == 0


@pytest.mark.parametrize("kind", ["check_ins", "diet", "workout", "sessions", "supplements", "done_sessions"])
async def test_each_kind_of_file_arrives(db, as_, kind):
    mo = await as_("mo")
    table = {"check_ins": "daily_check_in", "diet": "diet_day", "workout": "dated_exercise", "sessions": "dated_session",
             "supplements": "supplement_day", "done_sessions": "done_lift"}[kind]  # fmt: skip
    url, answer = await bring(mo, written(sheet(kind, row(kind)), ";", "latin-1"))
    assert answer.status_code == 303
    assert await db.value(f"select count(*) from {table}") == 1
    assert "1 row was written" in (await mo.get(url)).text


async def test_the_legacy_pair_arrives_one_after_the_other(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("sessions", row("sessions"))))
    await bring(mo, written(sheet("exercises", row("exercises"), row("exercises", exercise_order="2", exercise_name="Remo"))))
    assert await db.column("select name from dated_exercise order by position") == ["Press banca", "Remo"]
    refused = await look(mo, written(sheet("exercises", row("exercises", plan_session_id="S09"))))
    assert "The session is not planned" in (await mo.get(refused.headers["location"])).text


async def test_a_shorter_day_leaves_nothing_behind(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("workout", row("workout"), row("workout"))))
    assert await db.column("select code from dated_session order by code") == ["S01", "S02"]
    await bring(mo, written(sheet("workout", row("workout", warmup="Row"))))
    assert await db.column("select code from dated_session order by code") == ["S01"]
    assert await db.value("select warmup from dated_session") == "Row"


async def test_merging_keeps_what_the_file_leaves_out(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("workout", row("workout"), row("workout"))))
    await bring(mo, written(sheet("workout", row("workout", warmup="", cardio="Bike"))), mode="merge")
    assert await db.column("select code from dated_session order by code") == ["S01", "S02"]
    found = await db.connection.fetchrow("select warmup, cardio from dated_session where code = 'S01'")
    assert tuple(found) == ("Bici 10 min", "Bike")


async def test_check_ins_of_days_that_are_told_stay_when_only_new_ones_are_wanted(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("check_ins", row("check_ins", steps="1"))))
    rows = sheet("check_ins", row("check_ins", steps="2"), row("check_ins", steps="3", log_date="2026-03-02"))
    answer = await look(mo, written(rows))
    text = (await mo.get(answer.headers["location"])).text
    assert "Days that hold something already" in text
    assert "There already" in text
    await bring(mo, written(rows), mode="new")
    assert await db.column("select steps from daily_check_in order by day") == [1, 3]
    await bring(mo, written(rows), mode="replace")
    assert await db.column("select steps from daily_check_in order by day") == [2, 3]


async def test_merging_a_check_in_takes_only_what_the_file_says(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("check_ins", row("check_ins"))))
    await bring(mo, b"log_date,steps\n2026-03-01,77\n", mode="merge")
    found = await db.connection.fetchrow("select steps, weight_kg from daily_check_in")
    assert (found["steps"], float(found["weight_kg"])) == (77, 82.4)


async def test_valid_rows_or_nothing_is_mos_choice(db, as_):
    mo = await as_("mo")
    data = written(sheet("diet", row("diet"), row("diet", log_date="x")))
    _, refused = await bring(mo, data, policy="all")
    assert refused.status_code == 409
    assert await db.value("select count(*) from diet_day") == 0
    await bring(mo, data, policy="valid")
    assert await db.value("select count(*) from diet_day") == 1


async def test_applying_twice_is_applying_once(db, as_):
    mo = await as_("mo")
    url, _ = await bring(mo, written(sheet("workout", row("workout"))))
    before = await db.column("select id from dated_session")
    assert (await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)).status_code == 303
    assert await db.column("select id from dated_session") == before


async def test_an_import_is_taken_back_to_what_the_days_held(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("workout", row("workout", warmup="old"), row("workout"))))
    await bring(mo, written(sheet("diet", row("diet"))))
    before = await db.connection.fetch("select * from dated_session order by code")
    exercises = await db.connection.fetch("select * from dated_exercise order by session_id, position")
    rows = sheet("workout", row("workout", warmup="new"), row("workout", log_date="2026-03-05"))
    url, _ = await bring(mo, written(rows))
    assert await db.value("select count(*) from dated_session") == 2
    await mo.post(f"{url}/undo", htmx=False)
    assert await db.connection.fetch("select * from dated_session order by code") == before
    assert await db.connection.fetch("select * from dated_exercise order by session_id, position") == exercises
    assert await db.value("select count(*) from diet_day") == 1


async def test_a_day_that_was_changed_since_is_left_alone(db, as_):
    mo = await as_("mo")
    url, _ = await bring(mo, written(sheet("diet", row("diet"), row("diet", log_date="2026-03-02"))))
    food = {"kcal": "1", "protein_g": "0", "carbs_g": "0", "fat_g": "0"}
    await mo.post("/progress/plan/2026-03-02/diet", food, htmx=False)
    await mo.post(f"{url}/undo", htmx=False)
    assert await db.column("select day from diet_day") == [date(2026, 3, 2)]


async def test_nobody_sees_or_applies_somebody_elses_file(as_):
    answer = await look(await as_("mo"), written(sheet("diet", row("diet"))))
    url, fay = answer.headers["location"], await as_("fay")
    assert (await fay.get(url)).status_code == 404
    assert (await fay.get(f"{url}/issues.csv")).status_code == 404
    for act in ("apply", "undo", "discard"):
        assert (await fay.post(f"{url}/{act}", {"mode": "replace"}, htmx=False)).status_code == 404


@pytest.mark.parametrize("code", sheets.FILES)
async def test_a_file_that_cannot_be_read_is_said_in_a_sentence(db, as_, code):
    answer = await look(await as_("mo"), sheets.FILES[code], kind="diet" if code == "missing_column" else "")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await db.value("select count(*) from import_run") == 0


async def test_the_answer_of_a_model_may_be_pasted_with_its_fence(db, as_):
    mo = await as_("mo")
    text = "```csv\n" + written(sheet("diet", row("diet"))).decode() + "\n```"
    answer = await mo.post("/progress/files", {"text": text, "id": str(uuid4())}, htmx=False)
    assert answer.status_code == 303
    assert "1 row" in (await mo.get(answer.headers["location"])).text


async def test_issues_are_grouped_with_fixes_and_can_be_downloaded(as_):
    mo = await as_("mo")
    rows = [row("diet", log_date=f"2026-03-{n:02d}", calories_target_kcal="=1+1") for n in range(1, 4)]
    answer = await look(mo, written(sheet("diet", *rows)))
    url = answer.headers["location"]
    text = (await mo.get(url)).text
    assert "Not a number" in text
    assert "Only digits and one comma or point" in text
    told = (await mo.get(f"{url}/issues.csv")).text
    assert told.count("bad_number") == 3
    assert '"\'=1+1"' in told


async def test_the_photo_of_an_old_file_does_not_travel_and_the_creatine_does(db, as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("check_ins", row("check_ins", photo_yn="Y"))))
    assert await db.value("select had_creatine from daily_check_in") is True
    assert await db.value("select count(*) from progress_photo") == 0
    assert '"Y","N"' in (await mo.get("/progress/exports/check_ins.csv")).text


# ---- out and in again


@pytest.mark.parametrize("kind", ["check_ins", "supplements", "done_sessions", "diet", "workout"])
async def test_every_export_imports_again_without_loss(db, as_, kind):
    mo = await as_("mo")
    risky = {"diet": {"breakfast": "=cmd()", "notes": "'+x"}, "workout": {"warmup": "@sum", "exercise_1_progression_weight_rule": "-2"},
             "done_sessions": {"notes": "=1", "topset_text": "'=1"}, "supplements": {"notes": "+1"}, "check_ins": {}}[kind]  # fmt: skip
    rows = [row(kind, **risky), row(kind, log_date="2026-03-02")]
    if kind == "done_sessions":
        rows.insert(1, row(kind, exercise_name="Remo", weight_kg="60,5"))
    await bring(mo, written(sheet(kind, *rows)))
    first = (await mo.get(f"/progress/exports/{kind}.csv")).text
    assert first.count("\r\n") == len(rows) + 1
    fay = await as_("fay")
    _, answer = await bring(fay, first.encode())
    assert answer.status_code == 303
    assert (await fay.get(f"/progress/exports/{kind}.csv")).text == first


async def test_a_formula_leaves_disarmed_and_every_cell_quoted(as_):
    mo = await as_("mo")
    await bring(mo, written(sheet("diet", row("diet", breakfast="=HYPERLINK()"))))
    text = (await mo.get("/progress/exports/diet.csv")).text
    assert '"\'=HYPERLINK()"' in text


async def test_a_long_session_is_exported_as_wide_as_it_is(as_):
    mo = await as_("mo")
    headings = ["log_date", "session_type", *(f"exercise_{n}_name" for n in range(1, 10))]
    await bring(mo, written([headings, [ONE_DAY, "strength", *["Squat"] * 9]]))
    text = (await mo.get("/progress/exports/workout.csv")).text
    assert text.split("\r\n")[0].replace('"', "").split(",") == workout_headings(9, with_id=True)


@pytest.mark.parametrize("kind", sheets.KINDS)
async def test_templates_can_be_fetched(as_, kind):
    answer = await (await as_("mo")).get(f"/progress/templates/{kind}.csv")
    assert answer.text.startswith('"log_date"')
    assert (await (await as_("mo")).get("/progress/templates/../secret.csv")).status_code == 404


# ---- whatever comes, and however much


async def held(db) -> str:
    """Everything that a file could write to, as one sum."""
    tables = (
        "daily_check_in",
        "diet_day",
        "dated_session",
        "dated_exercise",
        "supplement",
        "supplement_day",
        "done_session",
        "done_lift",
    )
    sums = ", ".join(
        f"(select md5(coalesce(string_agg(one, '|' order by one), '')) from (select (to_jsonb(t) - 'import_id')::text as one from {table} t) x)"
        for table in tables
    )
    return await db.value(f"select concat_ws('/', {sums})")


FUZZED = int(os.environ.get("SPOTTER_CSV_CASES", "40"))
A_PIECE = 250  # each in a transaction of its own: what thousands of cases leave in one of them makes every statement slower


@pytest.mark.parametrize("piece", range(-(-FUZZED // A_PIECE)))
@settings(max_examples=min(FUZZED, A_PIECE), suppress_health_check=list(HealthCheck))
@given(
    data=BYTES | SOUP | TAILS | MUTANTS | MUTANTS,
    mode=st.sampled_from(["new", "merge", "replace"]),
    policy=st.sampled_from(["valid", "all"]),
)
async def test_no_file_whatever_breaks_the_import_or_is_written_by_halves(as_, db, world, piece, data, mode, policy):
    """SPOTTER_CSV_CASES=10000 tries ten thousand."""
    mo = await as_("mo")
    before = await held(db)
    answer = await look(mo, data)
    assert answer.status_code in (303, 422)
    assert await held(db) == before
    if answer.status_code == 422:
        return
    url = answer.headers["location"]
    assert (await mo.get(url)).status_code == 200
    applied = await mo.post(f"{url}/apply", {"mode": mode, "policy": policy}, htmx=False)
    run = await looked.run_of(db, world.id("mo"), UUID(url.rsplit("/", 1)[-1]))
    assert applied.status_code == (409 if policy == "all" and run.invalid else 303)
    if applied.status_code == 409:
        assert await held(db) == before
        return
    said = await db.column("select distinct day from import_row where run_id = $1 and state <> 'invalid'", run.id)
    assert set(said) <= set(await db.column(looked.HOLDING[run.kind], world.id("mo")))


# ---- what a model is told and what it sends


async def test_the_contract_names_what_this_gym_has(db, as_, world):
    mo = await as_("mo")
    text = (await mo.get("/agents/plan.md")).text
    for said in (
        "missing_critical_data",
        "write_meals",
        "exercise_6_progression_reps_rule",
        "raw CSV only",
        "/api/v1/plan-check",
    ):
        assert said in text
    name = await db.value("select name from exercise where scope = 'catalogue' order by name limit 1")
    assert name is None or name in text
    assert "Paste the answer" in (await mo.get("/progress/pack")).text


def heading_in(contract: str, part: str) -> list[str]:
    return contract.split(f"## {part}")[1].split("`")[3].split(",")


def named_in(contract: str, part: str) -> list[str]:
    body = contract.split(f"## {part}")[1].split("\n## ")[0]
    return body.strip().rsplit("\n", 1)[-1].split("; ")


def plan_by(contract: str) -> dict[str, bytes]:
    """What a model writes that knows nothing but the contract: a food plan without meals and a week of training."""
    food = heading_in(contract, "Food")
    meals = [["2027-01-01", "2000", "150", "200", "66.7"], ["2027-01-02", "2100", "150", "225", "66.7"]]
    training = heading_in(contract, "Training")
    slots = {f"exercise_{n + 1}_{key}": value for n, name in enumerate(named_in(contract, "Exercises")[:6]) for key, value in
             {"name": name, "sets": "4", "reps_min": "6", "reps_max": "8", "weight_kg": "62.5", "rpe": "8"}.items()}  # fmt: skip
    strength = {"log_date": "2027-01-01", "session_type": "strength", "warmup": "Bici, 10 min", **slots}
    spin = {"log_date": "2027-01-02", "session_type": "class", "class_sessions": named_in(contract, "Classes")[0]}
    rows = [[session.get(name, "") for name in training] for session in (strength, spin)]
    return {"diet": written([food, *([*row, *[""] * (len(food) - 5)] for row in meals)]), "workout": written([training, *rows])}


async def test_what_is_written_by_the_contract_alone_validates_and_imports(db, as_, world):
    """Everything that the plan is made of is read from the contract's text."""
    for key in ("mo", "fay"):
        client = await as_(key)
        session = {"id": str(uuid4()), "kind": "class", "focus": "Spinning"}
        await client.post(f"/progress/days/{ONE_DAY}/sessions", session, htmx=False)
    await db.run("update person set locale = 'es' where id = $1", world.id("mo"))
    await db.run("insert into exercise (id, scope, gym_id, slug, name, folded, level, category, mode) values ($1, 'gym', $2, 'sled', 'Sled of this gym', 'sled', 'beginner', 'strength', 'reps')",
                 uuid4(), world.gym_id)  # fmt: skip
    mo = await as_("mo")
    contract = (await mo.get("/agents/plan.md")).text
    assert "Spanish" in contract
    assert "Sled of this gym" in named_in(contract, "Exercises")
    assert named_in(contract, "Classes") == ["Spinning"]
    for kind, plan in plan_by(contract).items():
        told = (await mo.send("POST", "/api/v1/plan-check", content=plan, htmx=False)).json()
        assert (told["is_valid"], told["kind"], told["errors"]) == (True, kind, []), told
        await bring(mo, plan)
    assert await db.value("select count(*) from diet_day") == 2
    assert await db.value("select count(*) from dated_exercise") == len(named_in(contract, "Exercises")[:6])


async def bearer(anybody, email="mo@demo.spotter") -> dict[str, str]:
    said = {"email": email, "password": "spotter-demo", "name": "model"}
    made = await anybody.http.post("/api/v1/tokens", json=said)
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {made.json()['access_token']}"}


async def test_a_program_with_mos_token_reads_the_contract_checks_a_plan_and_tells_a_day(anybody, db, world):
    token = await bearer(anybody)
    contract = await anybody.http.get("/agents/plan.md", headers=token)
    assert (contract.status_code, contract.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    checked = await anybody.http.post("/api/v1/plan-check", content=written(sheet("diet", row("diet"))), headers=token)
    assert checked.json()["is_valid"]
    told = await anybody.http.put(f"/api/v1/check-ins/{ONE_DAY}", json={"steps": 5000}, headers=token)
    assert told.json()["steps"] == 5000
    assert await db.column("select person_id from daily_check_in") == [world.id("mo")]
    for path in ("/agents/plan.md", "/api/v1/plan-check"):
        wrong = await anybody.http.request("GET" if "agents" in path else "POST", path, headers={"Authorization": "Bearer x"})
        assert (wrong.status_code, wrong.headers["content-type"]) == (401, "application/problem+json")
    assert (await anybody.http.get("/progress", headers=token)).status_code == 303  # a token opens no page


async def test_the_description_of_the_api_says_what_a_plan_and_a_day_take(as_):
    paths = (await (await as_("ana")).get("/api/v1/openapi.json")).json()["paths"]
    assert "text/csv" in paths["/api/v1/plan-check"]["post"]["requestBody"]["content"]
    assert [one["name"] for one in paths["/api/v1/plan-check"]["post"]["parameters"]] == ["kind"]
    day = paths["/api/v1/check-ins/{day}"]["put"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert (day["weight_kg"]["minimum"], day["weight_kg"]["maximum"]) == (20, 500)
    assert "get" in paths["/agents/plan.md"]


async def test_a_model_is_told_line_column_cause_and_fix(db, as_):
    mo = await as_("mo")
    answer = await mo.send(
        "POST", "/api/v1/plan-check", content=written(sheet("diet", row("diet", fat_target_g="501"))), htmx=False
    )
    told = answer.json()
    assert (told["is_valid"], told["kind"], told["rows"], told["invalid"]) == (False, "diet", 1, 1)
    error = told["errors"][0]
    assert (error["line"], error["column"], error["code"]) == (2, "fat_target_g", "out_of_range")
    assert error["fix"]
    assert error["allowed"] == "0…500"
    assert await db.value("select count(*) from import_run") == 0


async def test_a_model_is_told_the_nearest_names_of_this_gym(db, as_, world):
    await db.run("insert into exercise (id, scope, gym_id, slug, name, folded, level, category, mode) values ($1, 'gym', $2, 'sled', 'Sled push with a rope', 'sled', 'beginner', 'strength', 'reps')",
                 uuid4(), world.gym_id)  # fmt: skip
    plan = written(sheet("workout", row("workout", exercise_1_name="Sled push, rope")))
    told = (await (await as_("mo")).send("POST", "/api/v1/plan-check", content=plan, htmx=False)).json()
    assert told["is_valid"]
    (error,) = told["errors"]
    assert (error["code"], error["level"]) == ("unknown_exercise", "warning")
    assert "Sled push with a rope" in error["nearest"]


@pytest.mark.parametrize("code", sheets.FILES)
async def test_a_model_is_told_what_is_wrong_with_the_whole_file(as_, code):
    answer = await (await as_("mo")).send("POST", "/api/v1/plan-check?kind=diet", content=sheets.FILES[code], htmx=False)
    told = answer.json()
    assert not told["is_valid"]
    assert told["errors"]


# ---- the day as JSON


async def put(client, day=ONE_DAY, **said):
    return await client.send("PUT", f"/api/v1/check-ins/{day}", json=said, htmx=False)


@pytest.mark.parametrize("said", [{"sleep_quality": 99}, {"steps": -5}, {"weight_kg": -3}, {"steps": "many"}, {"unknown": 1}])
async def test_the_api_has_the_same_ranges(db, as_, said):
    answer = await put(await as_("mo"), **said)
    assert answer.status_code == 422
    assert await db.value("select count(*) from daily_check_in") == 0


async def test_the_api_tells_conflicts_by_code(as_):
    mo = await as_("mo")
    assert (await put(mo, steps=1)).json()["version"] == 1
    conflict = await put(mo, steps=2, mode="create")
    assert (conflict.status_code, conflict.json()["code"], conflict.json()["version"]) == (409, "needs_edit", 1)
    assert (await put(mo, steps=2, version=9)).json()["code"] == "moved_on"
    assert (await put(mo, "2026-03-09", mode="edit")).json()["code"] == "gone"
    assert (await put(mo, steps=2, version=1)).json()["steps"] == 2
    assert (await mo.send("DELETE", f"/api/v1/check-ins/{ONE_DAY}", htmx=False)).status_code == 204
    assert (await mo.get(f"/api/v1/check-ins/{ONE_DAY}")).status_code == 404
