"""Any order of starting, logging, editing, moving, removing, finishing, discarding and repeating leaves a consistent history."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app import db as db_
from app.db import Db, new_id
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.training.actions import cards, sets, starting, workouts
from app.training.actions.counting import recount
from app.training.rules.records import all_records
from app.training.rules.sets import DoneSet, Numbers
from tests.training.lifting import BENCH, ROW, SQUAT, settle

MO = actor_of(PEOPLE["mo"])
MOVES = (BENCH, ROW, SQUAT)
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Loop:
    """An event loop for a machine that is not a coroutine."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def __call__(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.loop.close()


class Lifting(RuleBasedStateMachine):
    dsn = ""
    workouts = Bundle("workouts")

    def __init__(self) -> None:
        super().__init__()
        self.run = Loop()
        self.clock = BEGAN
        self.said: dict[UUID, tuple[datetime, sets.Said]] = {}  # the latest word about each set
        self.open: list[UUID] = []

    @initialize()
    def begin(self) -> None:
        async def connect() -> Db:
            connection = await db_.connect(self.dsn)
            await connection.execute("begin")
            found = Db(connection)
            await settle(found)
            return found

        self.db: Db = self.run(connect())

    def teardown(self) -> None:
        self.run(self.db.connection.execute("rollback"))
        self.run(self.db.connection.close())
        self.run.close()

    def tick(self) -> datetime:
        self.clock += timedelta(seconds=30)
        return self.clock

    def card_ids(self, workout: UUID) -> list[UUID]:
        return self.run(
            self.db.column(
                "select id from workout_exercise where workout_id = $1 and removed_at is null order by position", workout
            )
        )

    def row_ids(self, card: UUID) -> list[UUID]:
        return self.run(
            self.db.column(
                "select id from workout_set where workout_exercise_id = $1 and removed_at is null order by position", card
            )
        )

    @rule(target=workouts, moves=st.lists(st.sampled_from(MOVES), min_size=1, max_size=3))
    def start(self, moves: list[UUID]) -> UUID:
        id, at = new_id(), self.tick()
        self.run(starting.start(self.db, MO, starting.Opening(), id=id, at=at))
        for move in moves:
            self.run(workouts.add(self.db, MO, id, move, id=new_id(), at=self.tick()))
        return id

    @rule(
        workout=workouts, pick=st.integers(0, 20), grams=st.integers(1, 40).map(lambda n: n * 2500), reps=st.integers(1, 14),
        kind=st.sampled_from(["normal", "normal", "normal", "warmup", "drop"]), late=st.integers(0, 3),
        act=st.sampled_from(["done", "done", "done", "undo", "remove", "new"]),
    )  # fmt: skip
    def log(self, workout: UUID, pick: int, grams: int, reps: int, kind: str, late: int, act: str) -> None:
        ids = self.card_ids(workout)
        if not ids:
            return
        card = ids[pick % len(ids)]
        rows = self.row_ids(card)
        row = new_id() if act == "new" or not rows else rows[pick % len(rows)]
        at = self.tick() - timedelta(minutes=late)
        said = sets.Said(row, card, kind, Numbers(grams, reps), act in {"done", "new"}, at, None, act == "remove")
        self.say(said)

    def say(self, said: sets.Said) -> None:
        outcome = self.run(sets.log_set(self.db, MO.person_id, said, now=self.clock))
        if not isinstance(outcome, sets.Logged):
            return
        if said.id not in self.said or self.said[said.id][0] < said.at:
            self.said[said.id] = (said.at, said)
        if outcome.status == "completed":
            self.run(recount(self.db, MO.person_id, outcome.card.workout_id))

    @precondition(lambda self: self.said)
    @rule(pick=st.integers(0, 50))
    def replay(self, pick: int) -> None:
        """A phone comes back and says again what it said, whatever happened since."""
        self.say(list(self.said.values())[pick % len(self.said)][1])

    @rule(workout=workouts, seed=st.randoms(use_true_random=False))
    def move(self, workout: UUID, seed: Any) -> None:
        ids = self.card_ids(workout)
        shuffled = seed.sample(ids, len(ids))
        moved = self.run(workouts.move(self.db, MO.person_id, workout, shuffled, at=self.tick()))
        if moved:
            assert self.card_ids(workout) == shuffled

    @rule(workout=workouts, pick=st.integers(0, 9), to=st.sampled_from(MOVES))
    def swap(self, workout: UUID, pick: int, to: UUID) -> None:
        ids = self.card_ids(workout)
        if ids:
            self.run(cards.swap(self.db, MO, ids[pick % len(ids)], to, id=new_id(), at=self.tick()))
            self.run(cards.settle(self.db, MO.person_id, workout))

    @rule(workout=workouts, pick=st.integers(0, 9))
    def remove(self, workout: UUID, pick: int) -> None:
        ids = self.card_ids(workout)
        if ids:
            self.run(cards.remove(self.db, MO.person_id, ids[pick % len(ids)], at=self.tick()))
            self.run(cards.settle(self.db, MO.person_id, workout))

    @rule(workout=workouts)
    def finish(self, workout: UUID) -> None:
        self.run(workouts.finish(self.db, MO.person_id, workout, at=self.tick(), now=self.clock))

    @rule(workout=workouts)
    def discard(self, workout: UUID) -> None:
        self.run(workouts.discard(self.db, MO.person_id, workout, at=self.tick(), now=self.clock))

    @rule(workout=workouts)
    def recover(self, workout: UUID) -> None:
        self.run(workouts.recover(self.db, MO.person_id, workout, now=self.tick()))

    @rule(workout=workouts)
    def resume(self, workout: UUID) -> None:
        self.run(workouts.resume(self.db, MO.person_id, workout, now=self.tick()))

    @rule(workout=workouts, days=st.integers(1, 9))
    def move_to_another_day(self, workout: UUID, days: int) -> None:
        began = BEGAN - timedelta(days=days)
        self.run(
            workouts.correct(
                self.db, MO.person_id, workout, started_at=began, ended_at=began + timedelta(hours=1), notes="", at=self.tick()
            )
        )

    @invariant()
    def the_last_word_stands(self) -> None:
        if not hasattr(self, "db"):
            return
        for row in self.run(self.db.connection.fetch("select * from workout_set where id = any($1)", list(self.said))):
            said = self.said[row["id"]][1]
            if row["at"] != said.at:
                assert row["at"] > said.at  # moved on by a swap
                continue
            assert (row["done_at"] is not None) == said.is_done
            assert (row["removed_at"] is not None) == said.is_removed
            if said.is_done:
                assert (row["grams"], row["reps"], row["kind"]) == (said.numbers.grams, said.numbers.reps, said.kind)

    @invariant()
    def places_are_one_two_three(self) -> None:
        if not hasattr(self, "db"):
            return
        wrong = self.run(
            self.db.value(
                "select count(*) from workout_exercise where (position is null) <> (removed_at is not null) or position < 1"
            )
        )
        assert wrong == 0

    @invariant()
    def what_is_kept_equals_what_was_done(self) -> None:
        if not hasattr(self, "db"):
            return
        done = self.run(self.db.connection.fetch(DONE, MO.person_id))
        by_exercise: dict[UUID, list[DoneSet]] = {}
        for row in done:
            numbers = Numbers(row["grams"], row["reps"])
            by_exercise.setdefault(row["exercise_id"], []).append(
                DoneSet(row["id"], row["workout_id"], row["started_at"], row["kind"], numbers)
            )
        truth = {
            (exercise, one.kind, one.value, one.at_grams, one.workout_id, one.beaten_at is None)
            for exercise, some in by_exercise.items()
            for one in all_records(some)
        }
        kept = {
            (row["exercise_id"], row["kind"], row["value"], row["at_grams"], row["workout_id"], row["beaten_at"] is None)
            for row in self.run(self.db.connection.fetch("select * from record where person_id = $1", MO.person_id))
        }
        assert kept == truth
        volume = sum((row["grams"] or 0) * (row["reps"] or 0) for row in done if row["kind"] != "warmup")
        total = "select coalesce(sum(volume), 0) from {} where person_id = $1"
        assert self.run(self.db.value(total.format("performance"), MO.person_id)) == volume
        assert self.run(self.db.value(total.format("workout") + " and status = 'completed'", MO.person_id)) == volume


DONE = """
select s.*, e.exercise_id, w.id as workout_id, w.started_at from workout w
join workout_exercise e on e.workout_id = w.id and e.removed_at is null
join workout_set s on s.workout_exercise_id = e.id and s.removed_at is null and s.done_at is not null
where w.person_id = $1 and w.status = 'completed' order by w.started_at, w.id, e.position, s.position
"""


def test_history_is_consistent_whatever_a_lifter_does(shared_dsn: str) -> None:
    Lifting.dsn = shared_dsn
    run_state_machine_as_test(
        Lifting,
        settings=settings(max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck), derandomize=True),
    )


@pytest.fixture(autouse=True)
def machine_has_its_database(shared_dsn: str) -> None:
    Lifting.dsn = shared_dsn
