"""What the tests of training start from: a few movements of the gym, and a lifter's usual acts through the front door."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from app.db import Db, new_id
from tests.conftest import Client

SEED = UUID("0195a0aa-0000-7000-8000-00000000cafe")
MOVES = {
    "bench": ("Bench of the tests", "reps", "chest", "triceps"),
    "row": ("Row of the tests", "reps", "lats", "biceps"),
    "squat": ("Squat of the tests", "reps", "quadriceps", "glutes"),
    "plank": ("Plank of the tests", "time", "abdominals", ""),
    "run": ("Run of the tests", "distance", "calves", ""),
    "stretch": ("Stretch of the tests", "sets_only", "hamstrings", ""),
}
BENCH, ROW, SQUAT, PLANK, RUN, STRETCH = (uuid5(SEED, name) for name in MOVES)


async def settle(db: Db) -> None:
    """The movements, once for a database."""
    for key, (name, mode, primary, secondary) in MOVES.items():
        await db.run(
            """insert into exercise (id, slug, name, folded, level, category, mode, scope, pattern)
               values ($1, $2, $3, $4, 'beginner', $7, $5, 'catalogue', $6) on conflict do nothing""",
            uuid5(SEED, key), f"{key}-of-the-tests", name, f"|{name.lower()}|", mode, f"test {primary}",
            "cardio" if key == "run" else "strength",
        )  # fmt: skip
        for muscle, role in ((primary, "primary"), (secondary, "secondary")):
            if muscle:
                await db.run("insert into muscle (code) values ($1) on conflict do nothing", muscle)
                await db.run(
                    "insert into exercise_muscle (exercise_id, muscle, role) values ($1, $2, $3) on conflict do nothing",
                    uuid5(SEED, key), muscle, role,
                )  # fmt: skip


async def nothing_lifted(db: Db) -> None:
    """The movements, and nobody who has ever done one of them: how many sets a movement starts with is what its last time had."""
    await settle(db)
    await db.run(
        """delete from workout where id in (select workout_id from workout_exercise where exercise_id = any($1))
             or status = 'in_progress'""",
        [BENCH, ROW, SQUAT, PLANK, RUN, STRETCH],
    )


@dataclass
class Lifter:
    """Somebody in a workout, by URLs alone."""

    client: Client
    db: Db
    workout: UUID = field(default_factory=new_id)

    @property
    def url(self) -> str:
        return f"/workouts/{self.workout}"

    async def start(self, **more: Any) -> "Lifter":
        answer = await self.client.post("/workouts", {"id": str(self.workout), "source": "free", **more})
        assert answer.headers.get("hx-location") == self.url, answer.text
        return self

    async def add(self, exercise: UUID, **more: Any) -> UUID:
        card = new_id()
        answer = await self.client.post(f"{self.url}/exercises", {"id": str(card), "exercise": str(exercise), **more})
        assert answer.status_code == 200, answer.text
        return card

    async def sets(self, card: UUID) -> list[UUID]:
        return await self.db.column(
            "select id from workout_set where workout_exercise_id = $1 and removed_at is null order by position", card
        )

    async def log(self, card: UUID, row: UUID, *, htmx: bool = True, **said: Any) -> Any:
        data = {"do": "done", **{name: str(value) for name, value in said.items()}}
        return await self.client.post(f"{self.url}/exercises/{card}/sets/{row}", data, htmx=htmx)

    async def lift(self, exercise: UUID, *work: tuple[float, int]) -> UUID:
        """An exercise with these sets done, as (weight, reps)."""
        card = await self.add(exercise)
        rows = await self.sets(card)
        rows += [new_id() for _ in range(len(work) - len(rows))]
        for row, (weight, reps) in zip(rows, work, strict=False):
            answer = await self.log(card, row, weight=weight, reps=reps)
            assert answer.status_code == 200, answer.text
        return card

    async def finish(self) -> Any:
        return await self.client.post(f"{self.url}/finish")


async def set_of(db: Db, row: UUID) -> dict[str, Any]:
    found = await db.connection.fetchrow("select * from workout_set where id = $1", row)
    return dict(found) if found else {}


def regions(answer: Any) -> list[str]:
    return re.findall(r'<hx-partial hx-target="#([^"]+)"', answer.text)


def iso(moment: datetime) -> str:
    return moment.isoformat()
