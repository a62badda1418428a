"""What plans there are for somebody, what is in them, and which day is due.

For `training`: `next_day(db, person_id, today)` and `unit_for_workout(db, actor, unit_id, now)`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.plans.access import READS_PLAN, READS_UNIT, WRITES_PLAN, WRITES_UNIT, who
from app.plans.outlines import OUTLINE, UNIT
from app.plans.rules.days import DoneDay, NextDay
from app.plans.rules.days import next_day as falls
from app.plans.rules.outline import Day, Outline, Unit, minutes


@dataclass(frozen=True, slots=True)
class FollowedRow:
    following_id: UUID
    plan_id: UUID
    version_id: UUID
    version: int
    latest_version: int
    plan_name: str
    starts_on: date
    assigned_by: str | None
    content: Outline
    done: tuple[DoneDay, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """The day that comes next for somebody who follows a plan. `when.kind` says whether it is today's."""

    following_id: UUID
    plan_id: UUID
    version_id: UUID
    version: int
    latest_version: int
    plan_name: str
    starts_on: date
    assigned_by: str | None
    when: NextDay
    units: tuple[Unit, ...]

    @property
    def minutes(self) -> int:
        return sum(minutes(unit.lines) for unit in self.units)


async def next_day(db: Db, person_id: UUID, today: date) -> Due | None:
    """Of the plan that started last; one that starts later waits until then. None: follows nothing."""
    row = await followed(db, person_id, today)
    return None if row is None else due(row, today)


# $1 person, $2 today.
FOLLOWED = """
    select f.id as following_id, f.plan_id, f.version_id, v.number as version, p.latest_version, p.name as plan_name,
           f.starts_on, a.name as assigned_by, v.content,
           coalesce((select json_agg(json_build_object('day_number', d.day_number, 'on', d.done_on)
                                     order by d.done_on, d.day_number)
                     from plan_day_done d where d.following_id = f.id), '[]') as done
    from following f join plan_version v on v.id = f.version_id join plan p on p.id = f.plan_id
    left join person a on a.id = f.assigned_by
    where f.person_id = $1 and f.ended_at is null
    order by f.starts_on <= $2 desc, case when f.starts_on <= $2 then f.starts_on end desc, f.starts_on, f.created_at desc
    limit 1
"""


async def followed(db: Db, person_id: UUID, today: date) -> FollowedRow | None:
    """The plan itself, in the version that this person trains by."""
    return await db.one(FollowedRow, FOLLOWED, person_id, today)


def due(row: FollowedRow, today: date) -> Due | None:
    plan = row.content
    when = falls([day.number for day in plan.days], plan.cycle_days, row.starts_on, row.done, today, plan.weeks)
    day = None if when is None else plan.day(when.day_number)
    if when is None or day is None:
        return None
    return Due(
        row.following_id, row.plan_id, row.version_id, row.version, row.latest_version, row.plan_name, row.starts_on,
        row.assigned_by, when, day.units,
    )  # fmt: skip


async def day_of_following(db: Db, person_id: UUID, following_id: UUID, day_number: int) -> tuple[str, tuple[Unit, ...]] | None:
    """Any day of the plan somebody follows, as their version has it: plan name and units."""
    row = await db.one(
        ContentRow,
        """select p.name, v.content from following f join plan_version v on v.id = f.version_id join plan p on p.id = f.plan_id
           where f.id = $1 and f.person_id = $2""",
        *(following_id, person_id),
    )
    day = row.content.day(day_number) if row else None
    return (row.name, day.units) if row and day else None


@dataclass(frozen=True, slots=True)
class ContentRow:
    name: str
    content: Outline


@dataclass(frozen=True, slots=True)
class UnitRow:
    unit: Unit
    plan_id: UUID | None
    plan_name: str | None


