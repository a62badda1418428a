"""The rest of what the database refuses: units, sharing, versions, following, the floor. And every promise is known to some test."""

import asyncio
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.db import Db, new_id
from tests.conftest import Committed, World
from tests.training.test_promises import savepoint

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]


async def refuses(db: Db, table: str, constraint: str, row: Row) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as said:
        async with savepoint(db):
            await insert(db, table, row)
    assert said.value.constraint_name == constraint


async def insert(db: Db, table: str, row: Row) -> None:
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await db.run(f"insert into {table} ({', '.join(row)}) values ({places})", *row.values())


async def test_every_other_promise_is_kept(db: Db, world: World) -> None:
    mo, kim, now = world.id("mo"), world.id("kim"), world.now
    plan, unit, version, exercise, import_id = (new_id() for _ in range(5))
    good: dict[str, Row] = {
        "plan": {"id": plan, "owner_id": mo, "name": "Plan", "difficulty": "beginner"},
        "training_unit": {"id": unit, "owner_id": mo, "name": "Push"},
        "plan_unit": {"id": new_id(), "plan_id": plan, "unit_id": unit, "day_number": 1},
        "plan_version": {"id": version, "plan_id": plan, "number": 1, "content": {}, "published_at": now},
        "plan_access": {"plan_id": plan, "person_id": kim, "granted_by": mo},
        "unit_access": {"unit_id": unit, "person_id": kim, "granted_by": mo},
        "share_link": {"id": new_id(), "plan_id": plan, "token": "x" * 22, "made_at": now},
        "following": {"id": new_id(), "person_id": mo, "plan_id": plan, "version_id": version, "starts_on": now.date(), "created_at": now},
        "plan_day_done": {"following_id": None, "workout_id": new_id(), "day_number": 1, "done_on": now.date()},
        "plan_edit": {"id": new_id(), "plan_id": plan, "person_id": mo, "at": now, "act": "text", "digest": b"x"},
        "exercise": {"id": exercise, "name": "My own", "folded": "|my own|", "level": "beginner", "category": "strength", "scope": "own",
                     "owner_id": mo},
        "gym_plate": {"gym_id": world.gym_id, "unit": "kg", "weight": 20, "count": 4},
        "gym_bar": {"id": new_id(), "gym_id": world.gym_id, "name": "Bar", "unit": "kg", "weight": 20},
        "training_import": {"id": import_id, "person_id": mo, "app": "hevy", "filename": "x", "units": "kg", "zone": "UTC", "body": b"x",
                            "read_at": now},
        "exercise_alias": {"person_id": mo, "folded": "bench"},
    }  # fmt: skip
    good["plan_day_done"]["following_id"] = good["following"]["id"]
    for table, row in good.items():
        await insert(db, table, row)
    wrong: list[tuple[str, str, Row]] = [
        ("training_unit", "ck_training_unit_name", {"name": " "}),
        ("training_unit", "ck_training_unit_description", {"description": "x" * 4001}),
        ("training_unit", "ck_training_unit_sharing", {"sharing": "public"}),
        ("training_unit", "ck_training_unit_gym_wide", {"sharing": "gym"}),
        ("training_unit", "uq_training_unit_owner_name", {"name": "PUSH"}),
        ("plan_unit", "ck_plan_unit_day_number", {"day_number": 29}),
        ("plan_unit", "uq_plan_unit_day", {}),
        ("plan_version", "uq_plan_version_number", {}),
        ("plan_access", "ck_plan_access_level", {"person_id": world.id("cal"), "level": "own"}),
        ("plan_access", "ck_plan_access_not_oneself", {"person_id": mo}),
        ("plan_access", "pk_plan_access", {}),
        ("unit_access", "ck_unit_access_level", {"person_id": world.id("cal"), "level": "own"}),
        ("unit_access", "ck_unit_access_not_oneself", {"person_id": mo}),
        ("unit_access", "pk_unit_access", {}),
        ("share_link", "ck_share_link_allows", {"allows": "all", "token": "y" * 22}),
        ("share_link", "ck_share_link_token", {"token": "short"}),
        ("share_link", "ck_share_link_one_home", {"unit_id": unit, "token": "z" * 22}),
        ("share_link", "uq_share_link_token", {}),
        ("following", "uq_following_open", {}),
        ("plan_day_done", "ck_plan_day_done_day_number", {"workout_id": new_id(), "day_number": 0}),
        ("plan_edit", "ck_plan_edit_one_home", {"unit_id": unit}),
        ("exercise", "ck_exercise_belongs", {"scope": "world"}),
        ("exercise", "ck_exercise_cue", {"cue": "x" * 4001, "name": "Other"}),
        ("exercise", "uq_exercise_own_name", {"name": "MY OWN"}),
        ("exercise_muscle", "ck_exercise_muscle_role", {"exercise_id": exercise, "muscle": "chest", "role": "third"}),
        ("gym_equipment", "ck_gym_equipment_count", {"gym_id": world.gym_id, "equipment": "rack", "count": 1000}),
        ("gym_plate", "ck_gym_plate_unit", {"unit": "st"}),
        ("gym_plate", "ck_gym_plate_weight", {"weight": 0}),
        ("gym_plate", "ck_gym_plate_count", {"weight": 5, "count": 0}),
        ("gym_bar", "ck_gym_bar_unit", {"name": "Two", "unit": "st"}),
        ("gym_bar", "ck_gym_bar_weight", {"name": "Two", "weight": 0}),
        ("gym_bar", "ck_gym_bar_count", {"name": "Two", "count": 0}),
        ("gym_bar", "ck_gym_bar_name", {"name": " "}),
        ("gym_bar", "uq_gym_bar_name", {"name": "BAR"}),
        ("training_import", "ck_training_import_app", {"app": "paper"}),
        ("training_import", "ck_training_import_units", {"units": "st"}),
        ("training_import", "ck_training_import_body", {"applied_at": now}),
        ("exercise_alias", "ck_exercise_alias_folded", {"folded": ""}),
    ]  # fmt: skip
    for table, constraint, more in wrong:
        fresh = {"id": new_id()} if "id" in good.get(table, {}) else {}
        await refuses(db, table, constraint, {**good.get(table, {}), **fresh, **more})


