"""Arrears, requests, closed months and the accountant's files, as whole requests."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest

from app import clock
from app.db import new_id
from app.insights import actions as insights
from app.insights import months
from app.members.queries import payer_of
from app.money import actions as money
from app.money import queries as ledger
from app.money.rules import Entry, Refused, entry, forgiving
from tests.members.conftest import Gym
from tests.members.conftest import gym as gym

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "method", "amount", "expected"),
    [
        ("charge", None, 4900, Entry("members", "income", 4900)),
        ("charge", None, -4900, Entry("income", "members", 4900)),
        ("payment", "cash", -4900, Entry("cash", "members", 4900)),
        ("payment", "terminal", 4900, Entry("members", "terminal", 4900)),
        ("refund", "transfer", 900, Entry("members", "transfer", 900)),
        ("refund", "cash", -900, Entry("cash", "members", 900)),
        ("credit", None, -500, Entry("discounts", "members", 500)),
        ("credit", None, 500, Entry("members", "discounts", 500)),
        ("write_off", None, -700, Entry("lost", "members", 700)),
    ],
)
def test_every_line_moves_between_two_accounts(kind: str, method: str | None, amount: int, expected: Entry) -> None:
    assert entry(kind, method, amount) == expected  # type: ignore[arg-type]


def test_what_came_with_somebody_is_neither_earned_nor_forgiven() -> None:
    assert entry("charge", None, 900, "opening") == Entry("members", "moved", 900)
    assert entry("credit", None, -900, "merged") == Entry("moved", "members", 900)


@pytest.mark.parametrize(
    ("amount", "owed", "code", "no"),
    [(0, 900, "discount", "nothing"), (901, 900, "discount", "more_than_owed"), (900, 900, "discount", None), (50, -10, "discount", "more_than_owed"),
     (901, 900, "goodwill", None), (20_000_000, 0, "goodwill", "too_much")],
)  # fmt: skip
def test_a_discount_is_at_most_what_is_owed(amount: int, owed: int, code: str, no: str | None) -> None:
    found = forgiving(amount, owed, code)
    assert (found.code if found else None) == no


async def owed(gym: Gym, key: str) -> int:
    return (await ledger.account(gym.db, await payer_of(gym.db, gym.member(key)), "EUR")).balance


async def test_lou_is_reminded_once_a_week_in_spanish(gym: Gym, as_) -> None:
    await gym.sell("lou", days_ago=70)
    lou = await payer_of(gym.db, gym.member("lou"))
    await gym.db.run("update person set locale = 'es' where id = $1", lou)
    ana, batch = await as_("ana"), str(new_id())
    page = (await ana.get("/money/arrears")).text
    assert "Lou Bianchi" in page
    assert "64.00" in page
    for _ in range(2):
        answer = await ana.post("/money/reminders", {"id": batch, "channel": "letter", "payers": str(lou)}, htmx=False)
        assert answer.status_code == 303, "the same form twice is one reminder"
    letter = (await ana.get(f"/money/reminders/{batch}")).text
    assert 'lang="es"' in letter
    assert "64,00" in letter
    assert "Dear" not in letter
    again = await ana.post("/money/reminders", {"id": str(new_id()), "channel": "message", "payers": str(lou)})
    assert again.status_code == 409
    assert "less than a week ago" in again.text
    await gym.db.run("update reminder set at = at - interval '7 days'")
    later = await ana.post("/money/reminders", {"id": str(new_id()), "channel": "message", "payers": str(lou)}, htmx=False)
    assert later.status_code == 303
    assert await gym.db.value("select count(*) from reminder") == 2


async def test_nobody_is_reminded_of_what_is_paid_or_by_a_mail_that_nobody_sends(gym: Gym, as_) -> None:
    await gym.sell("lou", days_ago=70)
    lou, ana = await payer_of(gym.db, gym.member("lou")), await as_("ana")
    nobody = await ana.post("/money/reminders", {"id": str(new_id()), "channel": "letter"})
    assert nobody.status_code == 422
    assert "Tick whom" in nobody.text
    mail = await ana.post("/money/reminders", {"id": str(new_id()), "channel": "mail", "payers": str(lou)})
    assert mail.status_code == 422
    assert "sends no mail" in mail.text
    await money.take_payment(gym.db, gym.dee, lou, 6400, "cash", id=new_id(), now=gym.now)
    paid = await ana.post("/money/reminders", {"id": str(new_id()), "channel": "letter", "payers": str(lou)})
    assert paid.status_code == 409
    assert await gym.db.value("select count(*) from reminder") == 0


async def test_dee_asks_and_ana_decides(gym: Gym, as_) -> None:
    """The desk moves nothing by itself; whoever asked never decides; granted twice is one line."""
    await gym.sell("mo")
    dee, ana, mo = await as_("dee"), await as_("ana"), gym.member("mo")
    request = str(new_id())
    form = {"id": request, "kind": "discount", "amount": "10", "note": "Student", "method": "cash"}
    for _ in range(2):
        assert (await dee.post(f"/members/{mo}/money-requests", form)).status_code == 200
    assert await owed(gym, "mo") == 6400, "asking moves nothing"
    assert (await dee.post(f"/money/requests/{request}", {"act": "grant"})).status_code == 403
    assert "Student" in (await ana.get("/money/requests")).text
    for _ in range(2):
        assert (await ana.post(f"/money/requests/{request}", {"act": "grant", "answer": "Fine"})).status_code == 200
    assert await owed(gym, "mo") == 5400
    late = await ana.post(f"/money/requests/{request}", {"act": "decline"})
    assert late.status_code == 409
    assert "decided about this already" in late.text


async def test_who_asked_never_decides_and_a_refund_is_never_more_than_was_paid(gym: Gym, as_) -> None:
    await gym.sell("mo")
    ana, mo, own, much = await as_("ana"), gym.member("mo"), new_id(), new_id()
    payer = await payer_of(gym.db, mo)
    await money.ask_for(gym.db, gym.ana, mo, payer, "goodwill", 500, method=None, note="Mine", id=own, now=gym.now)
    answer = await ana.post(f"/money/requests/{own}", {"act": "grant"})
    assert answer.status_code == 409
    assert "you asked for it" in answer.text
    await money.ask_for(gym.db, gym.dee, mo, payer, "refund", 500, method="cash", note="Change", id=much, now=gym.now)
    answer = await ana.post(f"/money/requests/{much}", {"act": "grant"})
    assert answer.status_code == 409
    assert "that is what was paid" in answer.text
    assert await gym.db.value("select decided_at from money_request where id = $1", much) is None, "it stays open"


async def test_ana_gives_a_discount_at_once(gym: Gym, as_) -> None:
    await gym.sell("mo")
    ana, mo = await as_("ana"), gym.member("mo")
    form = {"id": str(new_id()), "kind": "discount", "amount": "70", "note": "Too much"}
    assert (await ana.post(f"/members/{mo}/credits", form)).status_code == 409
    form |= {"amount": "14", "id": str(new_id())}
    for _ in range(2):
        assert (await ana.post(f"/members/{mo}/credits", form)).status_code == 200
    assert await owed(gym, "mo") == 5000


async def a_month(gym: Gym) -> str:
    """Last month, with one of everything in it."""
    first = (clock.now().astimezone(gym.dee.zone).date().replace(day=1) - DAY).replace(day=1)
    at = clock.start_of(first + 9 * DAY, gym.dee.zone) + timedelta(hours=10)
    mo, lou = [await payer_of(gym.db, gym.member(key)) for key in ("mo", "lou")]
    sold = await money.sell(gym.db, gym.dee, gym.member("mo"), gym.type("month"), starts_on=first + 9 * DAY, id=new_id(), now=at)
    assert not isinstance(sold, Refused)
    await money.take_payment(gym.db, gym.dee, mo, 6400, "cash", id=UUID(int=77), now=at)
    await money.refund(gym.db, gym.ana, mo, 400, "transfer", id=new_id(), now=at, note="Change")
    await money.charge(gym.db, gym.dee, lou, 2000, code="charge", id=UUID(int=78), now=at, note="Shake")
    await money.write_off(gym.db, gym.ana, lou, 500, id=new_id(), now=at, note="Small")
    await money.forgive(gym.db, gym.ana, lou, 300, "discount", member_id=gym.member("lou"), id=new_id(), now=at, note="Loyal")
    await money.reverse(gym.db, gym.ana, UUID(int=78), id=new_id(), now=at, note="Not Lou")
    return first.isoformat()[:7]


async def test_the_accountants_files_add_up_to_the_ledger(gym: Gym, as_) -> None:
    month, ana = await a_month(gym), await as_("ana")
    answer = await ana.get("/money/journal.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    debit, credit = (sum(round(float(row[side] or 0) * 100) for row in rows) for side in ("debit", "credit"))
    assert debit == credit > 0
    assert all(row["day"].startswith(month) for row in rows)

    def of(account: str) -> int:
        return sum(
            round((float(row["debit"] or 0) - float(row["credit"] or 0)) * 100) for row in rows if row["account"] == account
        )

    assert of("members") == await gym.db.value("select sum(amount) from ledger_line")
    assert (of("cash"), of("transfer"), of("income"), of("lost"), of("discounts")) == (6400, -400, -6400, 500, 300)
    lines = list(csv.DictReader(io.StringIO((await ana.get("/money/lines.csv")).content.decode("utf-8-sig"))))
    assert len(lines) == await gym.db.value("select count(*) from ledger_line") == sum(int(row["lines"]) for row in rows) // 2
    assert "Monthly" in (await ana.get("/money/journal.csv")).text
    assert "Debit" in (await ana.get("/money/books")).text
    assert await gym.db.value("select count(*) from audit_line where act = 'money.exported'") == 3


async def test_a_closed_month_stays_and_shows_what_moved_after(gym: Gym, as_) -> None:
    month, ana = await a_month(gym), await as_("ana")
    before = await months.month(gym.db, gym.dee.gym_id, clock.now().date().fromisoformat(f"{month}-01"))
    assert "Close this month" in (await ana.get(f"/money/months/{month}")).text
    for _ in range(2):
        assert (await ana.post(f"/money/months/{month}/close", htmx=False)).status_code == 303
    assert "Nothing has moved since" in (await ana.get(f"/money/months/{month}")).text
    mo = await payer_of(gym.db, gym.member("mo"))
    await money.charge(
        gym.db,
        gym.dee,
        mo,
        1100,
        code="charge",
        id=new_id(),
        now=clock.start_of(before.month + 20 * DAY, gym.dee.zone),
        note="Late",
    )
    await money.reverse(gym.db, gym.ana, UUID(int=77), id=new_id(), now=clock.now(), note="Bounced")
    after = await months.month(gym.db, gym.dee.gym_id, before.month)
    assert after.then is not None
    assert after.then.lines == before.now.lines, "what was frozen is what was there"
    assert [(then, now) for _line, then, now in after.rows if then != now] == [(0, 1100)]
    assert after.then.closing + 1100 == after.now.closing
    page = (await ana.get(f"/money/months/{month}")).text
    assert "Lines were booked into it since" in page
    assert "Bounced" in page
    assert "Closed, and moved since" in (await ana.get("/money/months")).text
    this = clock.now().astimezone(gym.dee.zone).date().replace(day=1)
    assert not await insights.close_month(gym.db, gym.ana, this, now=clock.now()), "a month that runs cannot be closed"
    for nonsense in ("2999-01", "x", "2026-13", "0001-01"):
        assert (await ana.get(f"/money/months/{nonsense}")).status_code == 404
