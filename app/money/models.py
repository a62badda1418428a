"""The ledger: what was charged, paid, given back and forgiven. Lines are added, never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Text

from app.db import Base


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


class ReceiptBook(Base):
    """The next receipt of a gym: numbers without gaps, because taking one locks the book until the commit."""

    __tablename__ = "receipt_book"
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"), primary_key=True)
    last: Mapped[int]
