"""Looking for members: three letters at the desk, and the long list with its filters, sort and pages."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.db import Db
from app.members.queries.people import visible
from app.members.queries.sold import status_sql


@dataclass(frozen=True, slots=True)
class Found:
    id: UUID
    number: int
    name: str
    phone: str
    photo: str | None
    alert: str
    home_gym: str
    status: str | None = None
    membership: str | None = None
    ends_on: date | None = None
    visits_left: int | None = None


def nearest(member: str, day: str) -> str:
    """The one membership that says how this member stands today, as `rules.to_explain` would choose it."""
    return f"""select s.name as membership, {status_sql("s", day)} as status, least(s.ends_on, s.cancelled_on - 1) as ends_on,
             s.visits_left, s.type_id
        from membership s where s.member_id = {member}.id
       order by array_position(array['active', 'frozen', 'suspended', 'pending', 'expired', 'cancelled'], {status_sql("s", day)}),
             case when s.starts_on > {day} then s.starts_on - date '0001-01-01'
                  when {status_sql("s", day)} = 'active' then least(s.ends_on, s.cancelled_on - 1) - date '0001-01-01'
                  else date '0001-01-01' - least(s.ends_on, s.cancelled_on - 1) end, s.id
       limit 1"""


FIND = f"""
with hits as materialized (
  select m.id, m.number, m.person_id, m.phone, m.photo, m.alert, m.home_gym_id, m.sort_name
    from member m
   where member_words(m.search) @@ member_query($1) and m.erased_at is null and m.merged_into_id is null and {visible("m", "$2")}
   order by (m.search || ' ') like '%' || member_fold($1) || ' %' desc, m.left_on is not null, m.sort_name, m.id
   limit $4
)
select h.id, h.number, p.name, h.phone, h.photo, h.alert, g.name as home_gym, s.status, s.membership, s.ends_on, s.visits_left
  from hits h join person p on p.id = h.person_id join gym g on g.id = h.home_gym_id
  left join lateral ({nearest("h", "$3::date")}) s on true
"""


async def find(db: Db, said: str, gym_ids: tuple[UUID, ...], day: date, *, limit: int = 8) -> list[Found]:
    """Name, phone, e-mail, card, number or last four; three signs are enough, case and accents do not matter."""
    said = said.strip()[:64]
    if len(said) < 3:
        return []
    return await db.all(Found, FIND, said, list(gym_ids), day, limit)


@dataclass(frozen=True, slots=True)
class Filters:
    """The list's whole state; the URL holds it, so a view can be saved as a link."""

    said: str = ""
    status: str = ""  # active, frozen, suspended, pending, expired, cancelled, none, ending, alert, left
    type_id: UUID | None = None
    gym_id: UUID | None = None
    sort: str = "name"
    down: bool = False
    after: str = ""  # the last row's key
    after_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    id: UUID
    number: int
    name: str
    phone: str
    photo: str | None
    alert: str
    home_gym: str
    joined_on: date
    key: str
    email: str | None = None
    born_on: date | None = None
    status: str | None = None
    membership: str | None = None
    ends_on: date | None = None
    visits_left: int | None = None
    left_on: date | None = None


SORTS = {
    "name": ("m.sort_name", "text"),
    "number": ("m.number", "integer"),
    "joined": ("m.joined_on", "date"),
    "ends": ("coalesce(s.ends_on, date '9998-12-31')", "date"),
}
STATUSES = ("active", "ending", "frozen", "suspended", "pending", "expired", "cancelled", "none", "alert", "left")


async def listed(db: Db, filters: Filters, gym_ids: tuple[UUID, ...], day: date, *, limit: int = 50) -> list[Listed]:
    """A page of the list: from the last row on, never by counting rows past."""
    column, kind = SORTS.get(filters.sort, SORTS["name"])
    args: list[Any] = [list(gym_ids), day, limit]

    def given(value: Any, cast: str) -> str:
        args.append(value)
        return f"${len(args)}::{cast}"

    where = ["m.erased_at is null", "m.merged_into_id is null", visible("m", "$1"), *_chosen(filters, given)]
    if filters.after_id is not None:
        where.append(
            f"({column}, m.id) {'<' if filters.down else '>'} ({given(_key(filters.after, kind), kind)}, {given(filters.after_id, 'uuid')})"
        )
    way = "desc" if filters.down else "asc"
    return await db.all(
        Listed,
        f"""select m.id, m.number, p.name, p.email, m.phone, m.born_on, m.photo, m.alert, g.name as home_gym, m.joined_on, m.left_on,
                   {column}::text as key, s.status, s.membership, s.ends_on, s.visits_left
              from member m join person p on p.id = m.person_id join gym g on g.id = m.home_gym_id
              left join lateral ({nearest("m", "$2::date")}) s on true
             where {" and ".join(where)}
             order by {column} {way}, m.id {way} limit $3""",
        *args,
    )


def _chosen(filters: Filters, given: Any) -> list[str]:
    where = []
    if len(filters.said.strip()) >= 3:
        where.append(f"member_words(m.search) @@ member_query({given(filters.said.strip()[:64], 'text')})")
    match filters.status:
        case "left":
            where.append("m.left_on is not null")
        case "none":
            where.append("s.status is null and m.left_on is null")
        case "ending":
            where.append("s.status = 'active' and s.ends_on < $2::date + 14")
        case "alert":
            where.append("m.alert <> ''")
        case "":
            where.append("m.left_on is null")
        case status:
            where.append(f"s.status = {given(status, 'text')}")
    if filters.type_id:
        where.append(f"s.type_id = {given(filters.type_id, 'uuid')}")
    if filters.gym_id:
        where.append(f"m.home_gym_id = {given(filters.gym_id, 'uuid')}")
    return where


def _key(text: str, kind: str) -> Any:
    """The keyset's value as its column's type; nonsense starts from the beginning."""
    try:
        return int(text) if kind == "integer" else date.fromisoformat(text) if kind == "date" else text
    except ValueError:
        return {"integer": 0, "date": date.min}[kind]


def next_page(filters: Filters, last: Listed) -> Filters:
    return replace(filters, after=last.key, after_id=last.id)