def test_no_promise_is_without_a_test() -> None:
    """A new CHECK or unique in these tables is broken by a test on the day it lands, under its own name or its short one."""
    wanted = set()
    for feature in ("plans", "training", "exercises"):
        text = (ROOT / "migrations" / "versions" / f"2026_11_21_{feature}.py").read_text()
        wanted |= set(re.findall(r"CONSTRAINT ((?:ck|uq)_\w+)", text)) | set(re.findall(r"CREATE UNIQUE INDEX (\w+)", text))
    tests = "".join(
        path.read_text() for name in ("plans", "training", "exercises") for path in (ROOT / "tests" / name).glob("*.py")
    )
    short = {name: re.sub(r"^(ck|uq)_(unit_exercise|plan|exercise|gym_bar|gym_equipment)_", "", name) for name in wanted}
    missing = {name for name in wanted if name not in tests and f'"{short[name]}"' not in tests}
    assert missing <= ELSEWHERE, sorted(missing - ELSEWHERE)


# `scope` is always refused together with `belongs`. The others are tried through their pages: what is out of order, what a coach says, which names the catalogue and a gym have.
ELSEWHERE = {
    "ck_equipment_report_cleared", "ck_equipment_report_note", "uq_equipment_report_open", "ck_workout_comment_body",
    "ck_exercise_note_body", "uq_exercise_name", "uq_exercise_gym_name", "uq_exercise_slug", "ck_exercise_scope",
}  # fmt: skip


@pytest.mark.parametrize("what", ["made", "renamed", "unit"])
async def test_of_two_at_the_same_moment_one_hears_that_the_name_is_taken(committed: Committed, what: str) -> None:
    """Never a broken page: the loser of the race reads the same sentence as somebody who comes an hour later."""
    one, two = await committed.as_("mo"), await committed.as_("mo")

    async def make(client: Any, name: str) -> str:
        answer = await client.post("/plans", {"id": str(new_id()), "name": name, "text": "# 1: Push\nBench 3x8"})
        return str(answer.headers["hx-location"].split("/")[2])

    async def attempt(client: Any, plan: str) -> Any:
        if what == "renamed":
            data = {"id": str(new_id()), "name": "Same", "difficulty": "beginner", "revision": revisions[plan], "cycle_days": 7}
            return await client.post(f"/drafts/plan/{plan}/about", data)
        return await client.post("/plans" if what == "made" else "/units", {"id": str(new_id()), "name": "Same"})

    plans = [await make(one, "First"), await make(two, "Second")]
    revisions = {plan: await committed.db.value("select revision from plan where id = $1", plan) for plan in plans}
    answers = await asyncio.gather(attempt(one, plans[0]), attempt(two, plans[1]))
    assert sorted(answer.status_code for answer in answers) == [200, 422], [answer.text[:300] for answer in answers]
    loser = next(answer for answer in answers if answer.status_code == 422)
    assert "You already have one with this name." in loser.text
