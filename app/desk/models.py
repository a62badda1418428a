"""What happened at the door: every attempt, every visit, who was let in on somebody's word, and what was taken back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NO = text("false")
YES = text("true")
CHANNELS = "channel in ('desk', 'kiosk', 'self', 'device')"
OUTCOMES = "outcome in ('allowed', 'warned', 'refused', 'again', 'overridden')"


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class DoorPolicy(Base):
    """What the owner of a gym decided otherwise than the house does. No row = the defaults."""

    __tablename__ = "door_policy"
    __table_args__ = (
        CheckConstraint("again_minutes between 0 and 1440", name="again_minutes"),
        CheckConstraint("overdue_amount between 0 and 1000000000", name="overdue_amount"),
        CheckConstraint("overdue_days between 0 and 366", name="overdue_days"),
        CheckConstraint("soon_days between 0 and 60", name="soon_days"),
        CheckConstraint("stay_minutes between 15 and 1440", name="stay_minutes"),
        CheckConstraint("keep_months is null or keep_months between 1 and 120", name="keep_months"),
    )
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"), primary_key=True)
    again_minutes: Mapped[int] = mapped_column(server_default=text("10"))
    overdue_amount: Mapped[int] = mapped_column(server_default=text("0"))
    overdue_days: Mapped[int] = mapped_column(server_default=text("14"))
    soon_days: Mapped[int] = mapped_column(server_default=text("7"))
    stay_minutes: Mapped[int] = mapped_column(server_default=text("240"))  # then nobody counts them as in any more
    keep_months: Mapped[int | None]  # the entry log; null keeps it for ever
    changes: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))  # code → channel → effect
    changed_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    changed_at: Mapped[datetime]


class DoorVersion(Base):
    """One row. Drawn anew in the same transaction whenever something is changed that a web process remembers about doors."""

    __tablename__ = "door_version"
    __table_args__ = (CheckConstraint("is_one", name="one"),)
    is_one: Mapped[bool] = mapped_column(primary_key=True, server_default=YES)
    version: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))


class DoorDay(Base):
    """How many came on a day, kept by triggers on `visit`; the sum over its slips. Each connection writes on one of them."""

    __tablename__ = "door_day"
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    slip: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    came: Mapped[int]


class Visit(Base):
    """Somebody came in. `nth` counts the member's visits: two desks that both saw the same last one cannot both add the next."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("nth > 0", name="nth"),
        CheckConstraint("left_at is null or left_at >= at", name="left_at"),
        CheckConstraint("not took or membership_id is not null", name="took"),
        Index("uq_visit_nth", "member_id", "nth", unique=True),
        Index("ix_visit_member", "member_id", "at", "nth", postgresql_include=["day"], postgresql_where=text("not is_undone")),
        Index("ix_visit_day", "gym_id", "day", postgresql_where=text("not is_undone")),
        Index("ix_visit_open", "gym_id", "stays_until", postgresql_where=text("left_at is null and not is_undone")),
        Index("ix_visit_membership", "membership_id", postgresql_where=text("membership_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)  # the id of the tap
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    membership_id: Mapped[UUID | None] = mapped_column(refer("membership.id"))
    nth: Mapped[int]
    took: Mapped[bool] = mapped_column(server_default=NO)  # a visit came off a pack
    at: Mapped[datetime]
    day: Mapped[date]  # as the gym's calendar has it
    stays_until: Mapped[datetime]
    weeks: Mapped[int | None]  # in a row with a visit, its own included; null: to be counted (`weeks_before`)
    left_at: Mapped[datetime | None]
    is_guess: Mapped[bool] = mapped_column(server_default=NO)  # nobody checked out; the house assumed it
    is_undone: Mapped[bool] = mapped_column(server_default=NO)


class Attempt(Base):
    """One tap and what was said to it, for ever under the tap's own id. Never changed; emptied of names when somebody is erased."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint(CHANNELS, name="channel"),
        CheckConstraint(OUTCOMES, name="outcome"),
        CheckConstraint("octet_length(card) <= 256", name="card"),
        Index("ix_attempt_gym", "gym_id", text("at desc"), text("id desc")),
        Index("ix_attempt_member", "member_id", text("at desc"), postgresql_where=text("member_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    at: Mapped[datetime]  # the hub's clock
    device_at: Mapped[datetime | None]  # the door's clock
    channel: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    device: Mapped[str] = mapped_column(Text, server_default="")
    card: Mapped[str] = mapped_column(Text, server_default="")
    member_id: Mapped[UUID | None] = mapped_column(refer("member.id"))
    name: Mapped[str] = mapped_column(Text, server_default="")  # as it was that day
    outcome: Mapped[str] = mapped_column(Text)
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reasons: Mapped[list] = mapped_column(JSONB)
    membership_id: Mapped[UUID | None] = mapped_column(refer("membership.id"))
    visits_left: Mapped[int | None]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Override(Base):
    """Let in against the verdict, on whose word and why."""

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("length(btrim(why)) between 3 and 200", name="why"),
        Index("ix_override_gym", "gym_id", "at"),
    )
    id: Mapped[UUID] = mapped_column(refer("visit.id"), primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class Undo(Base):
    """A visit taken back, once, within its minute; the visit that it had cost is given back."""

    __tablename__ = "undo"
    __table_args__ = (Index("uq_undo_visit", "visit_id", unique=True), Index("ix_undo_gym", "gym_id", "at"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(refer("visit.id"))
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    gave_back: Mapped[bool]
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class DoorScreen(Base):
    """Where nobody of the staff stands: a locked kiosk, a wall that only shows, a code on paper. Known by a key in address or cookie."""

    __tablename__ = "door_screen"
    __table_args__ = (
        CheckConstraint("kind in ('kiosk', 'wall', 'code')", name="kind"),
        CheckConstraint("(kind = 'kiosk') = (pin_hash is not null)", name="pin"),
        CheckConstraint("length(btrim(name)) between 1 and 60", name="name"),
        Index("uq_door_screen_key", "key_hash", unique=True),
        Index("ix_door_screen_gym", "gym_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    pin_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    pin_tries: Mapped[int] = mapped_column(server_default=text("0"))
    pin_tried_at: Mapped[datetime | None]
    made_by: Mapped[UUID] = mapped_column(refer("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Relay(Base):
    """A lock on the gym's network that opens when a door says yes."""

    __tablename__ = "relay"
    __table_args__ = (
        CheckConstraint("url ~ '^https?://' and length(url) <= 400", name="url"),
        CheckConstraint("length(btrim(name)) between 1 and 60", name="name"),
        Index("ix_relay_gym", "gym_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_active: Mapped[bool] = mapped_column(server_default=YES)
    opened_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, server_default="")
