"""The desk's part of the demo: a year of coming and going.

The last week is lived tap by tap through the desk's own action. The months before it are decided by the same rules, but
written in bulk: forty thousand round trips would make everybody wait for what nobody reads line by line.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.db import Db
from app.demo.members import member_id
from app.demo.year import Year
from app.desk import actions
from app.desk.actions import Door, Outcome, Tap
from app.desk.queries import as_rows
from app.desk.rules.verdict import Freeze, LastVisit, Member, Pass, Standing, Verdict, Window, verdict

TAPPED_DAYS = 7
CHUNK = 1500
HOURS = (6, 7, 7, 8, 9, 10, 12, 12, 13, 15, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 20)
BUSY = (1.15, 1.1, 1.1, 1.0, 0.85, 0.6, 0.4)  # Monday to Sunday
WHYS = ("Transfer slip seen", "New card on its way", "Trial agreed with Ana")


@dataclass(slots=True)
class Regular:
    """A member as the year goes by: habits, what they hold, how often they came."""

    id: UUID
    name: str
    gym_id: UUID
    card: str
    joined_on: date
    left_on: date | None
    born_on: date | None
    passes: list[dict[str, Any]]
    habit: float = 0.0
    hour: int = 18
    nth: int = 0
    last: LastVisit | None = None
    held: dict[UUID, Pass] | None = None
    stays_away_until: date = date.min  # after a refusal
    fades_from: date = date.max  # from here on they come less and less
    away: tuple[date, date] = (date.max, date.max)  # a holiday, an injury: then they are back


PEOPLE = """
select m.id, p.name, m.home_gym_id as gym_id, coalesce((select code from card where member_id = m.id and ended_at is null limit 1), '') as card,
  m.joined_on, m.left_on, m.born_on,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'id', s.id, 'name', s.name, 'starts_on', s.starts_on, 'ends_on', s.ends_on, 'visits_left', s.visits_left,
      'grace_days', s.grace_days, 'daily_limit', s.daily_limit, 'gym_ids', s.gym_ids, 'windows', s.windows,
      'suspended_on', s.suspended_on, 'cancelled_on', s.cancelled_on,
      'freezes', (select coalesce(jsonb_agg(jsonb_build_array(f.starts_on, least(f.ends_on, f.thawed_on - 1))), '[]'::jsonb)
                  from membership_freeze f where f.membership_id = s.id))), '[]'::jsonb)
   from membership s where s.member_id = m.id and not s.is_replaced) as passes
