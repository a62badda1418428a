"""Money, counted in minor units: how old a debt is, what a drawer should hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

LineKind = Literal["charge", "payment", "refund", "credit", "write_off"]
Method = Literal["cash", "terminal", "transfer", "other"]
METHODS: tuple[Method, ...] = ("cash", "terminal", "transfer", "other")
OWED: tuple[LineKind, ...] = ("charge", "refund")


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    amount: int | None = None


def signed(kind: LineKind, amount: int) -> int:
    """Charges and money handed back are owed to the gym; the rest settles."""
    return amount if kind in OWED else -amount


@dataclass(frozen=True, slots=True)
class Debit:
    due_on: date
    amount: int


def still_open(debits: Iterable[Debit], settled: int) -> list[Debit]:
    """What is left of each, the oldest being settled first."""
    left = []
    for debit in sorted(debits, key=lambda d: d.due_on):
        covered = min(debit.amount, settled)
        settled -= covered
        if covered < debit.amount:
            left.append(Debit(debit.due_on, debit.amount - covered))
    return left


@dataclass(frozen=True, slots=True)
class Arrears:
    """By age in days: up to 30, to 60, to 90, older."""

    fresh: int = 0
    month: int = 0
    quarter: int = 0
    old: int = 0

    @property
    def total(self) -> int:
        return self.fresh + self.month + self.quarter + self.old


def arrears(left: Iterable[Debit], day: date) -> Arrears:
    sums = [0, 0, 0, 0]
    for debit in left:
        age = (day - debit.due_on).days
        sums[0 if age <= 30 else 1 if age <= 60 else 2 if age <= 90 else 3] += debit.amount
    return Arrears(*sums)


def taking(amount: int, balance: int) -> Refused | None:
    """A payment may be more than is owed (it stays as credit), but not nothing and not absurd."""
    if amount <= 0:
        return Refused("nothing")
    if amount > max(balance, 0) + 10_000_000:
        return Refused("too_much", balance)
    return None


def giving_back(amount: int, paid: int) -> Refused | None:
    """Never more than was taken."""
    if amount <= 0:
        return Refused("nothing")
    return Refused("more_than_paid", paid) if amount > paid else None


def drawer(opening: int, cash_in: int, cash_out: int) -> int:
    return opening + cash_in - cash_out


def forgiving(amount: int, owed: int, code: str) -> Refused | None:
    """A discount is never more than what is owed; goodwill may stay as credit, within reason."""
    if amount <= 0:
        return Refused("nothing")
    if code == "discount" and amount > max(owed, 0):
        return Refused("more_than_owed", max(owed, 0))
    return Refused("too_much", max(owed, 0)) if amount > max(owed, 0) + 10_000_000 else None


# Double entry: what each line of the ledger moves, from the account that it is taken from to the one that it goes to.

ACCOUNTS = ("cash", "terminal", "transfer", "other", "members", "income", "discounts", "lost", "moved")
MOVED = frozenset({"opening", "merged"})  # neither earned nor forgiven here: it came with somebody


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of line on one day: `debit` receives what `credit` gives, always a positive amount."""

    debit: str
    credit: str
    amount: int


def entry(kind: LineKind, method: str | None, amount: int, code: str = "") -> Entry:
    """The sign of the ledger says the direction; a reversal goes the other way round."""
    match kind:
        case "charge":
            debit, credit = "members", "moved" if code in MOVED else "income"
        case "payment":
            debit, credit = method or "other", "members"
        case "refund":
            debit, credit = "members", method or "other"
        case "credit":
            debit, credit = "moved" if code in MOVED else "discounts", "members"
        case "write_off":
            debit, credit = "lost", "members"
    usual = amount > 0 if kind in OWED else amount < 0
    return Entry(debit, credit, abs(amount)) if usual else Entry(credit, debit, abs(amount))
