"""For the accountant: the period as double entry and line by line, as CSV that adds up to the ledger."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get

from app import clock
from app.accounts.actions import audit
from app.actor import Actor
from app.members.forms import from_minor
from app.money import journal
from app.money.forms import Period
from app.money.pages.till import month_of, previous_month
from app.money.sentences import books, lines
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_query
from app.web.pages import page
from app.web.sheets import as_csv

MOST = timedelta(days=3700)


def period_of(request: Request, today: date) -> tuple[date, date]:
    """The days asked for; nonsense is last month."""
    asked = read_query(request, Period).value
    first, last = (asked.first, asked.last) if asked else (None, None)
    if first and last and date(1990, 1, 1) <= first <= last <= date(2200, 1, 1) and last - first <= MOST:
        return first, last
    this = month_of(None, today)
    return previous_month(this), this - timedelta(days=1)


def between(actor: Actor, first: date, last: date) -> tuple[datetime, datetime]:
    return clock.start_of(first, actor.zone), clock.start_of(last + timedelta(days=1), actor.zone)


@get("/money/books", name="money.books", guards=[may("money.totals")])
async def for_the_accountant(request: Request, db: Db, actor: Ask) -> Response[str]:
    """What the files hold, account by account, before they are fetched."""
    first, last = period_of(request, actor.today(clock.now()))
    found = await journal.posted(db, actor.gym_ids, actor.currency, *between(actor, first, last))
    sums: dict[str, list[int]] = {}
    for one in found:
        sums.setdefault(one.entry.debit, [0, 0])[0] += one.entry.amount
        sums.setdefault(one.entry.credit, [0, 0])[1] += one.entry.amount
    return page(
        request, "money/books.html", "books", first=first, last=last, sums=sums, books=books(), lines=sum(one.lines for one in found),
        tab="books",
    )  # fmt: skip


@get("/money/journal.csv", name="money.journal", guards=[may("money.totals")])
async def journal_csv(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    """Two rows for each entry: the account that receives and the one that gives."""
    first, last = period_of(request, actor.today(clock.now()))
    found = await journal.posted(db, actor.gym_ids, actor.currency, *between(actor, first, last))
    await audit(db, actor, "money.exported", now=clock.now(), after={"first": str(first), "last": str(last), "as": "journal"})
    return as_csv(f"journal-{first}-{last}", journal_rows(found))


def journal_rows(found: Iterable[journal.Posted]) -> Iterable[list[Any]]:
    named, what = books(), lines()
    yield [
        "entry",
        "day",
        "gym",
        "account",
        "account_name",
        "debit",
        "credit",
        "currency",
        "kind",
        "method",
        "type",
        "for",
        "reversal",
        "lines",
    ]
    for n, one in enumerate(found, 1):
        entry, amount = one.entry, from_minor(one.entry.amount, one.currency)
        about = [
            one.currency, one.kind, one.method, one.type, what.get(one.code, what[one.kind]), "yes" if one.is_reversal else "", one.lines,
        ]  # fmt: skip
        yield [n, one.day, one.gym, entry.debit, named[entry.debit], amount, "", *about]
        yield [n, one.day, one.gym, entry.credit, named[entry.credit], "", amount, *about]


@get("/money/lines.csv", name="money.lines", guards=[may("money.totals")])
async def lines_csv(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    """Every line of the ledger, as it was written; positive is owed to the gym."""
    first, last = period_of(request, actor.today(clock.now()))
    found = await journal.booked(db, actor.gym_ids, actor.currency, *between(actor, first, last))
    await audit(db, actor, "money.exported", now=clock.now(), after={"first": str(first), "last": str(last), "as": "lines"})
    head = [
        "at",
        "gym",
        "kind",
        "for",
        "method",
        "type",
        "amount",
        "currency",
        "payer",
        "receipt",
        "due_on",
        "note",
        "by",
        "reversal",
    ]
    rows = [
        [
            one.at.astimezone(actor.zone).isoformat(timespec="seconds"), one.gym, one.kind, one.code, one.method, one.type,
            from_minor(one.amount, one.currency), one.currency, one.payer, one.receipt, one.due_on, one.note, one.by,
            "yes" if one.is_reversal else "",
        ]
        for one in found
    ]  # fmt: skip
    return as_csv(f"ledger-{first}-{last}", [head, *rows])


HANDLERS = [for_the_accountant, journal_csv, lines_csv]
