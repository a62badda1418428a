"""What movements there are for somebody, what they used last, what stands on the floor, and what could stand in."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.exercises.rules import ALWAYS_HERE, folded

# Who may see a movement: $1 person, $2 their gyms.
VISIBLE = """(e.is_active and (e.scope = 'catalogue' or (e.scope = 'gym' and e.gym_id = any($2::uuid[]))
    or (e.scope = 'own' and e.owner_id = $1)))"""

# Everything it needs stands on the floor of gym $3 and works; a gym that never described its floor has everything.
HERE = f"""(not exists (select from gym_equipment where gym_id = $3) or not exists (
    select from exercise_equipment need left join gym_equipment g on g.gym_id = $3 and g.equipment = need.equipment
    where need.exercise_id = e.id and need.equipment <> all(array{list(ALWAYS_HERE)!r})
      and coalesce(g.count - g.out_of_order, 0) <= 0))"""

STRONG = "('strength', 'powerlifting')"

# One movement for the eye, in the reader's language ($4).
SHOWN = f"""e.id, coalesce(e.names->>$4, e.name) as name, coalesce(e.cues->>$4, e.cue) as cue, e.category, e.level, e.force,
    e.mechanic, e.mode, e.pattern, e.scope, e.owner_id = $1 is true as is_mine, e.offered_at is not null as is_offered,
    array(select muscle from exercise_muscle m where m.exercise_id = e.id and m.role = 'primary' order by 1) as "primary",
    array(select muscle from exercise_muscle m where m.exercise_id = e.id and m.role = 'secondary' order by 1) as secondary,
    array(select equipment from exercise_equipment q where q.exercise_id = e.id order by 1) as equipment,
    array(select tag from exercise_tag t where t.exercise_id = e.id order by 1) as tags,
    exists (select from favourite_exercise f where f.exercise_id = e.id and f.person_id = $1) as is_favourite,
    (select used_at from recent_exercise r where r.exercise_id = e.id and r.person_id = $1) as used_at,
    {HERE} as is_here"""


@dataclass(frozen=True, slots=True)
class Movement:
    id: UUID
    name: str
    cue: str
    category: str
    level: str
    force: str | None
    mechanic: str | None
    mode: str
    pattern: str
    scope: str
    is_mine: bool
    is_offered: bool
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    equipment: tuple[str, ...]
    tags: tuple[str, ...]
    is_favourite: bool
    used_at: datetime | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: every word of `q` must occur; of each list any one is enough. `only`: favourites, recent, mine, here."""

    q: str = ""
    muscles: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    category: str | None = None
    level: str | None = None
    only: tuple[str, ...] = field(default_factory=tuple)


async def search(db: Db, actor: Actor, asked: Asked, *, limit: int = 40, offset: int = 0) -> list[Movement]:
    """Recents and favourites first, then names that begin with what was typed, then the rest."""
    return await db.all(
        Movement,
        f"""with found as (
            select e.id, f.added_at is not null as favourite, r.used_at,
                   case when $5 = '' then 3 when e.folded like '%|' || $5 || '|%' then 0
                        when e.folded like '%|' || $5 || '%' then 1 else 2 end as nearness,
                   lower(coalesce(e.names->>$4, e.name)) as sorted
            from exercise e
            left join favourite_exercise f on f.exercise_id = e.id and f.person_id = $1
            left join recent_exercise r on r.exercise_id = e.id and r.person_id = $1
            where {VISIBLE}
              and not exists (select from unnest($6::text[]) word where e.folded not like '%' || word || '%')
              and (cardinality($7::text[]) = 0 or exists (
                  select from exercise_muscle m where m.exercise_id = e.id and m.muscle = any($7)))
              and (cardinality($8::text[]) = 0 or exists (
                  select from exercise_equipment q join equipment k on k.code = q.equipment
                  where q.exercise_id = e.id and (q.equipment = any($8) or k.kind = any($8))))
              and (cardinality($9::text[]) = 0 or exists (
                  select from exercise_tag t where t.exercise_id = e.id and t.tag = any($9)))
              and ($10::text is null or e.category = $10) and ($11::text is null or e.level = $11)
              and ('favourites' <> all($12::text[]) or f.added_at is not null)
              and ('recent' <> all($12::text[]) or r.used_at is not null)
              and ('mine' <> all($12::text[]) or e.owner_id = $1)
              and ('here' <> all($12::text[]) or {HERE})
            order by f.added_at is not null or r.used_at is not null desc, r.used_at desc nulls last, nearness, sorted, e.id
            limit $13 offset $14)
        select {SHOWN} from found join exercise e using (id)
        order by found.favourite or found.used_at is not null desc, found.used_at desc nulls last, nearness, sorted, e.id""",
        *(actor.person_id, list(actor.gym_ids), actor.gym_id, actor.locale, folded(asked.q), folded(asked.q).split()),
        *(list(asked.muscles), list(asked.equipment), list(asked.tags), asked.category, asked.level, list(asked.only)),
        *(limit, offset),
    )


async def recents(db: Db, actor: Actor, *, limit: int = 12) -> list[Movement]:
    return await search(db, actor, Asked(only=("recent",)), limit=limit)


async def movement(db: Db, actor: Actor, exercise_id: UUID) -> Movement | None:
    return await db.one(
        Movement,
        f"select {SHOWN} from exercise e where {VISIBLE} and e.id = $5",
        *(actor.person_id, list(actor.gym_ids), actor.gym_id, actor.locale, exercise_id),
    )


