"""The gym that everything is measured in: forty members with cards, eight lifters in the middle of a workout, a turnstile, twenty
people with a password, and the twelve arrivals of a busy hour on the board."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app import db as db_
from app.accounts.actions import tokens as token_actions
from app.accounts.queries import by_access_token
from app.db import Db, new_id
from app.demo import world
from app.exercises import catalogue
from app.settings import Settings
from app.training.actions.counting import count_all
from app.web.cache import HouseCache
from app.web.sessions import Sessions
from app.web.tokens import Tokens
from benchmarks.client import Browser
from tests.desk.gym import HERE, tap
from tests.stack.house import SECRET, House

LIFTERS, CARDS, SETS, SIGNING_IN = 8, 5, 5, 20
MO = world.PEOPLE["mo"].id
WORKOUT = ["id", "person_id", "started_at", "started_on", "ended_at", "duration_seconds", "zone", "status", "at"]
CARD = ["id", "workout_id", "exercise_id", "exercise_name", "mode", "position", "at"]
SET = ["id", "workout_exercise_id", "position", "grams", "reps", "done_at", "at"]


@dataclass(frozen=True)
class Bench:
    """A workout that is open: where its sets are."""

    workout: UUID
    sets: tuple[tuple[UUID, UUID], ...]  # exercise of the workout, set


@dataclass
class Gym(House):
    benches: list[Bench] = field(default_factory=list)
    bearer: str = ""

    async def _fill(self) -> None:
        await super()._fill()
        connection = await db_.connect(self.cluster.dsn())
        db, now = Db(connection), datetime.now(UTC)
        await catalogue.seed(db)
        exercises = await db.column("select id from exercise order by id limit $1", CARDS)
        await past(db, exercises, now, 60)
        await comings(db, now, 300)
        self.benches = [await opened(db, exercises, now) for _ in range(LIFTERS)]
        self.bearer = await turnstile(db, now)
        await people_with_passwords(db, now)
        for member in self.members[:12]:
            await tap(db, member, now=now - timedelta(minutes=5))
        await connection.execute("analyze")
        await connection.close()

    @property
    def environment(self) -> dict[str, str]:
        """Each request writes its line, as in a gym."""
        return super().environment | {"SPOTTER_LOG_LEVEL": "info", "SPOTTER_LOG_JSON": "yes"}

    async def browsers(self, key: str, count: int) -> list[Browser]:
        found = []
        for _ in range(count):
            wire = await self.signed_in(key)
            found.append(await Browser.on(self.socket, wire.headers))
        return found

    async def turnstiles(self, count: int) -> list[Browser]:
        return [await Browser.on(self.socket, {"Authorization": f"Bearer {self.bearer}"}) for _ in range(count)]

    async def strangers(self, count: int) -> list[Browser]:
        return [await Browser.on(self.socket, {"Sec-Fetch-Site": "same-origin"}) for _ in range(count)]


async def past(db: Db, exercises: list[UUID], now: datetime, count: int) -> None:
    """Some months of lifting behind Mo."""
    workouts = []
    for ago in range(1, count + 1):
        at = now - timedelta(days=3 * ago)
        workouts.append(new_id())
        await db.copy(
            "workout", WORKOUT, [(workouts[-1], MO, at, at.date(), at + timedelta(hours=1), 3600, "UTC", "completed", at)]
        )
        await lifts(db, workouts[-1], exercises, at, is_done=True)
    await count_all(db, MO, workouts)


async def comings(db: Db, now: datetime, days: int) -> None:
    """Most of a year of visits: a database that knows only today would read whole tables, and plan for that."""
    await db.run(
        """insert into visit (id, gym_id, member_id, membership_id, nth, at, day, stays_until, left_at)
           select gen_random_uuid(), $1, s.member_id, s.id, $3 - n, t.at, t.at::date, t.at + interval '2 hours', t.at + interval '1 hour'
             from membership s, generate_series(2, $3 - 1) n, lateral (select $2::timestamptz - make_interval(days => n) as at) t
            where s.gym_id = $1""",
        HERE, now, days,
    )  # fmt: skip
    await db.run(
        """insert into attempt (id, gym_id, at, channel, member_id, name, outcome, codes, reasons, membership_id, hash)
           select v.id, v.gym_id, v.at, 'desk', v.member_id, p.name, 'allowed', '{}', '[]', v.membership_id, ''
             from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id""",
    )


async def opened(db: Db, exercises: list[UUID], now: datetime) -> Bench:
    workout, at = new_id(), now - timedelta(minutes=30)
    await db.copy("workout", WORKOUT, [(workout, MO, at, at.date(), None, None, "UTC", "in_progress", at)])
    return Bench(workout, tuple(await lifts(db, workout, exercises, at, is_done=False)))


async def lifts(db: Db, workout: UUID, exercises: list[UUID], at: datetime, *, is_done: bool) -> list[tuple[UUID, UUID]]:
    cards = [new_id() for _ in exercises]
    sets = [(new_id(), card, place) for card in cards for place in range(SETS)]
    await db.copy(
        "workout_exercise", CARD,
        [(card, workout, exercise, f"Exercise {seat}", "reps", seat + 1, at) for seat, (card, exercise) in enumerate(zip(cards, exercises, strict=True))],
    )  # fmt: skip
    await db.copy("workout_set", SET, list(rows(sets, at, is_done)))
    return [(card, id) for id, card, _place in sets]


def rows(sets: list[tuple[UUID, UUID, int]], at: datetime, is_done: bool) -> Iterator[tuple[object, ...]]:
    for id, card, place in sets:
        yield (id, card, place + 1, 60_000 if is_done else None, 8 if is_done else None, at if is_done else None, at)


async def turnstile(db: Db, now: datetime) -> str:
    """A token that lives as long as the run."""
    device, family, id = new_id(), new_id(), new_id()
    await db.run(
        """insert into device (id, gym_id, name, kind, permissions, key_hash, made_by, made_at)
           values ($1, $2, 'Turnstile', 'door', $3, $4, $5, $6)""",
        device, HERE, ["desk.use"], hashlib.sha256(secrets.token_bytes(8)).digest(), world.PEOPLE["ana"].id, now,
    )  # fmt: skip
    await token_actions.start_family(db, id=family, gym_id=HERE, name="Turnstile", now=now, device_id=device)
    ends_at = now + timedelta(days=1)
    await db.run("insert into access_token (id, family_id, ends_at) values ($1, $2, $3)", id, family, ends_at)
    sessions = Sessions(Settings(secret=SECRET.encode()), HouseCache(None), lambda *_: None, lambda *_: None)
    return Tokens(sessions, by_access_token).sign(id, device, now, ends_at)


async def people_with_passwords(db: Db, now: datetime) -> None:
    for number in range(SIGNING_IN):
        id = new_id()
        await db.run(
            """insert into person (id, name, email, password_hash, home_gym_id, created_at)
               select $1, $2, $3, password_hash, home_gym_id, $4 from person where id = $5""",
            id, f"Person {number}", f"person{number}@gym.test", now, MO,
        )  # fmt: skip
