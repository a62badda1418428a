"""The ledger: what was charged, paid, given back and forgiven. Lines are added, never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Text

from app.base import Base


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class Shift(Base):
    """One person at one till, from opening to the counted drawer."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("opening_cash >= 0 and counted_cash >= 0", name="cash"),
        CheckConstraint("(closed_at is null) = (counted_cash is null)", name="closed"),
        Index("uq_shift_open", "gym_id", "person_id", unique=True, postgresql_where=text("closed_at is null")),
        Index("ix_shift_gym", "gym_id", "opened_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    person_id: Mapped[UUID] = mapped_column(refer("person.id"))
    currency: Mapped[str] = mapped_column(Text)
    opening_cash: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime]
    counted_cash: Mapped[int | None] = mapped_column(BigInteger)
    expected_cash: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, server_default="")
    closed_at: Mapped[datetime | None]


class LedgerLine(Base):
    """Signed minor units: positive is owed to the gym (charge, money given back), negative settles it.

    A reversal repeats kind, payer and currency with the opposite sign and names the line that it takes back.
    """

    __tablename__ = "ledger_line"
    __table_args__ = (
        CheckConstraint("kind in ('charge', 'payment', 'refund', 'credit', 'write_off')", name="kind"),
        CheckConstraint("method in ('cash', 'terminal', 'transfer', 'other')", name="method"),
        CheckConstraint("(method is not null) = (kind in ('payment', 'refund'))", name="method_when_money_moves"),
        CheckConstraint("amount <> 0 and ((amount > 0) = (kind in ('charge', 'refund'))) = (reverses_id is null)", name="sign"),
        CheckConstraint("amount between -1000000000000 and 1000000000000", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("ix_ledger_line_payer", "payer_id", "currency", "at", "id"),
        Index("ix_ledger_line_gym", "gym_id", "at"),
        Index("ix_ledger_line_membership", "membership_id", postgresql_where=text("membership_id is not null")),
        Index("ix_ledger_line_shift", "shift_id", postgresql_where=text("shift_id is not null")),
        Index("uq_ledger_line_reverses", "reverses_id", unique=True, postgresql_where=text("reverses_id is not null")),
        Index("uq_ledger_line_receipt", "gym_id", "receipt", unique=True, postgresql_where=text("receipt is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    payer_id: Mapped[UUID] = mapped_column(refer("person.id"))  # who pays
    member_id: Mapped[UUID | None] = mapped_column(refer("member.id"))  # whom it is for
    membership_id: Mapped[UUID | None] = mapped_column(refer("membership.id"))
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text, server_default="")  # membership, joining_fee, freeze_fee, returned_days, …
    method: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]  # charges: the day from which it is a debt
    note: Mapped[str] = mapped_column(Text, server_default="")
    receipt: Mapped[int | None]
    reverses_id: Mapped[UUID | None] = mapped_column(refer("ledger_line.id"))
    shift_id: Mapped[UUID | None] = mapped_column(refer("shift.id"))
    by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class Account(Base):
    """What one payer owes in one currency and since when. Kept by the ledger's trigger, written by nobody else."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_owed", "owed_since", postgresql_where=text("balance > 0")),)
    payer_id: Mapped[UUID] = mapped_column(refer("person.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger)  # positive = owes
    owed_since: Mapped[date | None]  # due day of the oldest charge not yet covered


class Reminder(Base):
    """Somebody was asked to pay: how, in which words and for how much."""

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("channel in ('letter', 'mail', 'message')", name="channel"),
        Index("ix_reminder_payer", "payer_id", "currency", "at"),
        Index("ix_reminder_batch", "batch_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID]  # letters that were made together are printed together
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    payer_id: Mapped[UUID] = mapped_column(refer("person.id"))
    currency: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    owed_since: Mapped[date | None]
    channel: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class MoneyRequest(Base):
    """Money to give back or to forgive: one person asks, another one decides. Granted, it becomes a line under the same id."""

    __tablename__ = "money_request"
    __table_args__ = (
        CheckConstraint("kind in ('refund', 'discount', 'goodwill', 'write_off')", name="kind"),
        CheckConstraint("method in ('cash', 'terminal', 'transfer', 'other')", name="method"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(btrim(note)) between 1 and 400", name="note"),
        CheckConstraint("(method is not null) = (kind = 'refund')", name="method_when_money_moves"),
        CheckConstraint("num_nonnulls(decided_by, decided_at, is_granted) in (0, 3)", name="decided"),
        CheckConstraint("decided_by is distinct from asked_by", name="two_people"),
        Index("ix_money_request_open", "gym_id", "asked_at", postgresql_where=text("decided_at is null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    payer_id: Mapped[UUID] = mapped_column(refer("person.id"))
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    kind: Mapped[str] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID] = mapped_column(refer("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    decided_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, server_default="")


class ReceiptBook(Base):
    """The next receipt of a gym: numbers without gaps, because taking one locks the book until the commit."""

    __tablename__ = "receipt_book"
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"), primary_key=True)
    last: Mapped[int]
