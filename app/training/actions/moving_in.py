"""Workouts that were written down elsewhere move in: names matched once, the same file twice changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.actor import Actor
from app.db import Db
from app.training.actions.counting import count_all
from app.training.rules.csvs import Reading, Row, ended
from app.training.rules.names import Known, folded

HOUSE = UUID("0195a0aa-0000-7000-8000-5b077e400001")  # ids made from what a file says are made under this name
USUAL = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class MovedIn:
    workouts: int
    sets: int
    known: int  # workouts that were here before


async def catalogue(db: Db, actor: Actor) -> list[Known]:
    """Every name this person may mean, in English and in their own language."""
    return await db.all(
        Known,
        """select id, name from exercise where is_active and (scope = 'catalogue' or owner_id = $1 or gym_id = any($2))
           union all
           select id, names->>$3 as name from exercise where is_active and scope = 'catalogue' and names->>$3 is not null""",
        actor.person_id,
        list(actor.gym_ids),
        actor.locale,
    )


@dataclass(frozen=True, slots=True)
class _Alias:
    folded: str
    exercise_id: UUID | None = None


async def remembered(db: Db, person_id: UUID) -> dict[str, UUID | None]:
    rows = await db.all(_Alias, "select folded, exercise_id from exercise_alias where person_id = $1", person_id)
    return {row.folded: row.exercise_id for row in rows}


async def remember(db: Db, person_id: UUID, answers: Mapping[str, UUID | None]) -> None:
    """Asked once: the next file with this name needs no answer."""
    await db.many(
        """insert into exercise_alias (person_id, folded, exercise_id) values ($1, $2, $3)
           on conflict (person_id, folded) do update set exercise_id = excluded.exercise_id""",
        [(person_id, folded(name)[:200], exercise_id) for name, exercise_id in answers.items()],
    )


async def move_in(
    db: Db, actor: Actor, reading: Reading, answers: Mapping[str, UUID | None], *, zone: ZoneInfo, now: datetime
) -> MovedIn:
    """`answers`: every name of the file, with the exercise or None to leave its sets out."""
    groups = _workouts([row for row in reading.rows if answers.get(row.exercise)])
    ids = await _ids(db, actor.person_id, list(groups))
    here = set(await db.column("select id from workout where id = any($1)", list(ids.values())))
    fresh = {key: rows for key, rows in groups.items() if ids[key] not in here}
    made = _Made([], [], [])
    for key, rows in fresh.items():
        _one(made, actor, ids[key], rows, answers, zone, now)
    await db.copy("workout", WORKOUT, made.workouts)
    await db.copy("workout_exercise", CARD, made.cards)
    await db.copy("workout_set", SET, made.sets)
    await count_all(db, actor.person_id, [ids[key] for key in fresh])
    return MovedIn(len(fresh), len(made.sets), len(groups) - len(fresh))


@dataclass(frozen=True, slots=True)
class _Made:
    workouts: list[tuple[object, ...]]
    cards: list[tuple[object, ...]]
    sets: list[tuple[object, ...]]


WORKOUT = [
    "id", "person_id", "gym_id", "unit_name", "started_at", "started_on", "ended_at", "duration_seconds", "zone", "status", "notes", "at",
]  # fmt: skip
CARD = ["id", "workout_id", "exercise_id", "exercise_name", "mode", "position", "superset", "note", "at"]
SET = [
    "id", "workout_exercise_id", "position", "kind", "grams", "reps", "seconds", "metres", "took_seconds", "rpe", "done_at", "at",
]  # fmt: skip


Key = tuple[str, datetime, str]  # our own name for it, when it began, what it was called


async def _ids(db: Db, person_id: UUID, keys: Sequence[Key]) -> dict[Key, UUID]:
    """The same line of the same file is the same workout. Our own ids come back as themselves, unless they are somebody else's."""
    own = {key: named for key in keys if (named := _uuid(key[0])) is not None}
    foreign = set(await db.column("select id from workout where id = any($1) and person_id <> $2", list(own.values()), person_id))
    return {
        key: own[key]
        if key in own and own[key] not in foreign
        else uuid5(HOUSE, f"{person_id}:{key[0]}:{key[1].isoformat()}:{key[2]}")
        for key in keys
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _workouts(rows: Sequence[Row]) -> dict[Key, list[Row]]:
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault((row.ref, row.started, row.workout), []).append(row)
    return groups


def _one(
    made: _Made, actor: Actor, id: UUID, rows: Sequence[Row], answers: Mapping[str, UUID | None],
    zone: ZoneInfo, now: datetime,
) -> None:  # fmt: skip
    first = rows[0]
    zone = zone_of(first.zone) or zone
    begun = first.started.replace(tzinfo=zone)
    over = max(begun, min((ended(first) or first.started + USUAL).replace(tzinfo=zone), now))
    seconds = int((over - begun).total_seconds())
    made.workouts.append(
        (
            id, actor.person_id, None, first.workout or None, begun, first.started.date(), over, seconds, str(zone), "completed",
            first.workout_note, begun,
        )
    )  # fmt: skip
    for seat, (key, some) in enumerate(_cards(rows).items(), start=1):
        _card(made, id, seat, key, some, answers, begun)


def zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _cards(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """An exercise keeps one way of counting: a set that was timed goes beside the ones that were counted."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.exercise, _mode(row)), []).append(row)
    return found


def _mode(row: Row) -> str:
    numbers = row.numbers
    if numbers.is_empty:
        return "sets_only"
    return "reps" if numbers.reps is not None else "distance" if numbers.metres is not None else "time"


def _card(
    made: _Made, workout: UUID, seat: int, key: tuple[str, str], rows: Sequence[Row], answers: Mapping[str, UUID | None],
    begun: datetime,
) -> None:  # fmt: skip
    name, mode = key
    card = uuid5(workout, f"{seat}:{name}:{mode}")
    note = " · ".join(dict.fromkeys(row.note for row in rows if row.note))[:1000]
    superset = superset_of(rows[0].superset)
    made.cards.append((card, workout, answers[name], name, mode, seat, superset, note, begun))
    for place, row in enumerate(rows, start=1):
        numbers = row.numbers
        made.sets.append(
            (
                uuid5(card, str(place)), card, place, row.kind, numbers.grams, numbers.reps, numbers.seconds, numbers.metres,
                numbers.took_seconds, row.rpe, begun, begun,
            )
        )  # fmt: skip


def superset_of(said: str) -> int | None:
    """Ours are letters, others count from nought; whatever else it is, the same word is the same group."""
    if not said:
        return None
    first = said[0].upper()
    return ord(first) - 64 if "A" <= first <= "Z" else ord(first) % 26 + 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was looked at and not taken in yet."""

    id: UUID
    app: str
    filename: str
    units: str
    body: bytes


async def keep(db: Db, actor: Actor, app: str, filename: str, body: bytes, *, id: UUID, now: datetime) -> None:
    await db.run(
        """insert into training_import (id, person_id, app, filename, units, zone, body, read_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        id,
        actor.person_id,
        app,
        filename,
        actor.units,
        str(actor.zone),
        body,
        now,
    )


async def waiting(db: Db, person_id: UUID, import_id: UUID) -> Waiting | None:
    row = await db.value(
        "select (id, app, filename, units, body) from training_import where id = $1 and person_id = $2 and applied_at is null",
        import_id,
        person_id,
    )
    return None if row is None else Waiting(*row)


async def settle(db: Db, person_id: UUID, import_id: UUID, moved: MovedIn, *, now: datetime) -> None:
    await db.run(
        """update training_import set applied_at = $3, body = null, workouts = $4, sets = $5
           where id = $1 and person_id = $2 and applied_at is null""",
        import_id,
        person_id,
        now,
        moved.workouts,
        moved.sets,
    )
