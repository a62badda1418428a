"""The year's sales and payments: who came, stayed, froze, lapsed and owes. The cast stand where the stories want them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from app.actor import Actor
from app.demo.members import member_id, membership_id, type_id
from app.demo.world import RIVER_ID
from app.demo.year import Year
from app.members import actions as members
from app.members.actions import Sold
from app.members.queries import payer_of
from app.members.rules import last_of
from app.money import actions
from app.money.rules import Method

DAY = timedelta(days=1)
METHODS: tuple[Method, ...] = ("terminal", "terminal", "cash", "cash", "transfer")


@dataclass(slots=True)
class Till:
    """Whoever is at the desk that day, and how somebody pays."""

    year: Year
    chance: Random
    dee: Actor

    def at(self, day: date) -> datetime:
        return self.year.at(day, 7 + self.chance.randrange(13), self.chance.randrange(60))

    async def sell(self, member: UUID, kind: str, day: date, id: UUID, *, starts_on: date | None = None) -> Sold | None:
        seller = replace(self.dee, gym_id=RIVER_ID, gym_ids=(RIVER_ID,)) if kind == "river" else self.dee
        sold = await actions.sell(
            self.year.db, seller, member, type_id(kind), starts_on=starts_on or day, id=id, now=self.at(day)
        )
        return sold if isinstance(sold, Sold) else None

    async def pays(self, member: UUID, amount: int, day: date, id: UUID) -> None:
        if amount and day <= self.year.end:
            payer = await payer_of(self.year.db, member)
            await actions.take_payment(
                self.year.db, self.dee, payer, amount, self.chance.choice(METHODS), id=id, now=self.at(day), member_id=member
            )


async def live(year: Year) -> None:
    till = Till(year, year.chance, year.actor("dee"))
    await the_cast(till)
    rows = await year.db.connection.fetch(
        "select id, joined_on, home_gym_id from member where not id = any($1) order by number",
        [member_id(key) for key in ("mo", "fay", "lou", "pat", "kim", "zed", "cal", "ana", "lia", "ben")],
    )
    for n, row in enumerate(rows):
        await one_member(till, n, row["id"], row["joined_on"], at_river=row["home_gym_id"] == RIVER_ID)
        if n % 60 == 0:  # plans that were made for empty tables are no good for full ones
            await year.db.run("analyze member, person, membership, ledger_line, account, household_place, membership_freeze")
        if n % 20 == 0:
            year.say("money", n / len(rows))
    await the_drawer(till)


async def the_cast(till: Till) -> None:
    """Mo is paid up, Fay is frozen, Lou has lapsed, Pat has one visit left, Kim pays for a household, Zed trains at the River."""
    year, end = till.year, till.year.end
    await chain(till, member_id("mo"), "month", end - timedelta(days=220), "mo", until=end)
    await chain(till, member_id("fay"), "month", end - timedelta(days=130), "fay", until=end)
    await chain(till, member_id("lou"), "month", end - timedelta(days=190), "lou", until=end - timedelta(days=34))
    await chain(till, member_id("zed"), "river", end - timedelta(days=160), "zed", until=end)
    for key in ("ana", "cal"):
        sold = await till.sell(member_id(key), "year", end - timedelta(days=200), membership_id(key))
        await till.pays(member_id(key), sold.total if sold else 0, end - timedelta(days=200), year.id("pay", key))
    pat = await till.sell(member_id("pat"), "ten", end - timedelta(days=40), membership_id("pat"))
    await till.pays(member_id("pat"), pat.total if pat else 0, end - timedelta(days=40), year.id("pay", "pat"))
    await year.db.run(
        "update membership set visits_left = 1 where id = $1", membership_id("pat")
    )  # nine visits before our story begins
    kim = await till.sell(member_id("kim"), "family", end - timedelta(days=70), membership_id("kim"))
    await till.pays(member_id("kim"), kim.total if kim else 0, end - timedelta(days=70), year.id("pay", "kim"))
    held = await year.db.value(
        "select id from membership where member_id = $1 and starts_on <= $2 and ends_on >= $2 limit 1",
        member_id("fay"),
        end - 4 * DAY,
    )
    if held:
        await members.freeze(
            year.db, till.dee, member_id("fay"), held, starts_on=end - 4 * DAY, ends_on=end + 16 * DAY, why="Knee", id=year.id("freeze", "fay"),
            now=till.at(end - 4 * DAY), by_staff=True,
        )  # fmt: skip


async def chain(till: Till, member: UUID, kind: str, start: date, key: str, *, until: date, unpaid_last: bool = False) -> None:
    """One membership after the other, from the first day on, each paid near its beginning."""
    year, day, n = till.year, start, 0
    duration = 12 if kind == "year" else 3 if kind == "ten" else 1
    while day <= until:
        sold_on = max(start, day - timedelta(days=till.chance.randrange(4)))
        sold = await till.sell(member, kind, sold_on, year.id("membership", key, n), starts_on=day)
        if sold is None:
            return
        last = last_of(day, duration, "month")
        if not (unpaid_last and last >= until):
            await till.pays(
                member, sold.total, sold_on + timedelta(days=till.chance.choice((0, 0, 0, 0, 1, 6))), year.id("paid", key, n)
            )
        day, n = last + DAY, n + 1


async def one_member(till: Till, n: int, id: UUID, joined_on: date, *, at_river: bool) -> None:
    """Most stay, some lapse after a while, some forget to pay, a few freeze or leave."""
    chance, year = till.chance, till.year
    kind = "river" if at_river else chance.choices(("month", "mornings", "year", "ten"), (52, 14, 22, 12))[0]
    if n >= 140 and chance.random() < 0.25:
        trial_on = joined_on
        await actions.sell_day_pass(
            year.db,
            till.dee,
            id,
            type_id("trial" if chance.random() < 0.7 else "day"),
            "cash",
            id=year.id("first", n),
            now=till.at(trial_on),
        )
        if chance.random() < 0.3:
            return
        joined_on = min(joined_on + timedelta(days=7), year.end)
    stays = timedelta(days=400) if chance.random() < 0.62 else timedelta(days=chance.randrange(30, 300))
    until = min(year.end, joined_on + stays)
    await chain(till, id, kind, joined_on, str(n), until=until, unpaid_last=chance.random() < 0.09)
    if until == year.end and kind in ("month", "mornings", "river"):
        await something_happens(till, n, id)


async def something_happens(till: Till, n: int, id: UUID) -> None:
    year, chance = till.year, till.chance
    running = await year.db.value(
        "select id from membership where member_id = $1 and starts_on <= $2 and ends_on > $2 order by ends_on desc limit 1",
        id,
        year.end - 2 * DAY,
    )
    if running is None:
        return
    match chance.randrange(40):
        case 0 | 1:
            starts_on = year.end - timedelta(days=chance.randrange(1, 3))
            await members.freeze(
                year.db, till.dee, id, running, starts_on=starts_on, ends_on=starts_on + timedelta(days=chance.randrange(10, 40)),
                why=chance.choice(("Holiday", "Injury", "Work abroad")), id=year.id("freeze", n), now=till.at(starts_on), by_staff=True,
            )  # fmt: skip
        case 2:
            await members.suspend(
                year.db,
                till.dee,
                id,
                running,
                why="Card payment bounced twice",
                id=year.id("suspend", n),
                now=till.at(year.end - DAY),
            )
        case 3 | 4:
            why = chance.choice(("moving", "price", "time", "gym"))
            await actions.cancel(
                year.db,
                till.dee,
                id,
                running,
                why=why,
                id=year.id("cancel", n),
                now=till.at(year.end - timedelta(days=2)),
                by_staff=True,
            )


async def the_drawer(till: Till) -> None:
    """Yesterday's drawer was counted; the difference is a coin."""
    year, yesterday = till.year, till.year.end - DAY
    id = year.id("shift", "yesterday")
    await actions.open_shift(year.db, till.dee, 10000, id=id, now=year.at(yesterday, 6, 30))
    await actions.take_payment(
        year.db,
        till.dee,
        year.people["mo"].id,
        250,
        "cash",
        id=year.id("bar"),
        now=year.at(yesterday, 18),
        member_id=member_id("mo"),
        note="Protein bar",
    )
    await actions.charge(
        year.db, till.dee, year.people["mo"].id, 250, code="charge", id=year.id("bar", "charge"), now=year.at(yesterday, 18), member_id=member_id("mo"),
        note="Protein bar",
    )  # fmt: skip
    await actions.close_shift(year.db, till.dee, id, 10200, note="", now=year.at(yesterday, 22))
