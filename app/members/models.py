"""Members, their cards, what they were sold, households, waivers and consents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Text

from app.base import Base

NOW = text("now()")
NO = text("false")
YES = text("true")
NO_GYMS = text("'{}'::uuid[]")
NO_WINDOWS = text("'[]'::jsonb")
KINDS = "kind in ('membership', 'pack', 'day', 'trial')"


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class GymRules(Base):
    """What a gym lets members do by themselves, what it costs and what it returns. No row = the defaults."""

    __tablename__ = "gym_rules"
    __table_args__ = (
        CheckConstraint("freeze_min_days between 1 and 366", name="freeze_min_days"),
        CheckConstraint("freeze_max_days between freeze_min_days and 366", name="freeze_max_days"),
        CheckConstraint("freeze_fee between 0 and 100000000", name="freeze_fee"),
        CheckConstraint("cancel_notice_days between 0 and 366", name="cancel_notice_days"),
        CheckConstraint("renew_days_before between 0 and 366", name="renew_days_before"),
        CheckConstraint("adult_age between 10 and 25", name="adult_age"),
    )
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"), primary_key=True)
    may_freeze: Mapped[bool] = mapped_column(server_default=YES)
    freeze_min_days: Mapped[int] = mapped_column(server_default=text("7"))
    freeze_max_days: Mapped[int] = mapped_column(server_default=text("90"))  # in twelve months
    freeze_fee: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    may_cancel: Mapped[bool] = mapped_column(server_default=YES)
    cancel_notice_days: Mapped[int] = mapped_column(server_default=text("14"))
    cancel_returns_days: Mapped[bool] = mapped_column(server_default=YES)
    may_renew: Mapped[bool] = mapped_column(server_default=YES)
    renew_days_before: Mapped[int] = mapped_column(server_default=text("30"))
    adult_age: Mapped[int] = mapped_column(server_default=text("18"))


class Member(Base):
    """A person who trains here. Leaving empties the row of everything personal; the row itself stays."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("left_on is null or left_on >= joined_on", name="left_on"),
        CheckConstraint("born_on is null or born_on > date '1900-01-01'", name="born_on"),
        CheckConstraint("length(phone) <= 40 and length(alert) <= 400 and length(emergency_name) <= 120", name="lengths"),
        Index("ix_member_words", text("member_words(search)"), postgresql_using="gin"),
        Index("ix_member_name", "sort_name", "id"),
        Index("ix_member_joined", "joined_on", "id"),
        Index("ix_member_gym", "home_gym_id"),
        Index("ix_member_merged", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(refer("person.id"), unique=True)
    number: Mapped[int] = mapped_column(Identity(start=1001), unique=True)
    home_gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    phone: Mapped[str] = mapped_column(Text, server_default="")
    born_on: Mapped[date | None]
    emergency_name: Mapped[str] = mapped_column(Text, server_default="")
    emergency_phone: Mapped[str] = mapped_column(Text, server_default="")
    alert: Mapped[str] = mapped_column(Text, server_default="")  # "see the desk", shown with the verdict
    photo: Mapped[str | None] = mapped_column(Text)  # the random name of a member_photo, so that a changed one is fetched anew
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(refer("member.id"))
    search: Mapped[str] = mapped_column(Text, server_default="")  # folded words, kept by triggers
    sort_name: Mapped[str] = mapped_column(Text, server_default="")  # folded name, kept by triggers
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class MemberPhoto(Base):
    """The WebP pictures themselves: a photo is there exactly when its row is, and every backup has it."""

    __tablename__ = "member_photo"
    member_id: Mapped[UUID] = mapped_column(refer("member.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    small: Mapped[bytes] = mapped_column(LargeBinary)  # 96 px
    medium: Mapped[bytes] = mapped_column(LargeBinary)  # 256 px
    large: Mapped[bytes] = mapped_column(LargeBinary)  # 768 px
    taken_at: Mapped[datetime]


class Card(Base):
    """Anything that is scanned: plastic, fob, wristband. A code belongs to one member until it is given back."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint("code = btrim(code) and octet_length(code) between 1 and 256", name="code"),
        Index("uq_card_code_live", "code", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_card_member", "member_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    code: Mapped[str] = mapped_column(Text)
    is_blocked: Mapped[bool] = mapped_column(server_default=NO)
    lost_at: Mapped[datetime | None]  # still recognised at the door, as lost
    ended_at: Mapped[datetime | None]  # given back: the code may serve somebody else
    created_at: Mapped[datetime]


class MembershipType(Base):
    """What is on sale. Changing or withdrawing it touches nothing that was sold before."""

    __tablename__ = "membership_type"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("duration_unit in ('day', 'month')", name="duration_unit"),
        CheckConstraint("duration between 1 and 3660", name="duration"),
        CheckConstraint("visits is null or visits between 1 and 10000", name="visits"),
        CheckConstraint("kind <> 'membership' or visits is null", name="membership_is_unlimited"),
        CheckConstraint("kind <> 'pack' or visits is not null", name="pack_has_visits"),
        CheckConstraint("price between 0 and 10000000000 and joining_fee between 0 and 10000000000", name="price"),
        CheckConstraint("grace_days between 0 and 366", name="grace_days"),
        CheckConstraint("daily_limit is null or daily_limit between 1 and 100", name="daily_limit"),
        CheckConstraint("length(btrim(name)) between 1 and 80", name="name"),
        Index("uq_membership_type_name", text("lower(name)"), unique=True),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    visits: Mapped[int | None]  # null = unlimited
    duration: Mapped[int]
    duration_unit: Mapped[str] = mapped_column(Text)
    price: Mapped[int] = mapped_column(BigInteger)
    joining_fee: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    windows: Mapped[list] = mapped_column(JSONB, server_default=NO_WINDOWS)  # [{"day": 0…6, "from": "06:00", "to": "12:00"}]
    gym_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_GYMS)  # empty = every gym
    daily_limit: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(server_default=text("0"))
    is_shared: Mapped[bool] = mapped_column(server_default=NO)  # the household may use it
    is_active: Mapped[bool] = mapped_column(server_default=YES)  # false = withdrawn from sale
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Membership(Base):
    """One sale with its terms as they were that day.

    `ends_on` is the last day that it works. `sold_starts_on` and `sold_ends_on` say what was bought; freezes move
    `starts_on` and `ends_on`. `cancelled_on` is the first day without access. A used-up pack that was followed by
    another sale `is_replaced`: it no longer stands in the way of the new one.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("ends_on >= starts_on and sold_ends_on >= sold_starts_on", name="dates"),
        CheckConstraint("ends_on - starts_on >= sold_ends_on - sold_starts_on", name="only_longer"),
        CheckConstraint("visits_left >= 0 and visits_left <= visits_sold", name="visits_left"),
        CheckConstraint("(visits_left is null) = (visits_sold is null)", name="visits_sold"),
        CheckConstraint("price >= 0 and joining_fee >= 0", name="price"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        ExcludeConstraint(
            (text("membership_span(member_id, kind, starts_on, ends_on, cancelled_on)"), "&&"),
            name="membership_overlap",
            using="gist",
            where=text("not is_replaced"),
        ),
        Index("ix_membership_member", "member_id", "ends_on"),
        Index("ix_membership_type", "type_id"),
        Index("ix_membership_ends", "ends_on", "member_id"),
        Index("uq_membership_trial", "member_id", unique=True, postgresql_where=text("kind = 'trial' and not is_replaced")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    type_id: Mapped[UUID] = mapped_column(refer("membership_type.id"))
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))  # where it was sold
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sold_starts_on: Mapped[date]
    sold_ends_on: Mapped[date]
    visits_sold: Mapped[int | None]
    visits_left: Mapped[int | None]
    price: Mapped[int] = mapped_column(BigInteger)
    joining_fee: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str] = mapped_column(Text)
    windows: Mapped[list] = mapped_column(JSONB, server_default=NO_WINDOWS)
    gym_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_GYMS)
    daily_limit: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(server_default=text("0"))
    is_shared: Mapped[bool] = mapped_column(server_default=NO)
    is_replaced: Mapped[bool] = mapped_column(server_default=NO)
    suspended_on: Mapped[date | None]
    suspended_why: Mapped[str] = mapped_column(Text, server_default="")
    cancelled_on: Mapped[date | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(Text, server_default="")
    renews_id: Mapped[UUID | None] = mapped_column(refer("membership.id"))
    sold_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    sold_at: Mapped[datetime]


class Freeze(Base):
    """From the first frozen day to the last one. `thawed_on` is the first day back when it ended early."""

    __tablename__ = "membership_freeze"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("thawed_on is null or thawed_on between starts_on and ends_on", name="thawed_on"),
        ExcludeConstraint(
            (text("membership_span(membership_id, 'freeze', starts_on, ends_on, thawed_on)"), "&&"),
            name="membership_freeze_overlap",
            using="gist",
        ),
        Index("ix_membership_freeze_membership", "membership_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(refer("membership.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    thawed_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text, server_default="")
    fee: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    created_at: Mapped[datetime]


class MembershipAct(Base):
    """What was asked of a membership under an id, and what was said to it. Never changed."""

    __tablename__ = "membership_act"
    __table_args__ = (Index("ix_membership_act_membership", "membership_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(refer("membership.id"))
    what: Mapped[str] = mapped_column(Text)
    is_refused: Mapped[bool] = mapped_column(server_default=NO)
    said: Mapped[Any | None] = mapped_column(JSONB)
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class Household(Base):
    __tablename__ = "household"
    __table_args__ = (CheckConstraint("length(btrim(name)) between 1 and 80", name="name"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class HouseholdPlace(Base):
    """One household per member and one payer inside each, so that paying can never go round in a circle."""

    __tablename__ = "household_place"
    __table_args__ = (Index("uq_household_place_payer", "household_id", unique=True, postgresql_where=text("is_payer")),)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"), primary_key=True)
    household_id: Mapped[UUID] = mapped_column(refer("household.id"), index=True)
    is_payer: Mapped[bool] = mapped_column(server_default=NO)
    may_use: Mapped[bool] = mapped_column(server_default=YES)  # shared memberships of the others
    created_at: Mapped[datetime]


class MemberNote(Base):
    __tablename__ = "member_note"
    __table_args__ = (
        CheckConstraint("length(body) between 1 and 4000", name="body"),
        Index("ix_member_note_member", "member_id", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    body: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class Consent(Base):
    """What somebody said yes or no to, and when. The latest line counts."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("code in ('email', 'messages', 'photos', 'research')", name="code"),
        Index("ix_consent_member", "member_id", "code", text("at desc")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    code: Mapped[str] = mapped_column(Text)
    is_given: Mapped[bool]
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class WaiverVersion(Base):
    """A published text is never edited: a new version is asked for again."""

    __tablename__ = "waiver_version"
    __table_args__ = (CheckConstraint("length(body) between 1 and 40000", name="body"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    published_at: Mapped[datetime]


class WaiverSignature(Base):
    __tablename__ = "waiver_signature"
    __table_args__ = (
        UniqueConstraint("member_id", "version_id"),
        CheckConstraint("length(btrim(typed_name)) between 1 and 120", name="typed_name"),
        CheckConstraint("octet_length(drawing) <= 300000", name="drawing"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    version_id: Mapped[UUID] = mapped_column(refer("waiver_version.id"))
    typed_name: Mapped[str] = mapped_column(Text)
    is_guardian: Mapped[bool] = mapped_column(server_default=NO)  # signed for a minor
    drawing: Mapped[bytes | None] = mapped_column(LargeBinary)  # what the hand drew, developed anew (WebP)
    gym_id: Mapped[UUID | None] = mapped_column(refer("gym.id"))
    witnessed_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    signed_at: Mapped[datetime]