async def substitutes(db: Db, actor: Actor, exercise_id: UUID, *, limit: int = 6) -> list[Movement]:
    """The same movement or the same first muscles, with equipment that stands here and works; the closest first."""
    return await db.all(
        Movement,
        f"""select {SHOWN} from exercise e
            join exercise w on w.id = $5 and e.id <> w.id
            cross join lateral (
                select count(*) filter (where a.role = 'primary' and b.role = 'primary') * 2 + count(*) as shared
                from exercise_muscle a join exercise_muscle b on b.muscle = a.muscle and b.exercise_id = w.id
                where a.exercise_id = e.id) m
            where {VISIBLE} and {HERE} and e.mode = w.mode
              and (e.category = w.category or (e.category in {STRONG} and w.category in {STRONG}))
              and ((e.pattern = w.pattern and w.pattern <> '' and m.shared > 0) or m.shared >= 3)
            order by (e.pattern = w.pattern and w.pattern <> '') desc, m.shared desc, e.level = w.level desc, e.name
            limit $6""",
        *(actor.person_id, list(actor.gym_ids), actor.gym_id, actor.locale, exercise_id, limit),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """What a scribbled name turned out to be."""

    said: str
    exercise_id: UUID
    name: str


async def named(db: Db, actor: Actor, said: list[str]) -> dict[str, Named]:
    """Movements whose whole name, in any language, or nickname is what was said. Own before the gym's before the catalogue's."""
    rows = await db.all(
        Named,
        f"""select distinct on (asked.said) asked.said, e.id as exercise_id, coalesce(e.names->>$3, e.name) as name
            from unnest($4::text[], $5::text[]) as asked(said, plain)
            join exercise e on e.folded like '%|' || asked.plain || '|%'
            where asked.plain <> '' and {VISIBLE}
            order by asked.said, array_position(array['own', 'gym', 'catalogue'], e.scope), e.id""",
        *(actor.person_id, list(actor.gym_ids), actor.locale, said, [folded(name) for name in said]),
    )
    return {row.said: row for row in rows}


async def visible_ids(db: Db, actor: Actor, ids: list[UUID]) -> set[UUID]:
    rows = await db.column(
        f"select e.id from exercise e where {VISIBLE} and e.id = any($3)", actor.person_id, list(actor.gym_ids), ids
    )
    return set(rows)


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing on the floor."""

    equipment: str
    kind: str | None
    count: int
    out_of_order: int
    reports: tuple["Report", ...]


@dataclass(frozen=True, slots=True)
class Report:
    id: UUID
    by: str
    at: datetime
    count: int
    note: str


async def floor(db: Db, gym_id: UUID) -> list[Standing]:
    """Everything a gym could have, with what this one has."""
    return await db.all(
        Standing,
        """select q.code as equipment, q.kind, coalesce(g.count, 0) as count, coalesce(g.out_of_order, 0) as out_of_order,
                  coalesce((select json_agg(json_build_object('id', r.id, 'by', p.name, 'at', r.reported_at, 'count', r.count,
                                                              'note', r.note) order by r.reported_at)
                            from equipment_report r join person p on p.id = r.reported_by
                            where r.gym_id = $1 and r.equipment = q.code and r.cleared_at is null), '[]') as reports
           from equipment q left join gym_equipment g on g.equipment = q.code and g.gym_id = $1
           order by q.kind is null, q.kind, q.code <> q.kind, q.code""",
        gym_id,
    )


@dataclass(frozen=True, slots=True)
class Plate:
    unit: str
    weight: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    id: UUID
    name: str
    unit: str
    weight: Decimal
    count: int
    is_usual: bool


@dataclass(frozen=True, slots=True)
class Iron:
    """What can be loaded here: single plates, and bars with the usual one first."""

    plates: tuple[Plate, ...]
    bars: tuple[Bar, ...]


async def iron(db: Db, gym_id: UUID) -> Iron:
    found = await db.one(
        IronRow,
        """select coalesce((select json_agg(json_build_object('unit', unit, 'weight', weight::text, 'count', count)
                                            order by unit, weight desc) from gym_plate where gym_id = $1), '[]') as plates,
                  coalesce((select json_agg(json_build_object('id', id, 'name', name, 'unit', unit, 'weight', weight::text,
                                                              'count', count, 'is_usual', is_usual)
                                            order by is_usual desc, weight desc, name) from gym_bar where gym_id = $1), '[]') as bars""",
        gym_id,
    )
    return Iron(found.plates, found.bars) if found else Iron((), ())


@dataclass(frozen=True, slots=True)
class IronRow:
    plates: tuple[Plate, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A movement that a member would give to the gym."""

    id: UUID
    name: str
    cue: str
    owner: str
    at: datetime
    primary: tuple[str, ...]
    equipment: tuple[str, ...]


async def offers(db: Db, gym_id: UUID) -> list[Offer]:
    return await db.all(
        Offer,
        """select e.id, e.name, e.cue, o.name as owner, e.offered_at as at,
                  array(select muscle from exercise_muscle m where m.exercise_id = e.id and m.role = 'primary') as "primary",
                  array(select equipment from exercise_equipment q where q.exercise_id = e.id) as equipment
           from exercise e join person o on o.id = e.owner_id
           where e.gym_id = $1 and e.scope = 'own' and e.offered_at is not null and e.is_active order by e.offered_at""",
        gym_id,
    )
