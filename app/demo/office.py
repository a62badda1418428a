"""The owner's own part of the demo: hours and holidays, the rota of two weeks, closed months, a reminder, a request, a file to look at."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from app.accounts.actions import hours
from app.accounts.rules import Span
from app.demo.year import Year
from app.desk import actions as desk
from app.desk.queries import DoorRules
from app.insights.actions import close_month
from app.money import actions as money
from app.money import reminders
from app.money.sentences import reminder
from app.moving import actions as moving
from app.moving.reading import Sheet
from app.staff import actions as staff
from app.staff.rules import monday

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Owing:
    payer_id: UUID
    member_id: UUID


OLD_CLUB = Sheet(
    "members",
    ["First name", "Last name", "E-mail", "Phone", "Birthday", "Card", "Membership", "Valid until", "Balance"],
    [
        ["Nina", "Berg", "nina.berg@example.org", "+381 60 700 1001", "12.4.1991", "70000001", "Monthly", "", ""],
        ["Oto", "Lang", "oto.lang@example.org", "+381 60 700 1002", "3.11.1987", "70000002", "Yearly", "", "-25,00"],
        ["Mo", "Haddad", "mo@demo.spotter", "", "", "70000003", "", "", ""],
        ["", "", "nobody@example.org", "", "", "", "", "", ""],
        ["Ida", "Falk", "ida.falk", "", "", "", "", "", ""],
    ],
)


async def live(year: Year) -> None:
    await open_hours(year)
    await the_rota(year)
    await close_months(year)
    await ask_for_money(year)
    rows = [[*row[:7], (year.end + 20 * DAY).isoformat() if row[6] else "", row[8]] for row in OLD_CLUB.rows]
    sheet = Sheet(OLD_CLUB.kind, OLD_CLUB.columns, rows)
    at = year.at(year.end, 7)
    await moving.put_down(
        year.db, year.actor("ana"), [sheet], "members", "old-club.csv", "demo", id=year.id("moving"), now=at, day_first=True
    )


async def open_hours(year: Year) -> None:
    ana, at = year.actor("ana"), year.at(year.start, 8)
    week = [Span(day, time(6), time(22)) for day in range(5)]
    await hours.set_hours(
        year.db, ana, [*week, Span(5, time(8), time(20)), Span(6, time(8), time(14)), Span(6, time(16), time(20))], now=at
    )
    # Whoever has a card comes at any hour: the desk is told, not asked.
    await desk.rule(year.db, ana, DoorRules(changes={"closed": {"desk": "allow"}}), now=at)
    new_year = date(year.end.year + 1, 1, 1)
    await hours.add_holiday(year.db, ana, new_year, "New Year", None, None, now=at)
    await hours.add_holiday(year.db, ana, new_year - DAY, "New Year's Eve", time(8), time(14), now=at)


async def the_rota(year: Year) -> None:
    """Dee in the morning, Max in the afternoon, Cal three evenings; Dee came, and went on time but once."""
    max_, first = year.actor("max"), monday(year.end) - timedelta(days=7)
    for n in range(14):
        day = first + n * DAY
        if day.weekday() < 6:
            await shift(year, "dee", day, 6, 14)
        if day.weekday() < 5:
            await shift(year, "max", day, 14, 22)
        if day.weekday() in {0, 2, 4}:
            await shift(year, "cal", day, 17, 21)
        if day.weekday() < 6 and day < year.end:
            await worked(year, "dee", day, 6, 14 + (n == 3))
    await staff.clock_in(year.db, max_, id=year.id("worked", "max"), now=year.now - timedelta(hours=1))
    spell = year.id("worked", "dee", first + 3 * DAY)
    await staff.correct(
        year.db,
        max_,
        spell,
        year.at(first + 3 * DAY, 6),
        year.at(first + 3 * DAY, 14),
        why="Forgot to clock out",
        now=year.at(first + 4 * DAY, 9),
    )


async def shift(year: Year, who: str, day: date, opens: int, closes: int) -> None:
    await staff.plan(
        year.db, year.actor("max"), year.people[who].id, year.at(day, opens), year.at(day, closes), note="",
        id=year.id("shift", who, day), now=year.at(day - 5 * DAY, 12),
    )  # fmt: skip


async def worked(year: Year, who: str, day: date, began: int, ended: int) -> None:
    id = year.id("worked", who, day)
    await staff.clock_in(year.db, year.actor(who), id=id, now=year.at(day, began, 2))
    await staff.clock_out(year.db, year.actor(who), id, now=year.at(day, ended, 4))


async def close_months(year: Year) -> None:
    """All but the last one, each a few days after its end."""
    first = (year.start.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (year.end.replace(day=1) - DAY).replace(day=1)
    while first < last:
        after = (first + timedelta(days=32)).replace(day=1)
        await close_month(year.db, year.actor("ana"), first, now=year.at(after + 3 * DAY, 10))
        first = after


async def ask_for_money(year: Year) -> None:
    """Of those who owe: one was reminded ten days ago, for another one Dee asks for a discount."""
    owing = await year.db.all(
        _Owing,
        """select a.payer_id, m.id as member_id from account a join member m on m.person_id = a.payer_id
            where a.balance > 500 and a.currency = 'EUR' and m.home_gym_id = $1 and not m.person_id = any($2)
            order by a.owed_since, m.number limit 2""",
        year.gym_id, [somebody.id for somebody in year.people.values()],
    )  # fmt: skip
    for one in owing[1:]:
        await money.ask_for(
            year.db, year.actor("dee"), one.member_id, one.payer_id, "discount", 500, method=None, note="The showers were cold for a week",
            id=year.id("ask"), now=year.at(year.end - DAY, 17),
        )  # fmt: skip
    for debtor in await reminders.debtors(year.db, [one.payer_id for one in owing[:1]], (year.gym_id,), "EUR", year.gym_id):
        said = reminder(debtor.locale, debtor.name, debtor.gym, debtor.amount, "EUR", debtor.since)
        await money.remind(
            year.db, year.actor("ana"), debtor.payer_id, "letter", said, amount=debtor.amount, since=debtor.since, id=year.id("remind"),
            batch_id=year.id("reminders"), now=year.at(year.end - 10 * DAY, 11),
        )  # fmt: skip