async def unit_for_workout(db: Db, actor: Actor, unit_id: UUID, now: datetime) -> UnitRow | None:
    """A unit somebody may read, ready to be trained: alone, or out of a plan that nobody needs to follow for it."""
    return await db.one(
        UnitRow,
        f"""select {UNIT} as unit, home.id as plan_id, home.name as plan_name
            from training_unit u left join plan home on home.id = u.plan_id where u.id = $4 and {READS_UNIT}""",
        *(*who(actor, now), unit_id),
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A plan in the library."""

    id: UUID
    name: str
    description: str
    difficulty: str
    goal: str | None
    weeks: int | None
    cycle_days: int
    sharing: str
    is_template: bool
    version: int
    owner: str | None
    is_mine: bool
    may_write: bool
    is_followed: bool
    used_by: int
    equipment: tuple[str, ...]
    content: Outline | None

    @property
    def days(self) -> int:
        return len(self.content.days) if self.content else 0

    @property
    def minutes(self) -> int:
        """A usual day's."""
        each = [sum(minutes(unit.lines) for unit in day.units) for day in self.content.days] if self.content else []
        return round(sum(each) / len(each) / 5) * 5 if each else 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show of the library. `whose`: all, gym, mine, shared."""

    q: str = ""
    whose: str = "all"
    difficulty: str | None = None
    goal: str | None = None
    days: int | None = None


CARD = f"""p.id, p.name, p.description, p.difficulty, p.goal, p.weeks, p.cycle_days, p.sharing, p.is_template,
    p.latest_version as version, o.name as owner, p.owner_id is not distinct from $1 as is_mine, {WRITES_PLAN} as may_write,
    exists (select from following f where f.plan_id = p.id and f.person_id = $1 and f.ended_at is null) as is_followed,
    (select count(distinct f.person_id) from following f where f.plan_id = p.id and f.ended_at is null)::int as used_by,
    coalesce(array(select distinct coalesce(k.kind, k.code) from jsonb_path_query(
            coalesce(v.content, '{{}}'), '$.days[*].units[*].lines[*].exercise_id') x(id)
        join exercise_equipment q on x.id <> 'null' and q.exercise_id = (x.id#>>'{{}}')::uuid
        join equipment k on k.code = q.equipment where k.kind is not null and k.kind <> 'body only' order by 1), '{{}}') as equipment,
    v.content"""


async def library(db: Db, actor: Actor, wanted: Wanted, now: datetime) -> list[Card]:
    """What one follows first, then one's own, then what others share; ready-made ones last."""
    return await db.all(
        Card,
        f"""select {CARD} from plan p left join person o on o.id = p.owner_id
            left join plan_version v on v.plan_id = p.id and v.number = p.latest_version
            where p.archived_at is null and {READS_PLAN} and (p.latest_version > 0 or {WRITES_PLAN})
              and ($4 = '' or lower(p.name || ' ' || p.description || ' ' || coalesce(o.name, '')) like '%' || lower($4) || '%')
              and ($5 = 'all' or ($5 = 'mine' and p.owner_id = $1) or ($5 = 'gym' and p.sharing = 'gym')
                   or ($5 = 'shared' and p.sharing = 'shared' and p.owner_id is distinct from $1))
              and ($6::text is null or p.difficulty = $6) and ($7::text is null or p.goal = $7)
              and ($8::int is null or jsonb_array_length(v.content->'days') = $8)
            order by is_followed desc, p.owner_id is not distinct from $1 desc, p.is_template, p.updated_at desc, p.id
            limit 100""",
        *(*who(actor, now), _like(wanted.q), wanted.whose, wanted.difficulty, wanted.goal, wanted.days),
    )


def _like(said: str) -> str:
    return said.strip()[:64].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# An undo `e` that can still be taken back: nobody has written anything since.
CAN_REDO = """e.act = 'undo' and e.before is not null and e.undone_at is null and not exists (select from plan_edit later
    where coalesce(later.plan_id, later.unit_id) = coalesce(e.plan_id, e.unit_id) and later.at > e.at and later.act not in ('undo', 'redo')
      and later.before is not null)"""
UNDOS = f"""coalesce((select e.person_id = $1 from plan_edit e where e.{{key}} = {{alias}}.id and e.before is not null
        and e.undone_at is null and e.act <> 'undo' order by e.at desc, e.id desc limit 1), false) as can_undo,
    exists (select from plan_edit e where e.{{key}} = {{alias}}.id and e.person_id = $1 and {CAN_REDO}) as can_redo"""


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    published_at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plan's page: the draft for its authors, the latest version for its readers."""

    id: UUID
    name: str
    owner: str | None
    is_mine: bool
    may_write: bool
    sharing: str
    is_template: bool
    revision: int
    version: int
    used_by: int
    following_id: UUID | None
    followed_version: int | None
    starts_on: date | None
    copied_from_id: UUID | None
    copied_from: str | None
    copied_version: int | None
    later_version: int | None
    draft: Outline
    published: Outline | None
    versions: tuple[VersionLine, ...]
    can_undo: bool
    can_redo: bool

    @property
    def outline(self) -> Outline:
        return self.draft if self.may_write or self.published is None else self.published


async def sheet(db: Db, actor: Actor, plan_id: UUID, now: datetime) -> Sheet | None:
    return await db.one(
        Sheet,
        f"""select p.id, p.name, o.name as owner, p.owner_id is not distinct from $1 as is_mine, {WRITES_PLAN} as may_write,
                p.sharing, p.is_template, p.revision, p.latest_version as version,
                (select count(distinct f.person_id) from following f where f.plan_id = p.id and f.ended_at is null)::int as used_by,
                mine.id as following_id, followed.number as followed_version, mine.starts_on,
                p.copied_from_id, origin.name as copied_from, p.copied_version,
                case when origin.latest_version > greatest(coalesce(p.copied_version, 0), coalesce(p.declined_version, 0))
                     then origin.latest_version end as later_version,
                {OUTLINE} as draft, v.content as published,
                coalesce((select json_agg(json_build_object('number', each.number, 'published_at', each.published_at, 'by', b.name)
                                          order by each.number desc)
                          from plan_version each left join person b on b.id = each.published_by
                          where each.plan_id = p.id), '[]') as versions,
                {UNDOS.format(key="plan_id", alias="p")}
            from plan p left join person o on o.id = p.owner_id
            left join plan_version v on v.plan_id = p.id and v.number = p.latest_version
            left join following mine on mine.plan_id = p.id and mine.person_id = $1 and mine.ended_at is null
            left join plan_version followed on followed.id = mine.version_id
            left join lateral (select origin.name, origin.latest_version from plan origin where origin.id = p.copied_from_id
                and {READS_PLAN.replace("p.", "origin.")}) origin on true
            where p.id = $4 and {READS_PLAN}""",
        *(*who(actor, now), plan_id),
    )


async def version(db: Db, actor: Actor, plan_id: UUID, number: int, now: datetime) -> Outline | None:
    """One published version of a plan that this person may read."""
    row = await db.one(
        ContentRow,
        f"""select p.name, v.content from plan p join plan_version v on v.plan_id = p.id and v.number = $5
            where p.id = $4 and {READS_PLAN}""",
        *(*who(actor, now), plan_id, number),
    )
    return row.content if row else None


@dataclass(frozen=True, slots=True)
class Assignee:
    person_id: UUID
    name: str
    starts_on: date | None
    is_by_coach: bool


async def assignees(db: Db, actor: Actor, plan_id: UUID) -> list[Assignee]:
    """The members of this gym, with those who already follow the plan."""
    return await db.all(
        Assignee,
        """select o.id as person_id, o.name, f.starts_on, f.assigned_by is not null as is_by_coach
           from person o left join following f on f.person_id = o.id and f.plan_id = $2 and f.ended_at is null
           where o.is_active and o.id <> $3 and exists (select from role_grant rg join role r on r.id = rg.role_id
               where rg.person_id = o.id and r.name = 'member' and (rg.gym_id = $1 or rg.gym_id is null))
           order by f.starts_on is null, o.name""",
        *(actor.gym_id, plan_id, actor.person_id),
    )


@dataclass(frozen=True, slots=True)
class UnitCard:
    id: UUID
    sharing: str
    owner: str | None
    is_mine: bool
    may_write: bool
    can_undo: bool
    can_redo: bool
    plan_id: UUID | None
    plan_name: str | None
    unit: Unit

    @property
    def minutes(self) -> int:
        return minutes(self.unit.lines)


UNIT_CARD = f"""u.id, u.sharing, o.name as owner, u.owner_id is not distinct from $1 as is_mine, {WRITES_UNIT} as may_write,
    {UNDOS.format(key="unit_id", alias="u")},
    u.plan_id, home.name as plan_name, {UNIT} as unit"""


async def units(db: Db, actor: Actor, now: datetime) -> list[UnitCard]:
    """Units that stand alone: one's own first."""
    return await db.all(
        UnitCard,
        f"""select {UNIT_CARD} from training_unit u left join person o on o.id = u.owner_id left join plan home on home.id = u.plan_id
            where u.plan_id is null and {READS_UNIT}
            order by u.owner_id is not distinct from $1 desc, u.updated_at desc, u.id limit 100""",
        *who(actor, now),
    )


async def unit(db: Db, actor: Actor, unit_id: UUID, now: datetime) -> UnitCard | None:
    return await db.one(
        UnitCard,
        f"""select {UNIT_CARD} from training_unit u left join person o on o.id = u.owner_id left join plan home on home.id = u.plan_id
            where u.id = $4 and {READS_UNIT}""",
        *(*who(actor, now), unit_id),
    )


@dataclass(frozen=True, slots=True)
class UnitName:
    id: UUID
    name: str
    is_mine: bool


async def unit_names(db: Db, actor: Actor, now: datetime) -> list[UnitName]:
    """What could be put into a plan: one's own units first."""
    return await db.all(
        UnitName,
        f"""select u.id, u.name, u.owner_id is not distinct from $1 as is_mine from training_unit u
            where u.plan_id is null and {READS_UNIT} order by 3 desc, lower(u.name), u.id limit 200""",
        *who(actor, now),
    )


async def person_by_email(db: Db, email: str) -> UUID | None:
    return await db.value("select id from person where lower(email) = lower($1) and is_active", email.strip())


def alone(unit: Unit) -> Outline:
    """A unit that stands alone, as the document its editor works on."""
    return Outline(unit.name, days=(Day(1, (unit,)),), description=unit.description)


async def name_taken(db: Db, plan_id: UUID, name: str) -> bool:
    """Whether the plan's owner has another one of this name."""
    return await db.value(
        """select exists (select from plan p join plan other on other.owner_id = p.owner_id and other.id <> p.id
                          where p.id = $1 and lower(other.name) = lower($2))""",
        *(plan_id, " ".join(name.split())),
    )
