"""What one owns goes out as a file and comes back without loss: to oneself, and to another account under ids of its own."""

import json
from collections.abc import Awaitable, Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Db, new_id
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.training import packed
from app.training.actions.coming_back import come_back
from app.training.actions.moving_in import move_in
from app.training.queries import moving_out
from app.training.rules.csvs import read as read_csv
from tests.conftest import Client, World
from tests.training.lifting import BENCH, PLANK, RUN, STRETCH, Lifter
from tests.training.test_packed import WHOLE
from tests.training.test_promises import savepoint

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("movements")]
Lifters = Callable[[str], Awaitable[Lifter]]
Clients = Callable[[str], Awaitable[Client]]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MO, FAY = actor_of(PEOPLE["mo"]), actor_of(PEOPLE["fay"])
MODES = {"reps": BENCH, "time": PLANK, "distance": RUN, "sets_only": STRETCH}
NUMBERS = {"reps": ("reps", 10_000), "time": ("seconds", 86_400), "distance": ("metres", 1_000_000)}
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@st.composite
def sets_of(draw: st.DrawFn, mode: str) -> list[dict[str, Any]]:
    found = []
    for place in range(1, draw(st.integers(0, 3)) + 1):
        done = draw(st.booleans())
        one = {
            "id": new_id(), "position": place, "kind": draw(st.sampled_from(["warmup", "normal", "drop", "failure"])),
            "grams": draw(st.none() | st.integers(0, 2_000_000)), "rpe": draw(st.none() | st.integers(2, 20).map(lambda n: n / 2)),
            "done_at": NOW if done else None, "at": NOW,
        }  # fmt: skip
        if done and mode in NUMBERS:
            name, most = NUMBERS[mode]
            one[name] = draw(st.integers(1, most))
            if mode == "distance":
                one["took_seconds"] = draw(st.none() | st.integers(1, 86_400))
        found.append(one)
    return found


