"""Line by line: who is that, are they here already, and what would the line add. Nothing that is here is ever overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from app.members.rules import last_of, part_of
from app.moving.rules.columns import fold
from app.moving.rules.values import Came, Fault, Offered, Person


@dataclass(frozen=True, slots=True)
class Type:
    id: UUID
    name: str
    kind: str
    visits: int | None = None
    duration: int = 1
    duration_unit: str = "month"
    price: int = 0
    is_new: bool = False
    until_hour: int | None = None
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A member who is here already."""

    id: UUID
    name: str
    email: str | None = None
    phone: str = ""
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """A membership that a member holds: as it was sold, and as it stands."""

    member_id: UUID
    kind: str
    type_id: UUID
    sold_starts_on: date
    sold_ends_on: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Selling:
    """A membership to be written as it was."""

    id: UUID
    type: Type
    starts_on: date
    ends_on: date
    visits_left: int | None
    price: int
    state: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one line: `new` member, `more` for one who is here, `same`, or `refused` with its reason."""

    n: int
    outcome: str
    reason: str = ""
    member_id: UUID | None = None
    person: Person | None = None
    card: str = ""
    selling: Selling | None = None
    owes: int = 0

    @property
    def made(self) -> list[str]:
        parts = (("member", self.outcome == "new"), ("card", self.card), ("membership", self.selling), ("balance", self.owes))
        return [name for name, is_there in parts if is_there] if self.outcome in {"new", "more"} else []


@dataclass(slots=True)
class Book:
    """Everybody who is here, found by what tells people apart; lines that were decided join it."""

    members: dict[UUID, Known] = field(default_factory=dict)
    emails: dict[str, UUID | None] = field(default_factory=dict)  # None: a colleague who is no member
    cards: dict[str, UUID] = field(default_factory=dict)
    births: dict[tuple[str, date], UUID] = field(default_factory=dict)
    phones: dict[tuple[str, str], UUID] = field(default_factory=dict)
    names: dict[str, list[UUID]] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    sold: dict[UUID, list[Sold]] = field(default_factory=dict)
    opening: dict[UUID, int] = field(default_factory=dict)

    def add(self, one: Known) -> None:
        name = fold(one.name)
        self.members[one.id] = one
        self.names.setdefault(name, []).append(one.id)
        if one.email:
            self.emails[one.email.lower()] = one.id
        if one.born_on:
            self.births.setdefault((name, one.born_on), one.id)
        if digits(one.phone):
            self.phones.setdefault((name, digits(one.phone)), one.id)

    def who(self, line: Person) -> UUID | Fault | None:
        """By old number, e-mail, name and birthday, name and phone, card; by the name alone only when nothing else is given."""
        name = fold(line.name)
        if line.key and line.key in self.keys:
            return self.keys[line.key]
        if line.email and line.email in self.emails:
            found = self.emails[line.email]
            if found is None:
                return Fault("colleague", line.email)
            return found if fold(self.members[found].name) == name else Fault("email_taken", self.members[found].name)
        if line.born_on and (name, line.born_on) in self.births:
            return self.births[name, line.born_on]
        if (name, digits(line.phone)) in self.phones:
            return self.phones[name, digits(line.phone)]
        if line.card and line.card in self.cards:
            found = self.cards[line.card]
            return found if fold(self.members[found].name) == name else Fault("card_taken", self.members[found].name)
        if not (line.email or line.born_on or digits(line.phone) or line.card):
            return self._by_name(name)
        return None

    def _by_name(self, name: str) -> UUID | Fault | None:
        same = self.names.get(name, [])
        return Fault("two_of_them", str(len(same))) if len(same) > 1 else same[0] if same else None


def digits(phone: str) -> str:
    """The last eight: with or without the country's code it is the same phone. Fewer than six are no phone."""
    found = "".join(ch for ch in phone if ch.isdigit())
    return found[-8:] if len(found) >= 6 else ""


def types(lines: Iterable[Offered], book: Book, run_id: UUID) -> list[tuple[Offered, Type]]:
    """What the old system sold, as types of ours; those that are here by name stay as they are."""
    found = []
    for line in lines:
        known = book.types.get(fold(line.name))
        if known is None:
            kind = "pack" if line.visits else "membership"
            known = Type(
                part_of(run_id, f"type:{fold(line.name)}"), line.name, kind, line.visits, line.days, "day", line.price, True,
                line.until_hour, line.is_active,
            )  # fmt: skip
            book.types[fold(line.name)] = known
        found.append((line, known))
    return found


def people(lines: Sequence[Person], book: Book, run_id: UUID, today: date) -> list[Decision]:
    return [decide(line, book, run_id, today) for line in lines]


def decide(line: Person, book: Book, run_id: UUID, today: date) -> Decision:
    found = book.who(line)
    if isinstance(found, Fault):
        return refused(line.n, found)
    if line.born_on and line.born_on > today:
        return refused(line.n, Fault("born_later", str(line.born_on)))
    if line.joined_on and line.joined_on > today:
        return refused(line.n, Fault("joined_later", str(line.joined_on)))
    if line.card and book.cards.get(line.card, found) != found:
        return refused(line.n, Fault("card_taken", book.members[book.cards[line.card]].name))
    member_id = found or part_of(run_id, f"members:{line.n}")
    selling = sell(line, book, member_id, part_of(run_id, f"membership:{line.n}"), run_id)
    if isinstance(selling, Fault):
        return refused(line.n, selling)
    before = book.opening.get(member_id)
    if line.owes and before is not None and before != line.owes:
        return refused(line.n, Fault("other_balance"))
    return settle(line, book, found, member_id, selling, line.owes if before is None else 0)


