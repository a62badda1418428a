"""People, the club and its gyms, roles, and who is signed in where."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NOW = text("now()")


class Club(Base):
    """One installation is one club; the check on `is_only` keeps it so."""

    __tablename__ = "club"
    __table_args__ = (CheckConstraint("is_only", name="one_club"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_only: Mapped[bool] = mapped_column(server_default=text("true"), unique=True)
    name: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    hub_epoch: Mapped[int] = mapped_column(server_default=text("1"))
    accent: Mapped[str | None] = mapped_column(Text)  # by day and by night: 1a2b3c-aabbcc
    logo: Mapped[str | None] = mapped_column(Text)  # the name of the picture that is the logo now
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Gym(Base):
    __tablename__ = "gym"
    __table_args__ = (
        CheckConstraint("units in ('kg', 'lb')", name="units"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("length(btrim(name)) between 1 and 100", name="name"),
        Index("uq_gym_name", func.lower(text("name")), unique=True),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    club_id: Mapped[UUID] = mapped_column(ForeignKey("club.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    units: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text, server_default="")
    capacity: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class OpeningHours(Base):
    """When a gym is open on a weekday (Monday is 0); a day may open twice. Closing not after opening is past midnight."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("opens <> closes", name="span"),
    )
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"), primary_key=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    opens: Mapped[time] = mapped_column(primary_key=True)
    closes: Mapped[time]


class Holiday(Base):
    """One day with hours of its own, or with none."""

    __tablename__ = "holiday"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 1 and 80", name="name"),
        CheckConstraint("(opens is null) = (closes is null) and opens is distinct from closes or opens is null", name="span"),
    )
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class Person(Base):
    """Anybody with a name: staff, members, minors. E-mail and password only for those who sign in."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 1 and 120", name="name"),
        CheckConstraint("email is null or email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email"),
        CheckConstraint("units is null or units in ('kg', 'lb')", name="units"),
        CheckConstraint("theme in ('light', 'dark', 'system')", name="theme"),
        Index("uq_person_email", func.lower(text("email")), unique=True),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str | None] = mapped_column(Text)
    zone: Mapped[str | None] = mapped_column(Text)
    units: Mapped[str | None] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text, server_default="system")
    home_gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    pin_hash: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Role(Base):
    """A named set of permissions. The five that come with the house are built in; owners define more."""

    __tablename__ = "role"
    __table_args__ = (Index("uq_role_name", func.lower(text("name")), unique=True),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_built_in: Mapped[bool] = mapped_column(server_default=text("false"))


class RoleGrant(Base):
    """A person holds a role, at one gym or (gym null) at every gym of the club."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("uq_role_grant", "person_id", "role_id", "gym_id", unique=True, postgresql_nulls_not_distinct=True),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    granted_at: Mapped[datetime] = mapped_column(server_default=NOW)


class SignIn(Base):
    """A session: the row is the truth, the cache in front of it only speed. Signing out deletes it."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person", "person_id"), Index("uq_sign_in_token", "token_hash", unique=True))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    fresh_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    is_second_factor_done: Mapped[bool] = mapped_column(server_default=text("false"))
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id", ondelete="RESTRICT"))
    locked_at: Mapped[datetime | None]
    pin_tries: Mapped[int] = mapped_column(server_default=text("0"))


class AuditLine(Base):
    """Who did what, from where, with what before and after. Never changed, never deleted."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_at", "at"),
        Index("ix_audit_line_person", "person_id", "at"),
        Index("ix_audit_line_act", "act", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    act: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, server_default="")
    subject_id: Mapped[UUID | None]
    address: Mapped[str] = mapped_column(Text, server_default="")
    before: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))


class AuditSeal(Base):
    """The audit's chain: each seal is made over its line and over the seal before it, so nothing is lost or changed unseen."""

    __tablename__ = "audit_seal"
    __table_args__ = (Index("uq_audit_seal_line_id", "line_id", unique=True),)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("audit_line.id", ondelete="RESTRICT"))
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Link(Base):
    """A single-use way in: an invitation, a reset, or a code read out at the desk. A newer one replaces it."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint("purpose in ('invitation', 'reset', 'code', 'email')", name="purpose"),
        CheckConstraint("(purpose = 'email') = (email is not null)", name="email"),
        Index("uq_link_token", "token_hash", unique=True),
        Index("uq_link_live", "person_id", unique=True, postgresql_where=text("used_at is null and replaced_at is null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    purpose: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)  # the new one, when that is what the link confirms
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class Guess(Base):
    """Wrong passwords for one account from one address; the account is kept as a hash of what was typed."""

    __tablename__ = "guess"
    __table_args__ = (Index("ix_guess_last_at", "last_at"),)
    account: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class BusyMinute(Base):
    """How often one address tried within one minute."""

    __tablename__ = "busy_minute"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int]


class Authenticator(Base):
    """An authenticator app: its secret is encrypted with the app's own, its last code is never good again."""

    __tablename__ = "authenticator"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class OneTimeCode(Base):
    __tablename__ = "one_time_code"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_person", "person_id"), Index("uq_passkey_credential", "credential_id", unique=True))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """What a passkey must sign; answered once, within five minutes."""

    __tablename__ = "challenge"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    ends_at: Mapped[datetime]


class Device(Base):
    """A desk's browser, a turnstile, another program: known by a key, acting for whoever set it up."""

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("kind in ('desk', 'door', 'program')", name="kind"),
        CheckConstraint("length(btrim(name)) between 1 and 60", name="name"),
        Index("uq_device_key", "key_hash", unique=True),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class TokenFamily(Base):
    """One program signed in through the API: every refresh moves the generation on, an old one ends it all."""

    __tablename__ = "token_family"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, device_id) = 1", name="whose"),
        Index("ix_token_family_person", "person_id"),
        Index("ix_token_family_device", "device_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    generation: Mapped[int]
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccessToken(Base):
    """An access token that still counts. No row, no entry, whatever its signature says."""

    __tablename__ = "access_token"
    __table_args__ = (Index("ix_access_token_family", "family_id"), Index("ix_access_token_ends_at", "ends_at"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("token_family.id", ondelete="RESTRICT"))
    ends_at: Mapped[datetime]