@st.composite
def cards(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for place in range(1, draw(st.integers(0, 3)) + 1):
        mode = draw(st.sampled_from(list(MODES)))
        found.append(
            {
                "id": new_id(), "exercise_id": MODES[mode], "exercise_name": draw(words.filter(str.strip)), "mode": mode, "position": place,
                "superset": draw(st.none() | st.integers(1, 26)), "note": draw(words), "at": NOW, "sets": draw(sets_of(mode)),
                "skip_reason": draw(st.none() | st.sampled_from(["busy", "pain"])), "reps_min": 5, "reps_max": 8, "target_sets": 3,
                "previous": [{"kind": "normal", "grams": 1000, "reps": 5}], "previous_on": date(2026, 2, 1),
            }
        )  # fmt: skip
    return found


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    workouts = []
    for n in range(draw(st.integers(1, 3))):
        began = NOW - timedelta(days=n, minutes=draw(st.integers(0, 300)))
        status = draw(st.sampled_from(["completed", "completed", "in_progress", "aborted"]))
        workouts.append(
            {
                "id": new_id(), "unit_name": draw(st.none() | words.filter(str.strip)), "started_at": began, "started_on": began.date(),
                "ended_at": began + timedelta(seconds=draw(st.integers(0, 9000))) if status == "completed" else None, "zone": "UTC",
                "status": status, "aborted_at": NOW if status == "aborted" else None, "notes": draw(words), "at": began,
                "exercises": draw(cards()),
            }
        )  # fmt: skip
    return {
        "format": "spotter-training", "version": 1, "workouts": workouts, "rest_weeks": [date(2026, 3, 2)],
        "exercise_notes": [{"exercise_id": BENCH, "body": draw(words.filter(str.strip)), "at": NOW}],
        "choices": {"weekly_target": draw(st.integers(1, 14)), "rest_seconds": 90, "shows_rpe": draw(st.booleans())},
    }  # fmt: skip


def bare(found: Any) -> Any:
    """Without the ids, which are another account's own, and the counts of edits."""
    if isinstance(found, dict):
        return {name: bare(value) for name, value in found.items() if name not in {"id", "exercise_id", "revision"}}
    return [bare(one) for one in found] if isinstance(found, list) else found


@given(files())
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
async def test_any_history_goes_out_and_comes_back_whole(db: Db, said: dict[str, Any]) -> None:
    async with savepoint(db):
        await out_and_in(db, said)


async def out_and_in(db: Db, said: dict[str, Any]) -> None:
    file = packed.read(msgspec.json.encode(said))
    assert isinstance(file, packed.Packed)
    await come_back(db, MO, file, now=NOW)
    out = await exported(db, MO.person_id)
    body = packed.read(msgspec.json.encode(out))
    assert isinstance(body, packed.Packed)
    again = await come_back(db, MO, body, now=NOW)
    assert (again.workouts, again.sets) == (0, 0)
    assert await exported(db, MO.person_id) == out
    await come_back(db, FAY, body, now=NOW)
    assert bare(await exported(db, FAY.person_id)) == bare(out)


async def exported(db: Db, person: UUID) -> dict[str, Any]:
    return msgspec.json.decode(msgspec.json.encode(await moving_out.everything(db, person)))


@given(files())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
async def test_any_history_goes_out_as_csv_and_comes_back(db: Db, said: dict[str, Any]) -> None:
    async with savepoint(db):
        await out_and_in_as_csv(db, said)


async def out_and_in_as_csv(db: Db, said: dict[str, Any]) -> None:
    for workout in said["workouts"]:
        as_a_table_says_it(workout)
        for card in workout["exercises"]:
            card["exercise_name"] = next(name for name, id in NAMES.items() if id == card["exercise_id"])
    file = packed.read(msgspec.json.encode(said))
    assert isinstance(file, packed.Packed)
    await come_back(db, MO, file, now=NOW)
    mine = await table(db, MO.person_id)
    reading = read_csv("\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in mine).encode(), "kg")
    assert not reading.troubles
    await move_in(db, FAY, reading, NAMES, zone=FAY.zone, now=NOW + timedelta(days=9))
    assert sorted(kept(row) for row in await table(db, FAY.person_id)) == sorted(kept(row) for row in mine)


def as_a_table_says_it(workout: dict[str, Any]) -> None:
    """A table has no more than one note for an exercise of a day, whole minutes and no blanks at the edge."""
    workout["exercises"] = list({card["mode"]: card for card in workout["exercises"]}.values())
    workout["notes"] = workout["notes"].strip()
    if workout["unit_name"]:
        workout["unit_name"] = workout["unit_name"].strip()
    if workout["ended_at"]:
        workout["ended_at"] = workout["started_at"] + timedelta(
            minutes=(workout["ended_at"] - workout["started_at"]).seconds // 60
        )
    for card in workout["exercises"]:
        card["note"] = card["note"].strip()


NAMES: dict[str, UUID | None] = {
    "Bench of the tests": BENCH, "Plank of the tests": PLANK, "Run of the tests": RUN, "Stretch of the tests": STRETCH,
}  # fmt: skip


async def table(db: Db, person: UUID) -> list[tuple[str, ...]]:
    return list(moving_out.rows_of(await moving_out.lifted(db, person), "kg"))


def kept(row: tuple[str, ...]) -> tuple[str, ...]:
    """What a spreadsheet says about one set: everything but the id."""
    return row[1:]


async def test_mo_takes_everything_to_another_account(
    lifter: Lifters, as_: Clients, db: Db, world: World, statements: Callable[[], Any]
) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8), (62.5, 7))
    await mo.finish()
    await mo.client.post(
        "/plans", {"id": str(new_id()), "name": "To take along", "text": "# 1: Push\nBench of the tests 3x8 60kg @8 90s"}
    )
    await mo.client.post("/units", {"id": str(new_id()), "name": "Quick one", "text": "Plank of the tests 3x60s"})
    await mo.client.post("/exercises", {"id": str(new_id()), "name": "My odd press", "primary": ["chest"], "mode": "reps"})
    out = (await mo.client.get("/training/export.json")).content
    fay = await as_("fay")
    answer = await fay.post("/training/import", htmx=False, files={"file": ("all.json", out, "application/json")})
    assert answer.status_code == 303, answer.text
    preview = (await fay.get(answer.headers["location"])).text
    assert "1 plan" in preview
    assert await db.value("select count(*) from workout where person_id = $1", world.id("fay")) == 0
    await fay.post(answer.headers["location"], {})
    theirs = (await fay.get("/training/export.json")).json()
    assert bare(theirs) == bare(json.loads(out))
    assert len(theirs["plans"]) == len(theirs["units"]) == len(theirs["movements"]) == 1
    assert (
        await db.value("select value from record where person_id = $1 and kind = 'weight' and beaten_at is null", world.id("fay"))
        == 62_500
    )


async def test_a_file_that_claims_anothers_ids_takes_none_of_them(lifter: Lifters, as_: Clients, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.lift(BENCH, (60, 8))
    row = (await mo.sets(card))[0]
    file = deepcopy(WHOLE)
    file["workouts"][0]["exercises"][0]["sets"][0]["id"] = str(row)
    fay = await as_("fay")
    body = json.dumps(file).encode()
    at = (await fay.post("/training/import", htmx=False, files={"file": ("x.json", body, "application/json")})).headers[
        "location"
    ]
    assert (await fay.post(at, {})).status_code == 200
    assert await db.value("select workout_exercise_id from workout_set where id = $1", row) == card


async def test_a_damaged_upload_is_said_at_the_file(as_: Clients) -> None:
    fay = await as_("fay")
    body = json.dumps(WHOLE | {"rest_weeks": ["2026-03-03"]}).encode()
    answer = await fay.post("/training/import", htmx=False, files={"file": ("x.json", body, "application/json")})
    assert answer.status_code == 422
    assert "damaged at “rest_weeks[0]”" in answer.text