def settle(line: Person, book: Book, found: UUID | None, member_id: UUID, selling: Selling | None, owes: int) -> Decision:
    """What is new in this line; the book knows it from here on."""
    card = line.card if line.card not in book.cards else ""
    is_more = bool(card or selling or owes)
    outcome = "new" if found is None else "more" if is_more else "same"
    if found is None:
        book.add(Known(member_id, line.name, line.email, line.phone, line.born_on))
    if line.key:
        book.keys.setdefault(line.key, member_id)
    if card:
        book.cards[card] = member_id
    if owes:
        book.opening[member_id] = owes
    if selling:
        one = selling
        book.sold.setdefault(member_id, []).append(
            Sold(member_id, one.type.kind, one.type.id, one.starts_on, one.ends_on, one.starts_on, one.ends_on)
        )
    return Decision(line.n, outcome, member_id=member_id, person=line, card=card, selling=selling, owes=owes)


def refused(n: int, fault: Fault) -> Decision:
    return Decision(n, "refused", f"{fault.code}:{fault.detail}" if fault.detail else fault.code)


def sell(line: Person, book: Book, member_id: UUID, id: UUID, run_id: UUID) -> Selling | Fault | None:
    """The membership of the line, or nothing when it is here already or the line has none."""
    if not line.type:
        return Fault("no_type") if line.ends_on or line.starts_on else None
    kind = book.types.get(fold(line.type)) or unknown(line, run_id)
    if isinstance(kind, Fault):
        return kind
    days = span(line, kind)
    if isinstance(days, Fault):
        return days
    starts_on, ends_on = days
    for sold in book.sold.get(member_id, []):
        if sold.type_id == kind.id and (sold.sold_starts_on, sold.sold_ends_on) == (starts_on, ends_on):
            return None
        if sold.kind == kind.kind and sold.starts_on <= ends_on and sold.ends_on >= starts_on:
            return Fault("overlaps", f"{sold.starts_on} – {sold.ends_on}")
        if sold.kind == kind.kind == "trial":
            return Fault("trial_had")
    book.types.setdefault(fold(line.type), kind)
    visits = (line.visits_left if line.visits_left is not None else kind.visits) if kind.kind == "pack" or kind.visits else None
    price = line.price if line.price is not None else kind.price
    return Selling(id, kind, starts_on, ends_on, visits, max(price, 0), line.state)


def unknown(line: Person, run_id: UUID) -> Type | Fault:
    """A type that is not here: made from its first membership, and not put on sale."""
    if line.starts_on is None or line.ends_on is None:
        return Fault("unknown_type", line.type)
    days = min(max((line.ends_on - line.starts_on).days + 1, 1), 3660)
    kind = "pack" if line.visits_left is not None else "membership"
    id = part_of(run_id, f"type:{fold(line.type)}")
    return Type(
        id, line.type, kind, max(line.visits_left or 1, 1) if kind == "pack" else None, days, "day", max(line.price or 0, 0), True
    )


def span(line: Person, kind: Type) -> tuple[date, date] | Fault:
    """Both days, the last included; one of them may follow from the other."""
    starts_on, ends_on = line.starts_on, line.ends_on
    unit: str = kind.duration_unit
    if starts_on is None and ends_on is None:
        return Fault("no_days")
    if starts_on is not None and ends_on is None:
        ends_on = last_of(starts_on, kind.duration, "day" if unit == "day" else "month")
    if starts_on is None and ends_on is not None:
        days = kind.duration if unit == "day" else round(kind.duration * 30.44)
        starts_on = ends_on - timedelta(days=days - 1)
    assert starts_on is not None
    assert ends_on is not None
    return Fault("ends_before", f"{starts_on} – {ends_on}") if ends_on < starts_on else (starts_on, ends_on)


# Visits


@dataclass(frozen=True, slots=True)
class Visited:
    n: int
    outcome: str
    reason: str = ""
    member_id: UUID | None = None
    at: datetime | None = None


def visits(lines: Sequence[Came], book: Book, seen: set[tuple[UUID, datetime]], now: datetime) -> list[Visited]:
    """Each minute of a member once, whoever wrote it down."""
    return [visit(line, book, seen, now) for line in lines]


def visit(line: Came, book: Book, seen: set[tuple[UUID, datetime]], now: datetime) -> Visited:
    found = visitor(line, book)
    if isinstance(found, Fault):
        return Visited(line.n, "refused", f"{found.code}:{found.detail}" if found.detail else found.code)
    if line.at > now:
        return Visited(line.n, "refused", f"in_the_future:{line.at:%Y-%m-%d %H:%M}")
    key = (found, line.at.replace(second=0, microsecond=0))
    if key in seen:
        return Visited(line.n, "same", member_id=found, at=line.at)
    seen.add(key)
    return Visited(line.n, "new", member_id=found, at=line.at)


def visitor(line: Came, book: Book) -> UUID | Fault:
    if line.key and line.key in book.keys:
        return book.keys[line.key]
    if line.card and line.card in book.cards:
        return book.cards[line.card]
    if line.email and book.emails.get(line.email):
        return book.emails[line.email] or Fault("unknown_member", line.email)
    if line.name and not line.card and not line.email:
        found = book._by_name(fold(line.name))
        return found or Fault("unknown_member", line.name)
    return Fault("unknown_member", line.card or line.email or line.name or line.key)
