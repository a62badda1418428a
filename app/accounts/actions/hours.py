"""Opening hours and holidays of a gym."""

from collections.abc import Sequence
from datetime import date, datetime, time

from app.accounts.actions import audit
from app.accounts.queries.hours import hours
from app.accounts.rules import Holiday, Span
from app.actor import Actor
from app.db import Db


async def set_hours(db: Db, actor: Actor, spans: Sequence[Span], *, now: datetime) -> bool:
    """The whole week at once; the same again changes nothing."""
    await db.value("select id from gym where id = $1 for no key update", actor.gym_id)
    before = (await hours(db, actor.gym_id, actor.today(now))).spans
    wanted = sorted(set(spans), key=lambda span: (span.weekday, span.opens))
    if before == wanted:
        return False
    await db.run("delete from opening_hours where gym_id = $1", actor.gym_id)
    await db.many(
        "insert into opening_hours (gym_id, weekday, opens, closes) values ($1, $2, $3, $4) on conflict do nothing",
        [(actor.gym_id, span.weekday, span.opens, span.closes) for span in wanted],
    )
    await audit(
        db,
        actor,
        "gym.hours",
        now=now,
        subject="gym",
        subject_id=actor.gym_id,
        before={"hours": said(before)},
        after={"hours": said(wanted)},
    )
    return True


def said(spans: Sequence[Span]) -> list[str]:
    return [f"{span.weekday + 1} {span.opens:%H:%M}–{span.closes:%H:%M}" for span in spans]


async def add_holiday(
    db: Db, actor: Actor, day: date, name: str, opens: time | None, closes: time | None, *, now: datetime
) -> None:
    """One day once; said again it is said anew."""
    changed = await db.run(
        """insert into holiday (gym_id, day, name, opens, closes) values ($1, $2, $3, $4, $5)
           on conflict (gym_id, day) do update set name = excluded.name, opens = excluded.opens, closes = excluded.closes
            where (holiday.name, holiday.opens, holiday.closes) is distinct from (excluded.name, excluded.opens, excluded.closes)""",
        actor.gym_id, day, name, opens, closes,
    )  # fmt: skip
    if changed:
        after = Holiday(day, name, opens, closes)
        said_ = f"{opens:%H:%M}–{closes:%H:%M}" if opens and closes else "–"
        await audit(
            db,
            actor,
            "gym.holiday",
            now=now,
            subject="gym",
            subject_id=actor.gym_id,
            after={"day": str(after.day), "name": name, "hours": said_},
        )


async def drop_holiday(db: Db, actor: Actor, day: date, *, now: datetime) -> None:
    if await db.run("delete from holiday where gym_id = $1 and day = $2", actor.gym_id, day):
        await audit(db, actor, "gym.holiday", now=now, subject="gym", subject_id=actor.gym_id, before={"day": str(day)})
