"""Whoever stands at the desk sees who may come in and what they owe, and nothing of their bodies, their training or the gym's totals."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.db import Db, new_id
from app.web.front import Front
from tests.conftest import World
from tests.desk.gym import HERE, join
from tests.every_route import Answer, Route, knock, routes
from tests.test_matrix import signed_in
from tests.training.lifting import BENCH, Lifter, settle

WORD = "Quokka"
BODY = {"weight": "83.717", "waist": "91.313", "hip": "97.919", "steps": "13579"}
LIFT = "141.25"
# Two payments and two debts: each may be seen at its member, their sums nowhere.
PAID, OWED = (1_234_501, 1_111_100), (4_444_401, 1_111_101)


async def plant_body(db: Db, person_id: UUID) -> None:
    await db.run(
        """insert into daily_check_in (id, person_id, day, weight_kg, waist_cm, hip_cm, steps, note)
           values ($1, $2, current_date, $3, $4, $5, $6, $7)""",
        new_id(), person_id, *map(float, (BODY["weight"], BODY["waist"], BODY["hip"])), int(BODY["steps"]), f"{WORD} slept badly",
    )  # fmt: skip
    await db.run(
        "insert into supplement (id, person_id, name, doses_per_day) values ($1, $2, $3, 1)", new_id(), person_id, f"{WORD} oil"
    )


async def plant_training(db: Db, mo: Lifter, person_id: UUID) -> UUID:
    await settle(db)
    await mo.start()
    await mo.lift(BENCH, (float(LIFT), 7))
    await db.run("update workout set notes = $2 where id = $1", mo.workout, f"{WORD} was tired")
    await db.run(
        "insert into exercise_note (person_id, exercise_id, body, at) values ($1, $2, $3, now())",
        person_id,
        BENCH,
        f"{WORD} elbow",
    )
    plan = new_id()
    await db.run(
        "insert into plan (id, owner_id, name, difficulty) values ($1, $2, $3, 'beginner')", plan, person_id, f"{WORD} plan"
    )
    return plan


async def plant_money(db: Db, by: UUID) -> None:
    for n, (paid, owed) in enumerate(zip(PAID, OWED, strict=True)):
        who = await join(db, f"Payer {n}")
        for kind, method, amount, day in (("payment", "cash", -paid, None), ("charge", None, owed + paid, "2026-01-01")):
            await db.run(
                """insert into ledger_line (id, gym_id, payer_id, member_id, kind, code, method, amount, currency, due_on, "by", at)
                   values ($1, $2, $3, $4, $5, 'other', $6, $7, 'EUR', $8::text::date, $9, $10)""",
                new_id(), HERE, who.person_id, who.id, kind, method, amount, day, by, datetime.now(UTC),
            )  # fmt: skip


def spellings() -> dict[str, str]:
    """How each would look on a page: as text, with a comma, rounded, in gym's money."""
    found = {WORD: "words of a diary, a workout or a plan"}
    for what, value in (*BODY.items(), ("lift", LIFT)):
        found |= {value: what, value.replace(".", ","): what}
        if "." in value and what != "lift":
            short = f"{float(value):.1f}"
            found |= {f"{short} kg": what, f"{short} cm": what, f"{short}\u00a0kg": what, f"{short}\u00a0cm": what}
    for what, amounts in (("all payments", PAID), ("all debts", OWED)):
        total = sum(amounts)
        found |= {f"{total / 100:,.2f}": what, f"{total / 100:.2f}": what, str(total): what}
    return found


@pytest.fixture
async def planted(db: Db, world: World, as_: Any) -> dict[str, Any]:
    mo = Lifter(await as_("mo"), db)
    await plant_body(db, world.id("mo"))
    plan = await plant_training(db, mo, world.id("mo"))
    await plant_money(db, world.id("max"))
    member = await join(db, "Somebody Else")
    card = await db.value("select id from workout_exercise where workout_id = $1", mo.workout)
    membership = member.membership_id
    mos = await db.value("select id from member where person_id = $1", world.id("mo"))
    return {
        "member_id": mos or member.id, "person_id": world.id("mo"), "workout_id": mo.workout, "card_id": card, "plan_id": plan, "home_id": plan,
        "exercise_id": BENCH, "membership_id": membership, "kind": "plan", "day": datetime.now(UTC).date().isoformat(), "number": 1, "size": "full",
    }  # fmt: skip


def leaks(answer: Answer, asked: dict[str, str]) -> list[str]:
    text = re.sub(r"<script.*?</script>", "", answer.body.decode("utf-8", "replace"), flags=re.S)
    return [f"{what}: {value}" for value, what in asked.items() if value in text]


async def test_the_desk_sees_no_bodies_no_training_and_no_totals_on_any_page(
    db: Db, app: Front, world: World, planted: dict[str, Any]
) -> None:
    dee, asked = await signed_in(db, app, world, "dee"), spellings()
    open_to_her = [route for route in routes(app) if route.method == "GET" and route.expected("desk") == "in"]
    found, whole = [], 0
    for route in open_to_her:
        answer = await knock(app, "GET", route.url(planted), dee)
        whole += answer.status == 200
        found += [f"{route.name} shows {leak}" for leak in leaks(answer, asked)]
    assert not found, "\n".join(found)
    assert whole > 60, "most of what the desk may open was really drawn"


async def test_control_the_same_walk_as_mo_and_as_the_owner_finds_them(
    db: Db, app: Front, world: World, planted: dict[str, Any]
) -> None:
    """If nobody saw them, not seeing them would prove nothing."""
    asked, said = spellings(), set()
    by_name = {route.name: route for route in routes(app) if route.method == "GET"}
    for key, names in (("mo", ("training.workout", "progress.day", "plans.list")), ("ana", ("money.overview", "money.arrears"))):
        who = await signed_in(db, app, world, key)
        for name in names:
            said |= {leak.partition(":")[0] for leak in leaks(await knock(app, "GET", by_name[name].url(planted), who), asked)}
    assert {"weight", "lift", "words of a diary, a workout or a plan", "all payments", "all debts"} <= said


async def test_nobody_elses_body_is_there_for_the_desk_by_any_address(
    db: Db, app: Front, world: World, planted: dict[str, Any]
) -> None:
    """Mo's own workout and plan, asked for by their ids: as if they did not exist."""
    dee = await signed_in(db, app, world, "dee")
    about: list[Route] = [route for route in routes(app) if {"workout_id", "plan_id", "home_id"} & set(route.holes)]
    told = []
    for route in (one for one in about if one.expected("desk") == "in"):
        mine, nobodys = [await knock(app, route.method, route.url(ids), dee) for ids in (planted, {**planted, **NOBODYS()})]
        if mine.status != nobodys.status or leaks(mine, spellings()):
            told.append(f"{route.name} {route.method}: {mine.status}, nobody's {nobodys.status}")
    assert not told, "\n".join(told)


def NOBODYS() -> dict[str, Any]:  # noqa: N802
    return {name: uuid4() for name in ("workout_id", "plan_id", "home_id", "card_id")}