from member m join person p on p.id = m.person_id where m.erased_at is null order by m.id"""


async def live(year: Year) -> None:
    # Pat's story is told by the till: one visit left, and today may be the day.
    regulars = [each for each in await year.db.all(Regular, PEOPLE) if each.id != member_id("pat")]
    for regular in regulars:
        settle(year, regular)
    tapped_from = year.end - timedelta(days=TAPPED_DAYS - 1)
    lines: list[Line] = []
    for day in year.days():
        if day < tapped_from:
            lines += a_day(year, regulars, day)
        if len(lines) >= CHUNK:
            await write(year, lines)
            lines.clear()
            year.say("desk", 0.6 * (day - year.start).days / 365)
    await write(year, lines)
    await spend(year, regulars)
    for n in range(TAPPED_DAYS):
        await tap_through(year, regulars, tapped_from + timedelta(days=n))
        year.say("desk", 0.6 + 0.4 * n / TAPPED_DAYS)
    await send_home(year.db, year.now)


def settle(year: Year, regular: Regular) -> None:
    """Some come five times a week, many twice, and a few only pay."""
    regular.habit = year.chance.choice((0.06, 0.15, 0.25, 0.3, 0.35, 0.45, 0.6))
    regular.held = {held.id: held for held in map(as_pass, regular.passes)}
    has_hours = any(held.windows for held in regular.held.values())
    regular.hour = year.chance.choice((7, 8, 9, 10) if has_hours else HOURS)
    tell_their_story(year, regular)


def tell_their_story(year: Year, regular: Regular) -> None:
    """Most who leave come less and less before; some stop at once; some only pay; and many are away for a while and come back."""
    fate = Random(f"story {regular.id}{year.lot}")
    ends = max((held.cancelled_on or held.ends_on or date.max for held in (regular.held or {}).values()), default=date.max)
    if ends < year.end - timedelta(days=14):
        if fate.random() < 0.7:
            regular.fades_from = ends - timedelta(days=fate.randint(21, 75))
    elif fate.random() < 0.08:
        regular.fades_from = year.start + timedelta(days=fate.randint(90, 340))
    elif fate.random() < 0.3:
        first = year.start + timedelta(days=fate.randint(60, 320))
        regular.away = (first, first + timedelta(days=fate.randint(8, 26)))


def keenness(regular: Regular, day: date) -> float:
    """Half as keen at once, and hardly at all three weeks later."""
    if regular.away[0] <= day <= regular.away[1]:
        return 0.0
    gone = (day - regular.fades_from).days
    return 1.0 if gone < 0 else max(0.03, 0.5 - gone / 45)


def as_pass(said: dict[str, Any]) -> Pass:
    days = {key: date.fromisoformat(said[key]) for key in ("starts_on", "ends_on", "suspended_on", "cancelled_on") if said[key]}
    windows = tuple(Window(each["day"], clock(each["from"]), clock(each["to"])) for each in said["windows"])
    freezes = tuple(Freeze(date.fromisoformat(start), date.fromisoformat(end)) for start, end in said["freezes"])
    return Pass(
        UUID(said["id"]), said["name"], days["starts_on"], days["ends_on"], said["visits_left"], said["grace_days"],
        said["daily_limit"], 0, tuple(UUID(gym) for gym in said["gym_ids"]), windows, freezes, days.get("suspended_on"),
        days.get("cancelled_on"),
    )  # fmt: skip


def clock(said: str) -> time:
    """24:00 is the midnight that closes the day."""
    return time.fromisoformat("00:00" if said.startswith("24") else said[:5])


def comes(year: Year, regular: Regular, day: date) -> datetime | None:
    """When this member turns up on that day, if at all. Those who lapsed try once in a while."""
    if day < max(regular.joined_on, regular.stays_away_until) or (regular.left_on and day >= regular.left_on) or not regular.held:
        return None
    is_running = any(held.starts_on <= day <= (held.ends_on or day) for held in regular.held.values())
    chance = regular.habit * BUSY[day.weekday()] * (keenness(regular, day) if is_running else 0.006)
    if year.chance.random() >= chance:
        return None
    return year.at(day, min(21, max(6, regular.hour + year.chance.choice((-1, 0, 0, 0, 1)))), year.chance.randrange(60))


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    regular: Regular
    at: datetime
    day: date
    said: Verdict
    nth: int
    took: bool
    visits_left: int | None
    stays: int


def a_day(year: Year, regulars: list[Regular], day: date) -> list[Line]:
    lines = []
    for regular in regulars:
        at = comes(year, regular, day)
        if at is not None:
            lines.append(decide(year, regular, at, day))
    return lines


def decide(year: Year, regular: Regular, at: datetime, day: date) -> Line:
    """The same rule as at the real door, on what this member held that day."""
    held = regular.held or {}
    member = Member(regular.id, regular.name, regular.joined_on, regular.left_on, regular.born_on, passes=tuple(held.values()))
    said = verdict(Standing(regular.gym_id, replace(member, last_visit=regular.last)), at.astimezone(year.zone), "desk")
    used = held.get(said.pass_id) if said.pass_id else None
    took = bool(said.takes and used and used.visits_left)
    if used and took:
        used = replace(used, visits_left=(used.visits_left or 1) - 1)
        held[used.id] = used
    id = year.id("tap", regular.id, at)
    if said.is_new_visit:
        regular.nth += 1
        regular.last = LastVisit(id, at, regular.gym_id, is_open=False)
    elif said.outcome == "refused":
        regular.stays_away_until = day + timedelta(days=21)
    return Line(id, regular, at, day, said, regular.nth, took, used.visits_left if used else None, year.chance.randrange(40, 115))


async def write(year: Year, lines: list[Line]) -> None:
    dee = year.actor("dee").person_id
    came = [line for line in lines if line.said.is_new_visit]
    await year.db.copy(
        "visit",
        ["id", "gym_id", "member_id", "membership_id", "nth", "took", "at", "day", "stays_until", "left_at", "is_guess"],
        [
            (line.id, line.regular.gym_id, line.regular.id, line.said.pass_id, line.nth, line.took, line.at, line.day,
             line.at + timedelta(minutes=240), line.at + timedelta(minutes=line.stays), line.stays % 3 == 0)
            for line in came
        ],
    )  # fmt: skip
    await year.db.many(
        """insert into attempt (id, gym_id, at, channel, by, card, member_id, name, outcome, codes, reasons, membership_id, visits_left, hash)
        values ($1, $2, $3, 'desk', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        [
            (line.id, line.regular.gym_id, line.at, dee, line.regular.card, line.regular.id, line.regular.name, line.said.outcome,
             list(line.said.codes), as_rows(line.said.reasons), line.said.pass_id, line.visits_left if line.took else None,
             Tap(line.id, line.regular.card).hash(Door(line.regular.gym_id, "desk", dee)))
            for line in lines
        ],
    )  # fmt: skip


async def spend(year: Year, regulars: list[Regular]) -> None:
    packs = [held for regular in regulars for held in (regular.held or {}).values() if held.visits_left is not None]
    await year.db.many(
        "update membership set visits_left = $2 where id = $1 and visits_left <> $2",
        [(held.id, held.visits_left) for held in packs],
    )


async def tap_through(year: Year, regulars: list[Regular], day: date) -> None:
    """A day at the desk, in the order in which people came; nobody comes after now."""
    dee = year.actor("dee")
    taps = sorted(
        (at, n) for n, regular in enumerate(regulars) if (at := comes(year, regular, day)) is not None and at <= year.now
    )
    for at, n in taps:
        regular = regulars[n]
        door = Door(regular.gym_id, "desk", dee.person_id)
        said = await actions.check_in(year.db, door, Tap(year.id("tap", regular.id, at), regular.card), now=at)
        if isinstance(said, Outcome) and said.kind == "refused" and regular.gym_id == dee.gym_id and year.chance.random() < 0.1:
            why = year.chance.choice(WHYS)
            word = Tap(year.id("word", regular.id, at), member_id=regular.id, why=why)
            await actions.check_in(year.db, door, word, now=at + timedelta(seconds=40))
        elif isinstance(said, Outcome) and said.verdict.is_new_visit and year.chance.random() < 0.03:
            await actions.undo(year.db, dee, said.id, id=year.id("undo", said.id), now=at + timedelta(seconds=20))


async def send_home(db: Db, now: datetime) -> None:
    """Whoever came more than their usual time ago has left."""
    await db.run(
        """update visit set left_at = at + (40 + nth * 7 % 75) * interval '1 minute'
        where left_at is null and not is_undone and at + (40 + nth * 7 % 75) * interval '1 minute' <= $1""",
        now,
    )
