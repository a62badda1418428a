"""What a storm blows into: desks that tap, take back and take money, and lifters who log sets. Everything is asked again until it is
answered, and counted afterwards.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from app import db as db_
from app.db import Db, new_id
from app.exercises import catalogue
from benchmarks.scene import CARDS, Bench, opened
from tests.stack.house import HTMX, House
from tests.stack.load import Load, Verdict, check
from tests.stack.wire import Wire

UNDONE, PAID = 0.15, 0.2  # of a desk's acts: a tap that is taken back, money


@dataclass
class Gym(House):
    benches: list[Bench] = field(default_factory=list)

    async def _fill(self) -> None:
        await super()._fill()
        connection = await db_.connect(self.cluster.dsn())
        db = Db(connection)
        await catalogue.seed(db)
        exercises = await db.column("select id from exercise order by id limit $1", CARDS)
        self.benches = [await opened(db, exercises, datetime.now(UTC)) for _ in range(4)]
        await connection.close()


@dataclass
class Everybody(Load):
    """Two of three are desks, the others lift."""

    undone: list[UUID] = field(default_factory=list)
    no_visits: list[UUID] = field(default_factory=list)  # a tap that let nobody in
    paid: dict[UUID, int] = field(default_factory=dict)
    lifted: dict[UUID, int] = field(default_factory=dict)  # a set and the words that were confirmed last
    hub: Gym = field(init=False)

    def __post_init__(self) -> None:
        assert isinstance(self.house, Gym)
        self.hub = self.house

    def whose(self, number: int) -> str:
        return "mo" if number % 3 == 2 else "dee"

    async def act(self, number: int, wire: Wire, chance: random.Random) -> UUID:
        if self.whose(number) == "mo":
            return await self._lift(self.hub.benches[number // 3], wire, chance)
        drawn = chance.random()
        if drawn < PAID:
            return await self._pay(wire, chance)
        visit = await super().act(number, wire, chance)
        if drawn > 1 - UNDONE:
            await self._take_back(visit, wire, chance)
        return visit

    async def _pay(self, wire: Wire, chance: random.Random) -> UUID:
        id, amount = new_id(), chance.randrange(100, 9000)
        member = chance.choice(self.hub.members)
        form = {"id": str(id), "amount": f"{amount / 100:.2f}", "method": "terminal", "note": f"storm {id}"}

        async def ask() -> int:
            return (await wire.post(f"/members/{member.id}/payments", form, **HTMX)).status

        await self.until_answered(ask, chance)
        self.paid[id] = amount
        return id

    async def _take_back(self, visit: UUID, wire: Wire, chance: random.Random) -> None:
        form = {"id": str(new_id())}

        async def ask() -> int:
            return (await wire.post(f"/desk/visits/{visit}/undo", form, **HTMX)).status

        status = await self.until_answered(ask, chance, fine=(200, 404, 409))  # 409: the minute was over before it could be
        if status == 200:
            self.undone.append(visit)
        elif status == 404:
            self.no_visits.append(visit)

    async def _lift(self, bench: Bench, wire: Wire, chance: random.Random) -> UUID:
        (exercise, id), reps = chance.choice(bench.sets), chance.randrange(1, 30)
        form = {"at": "", "kind": "normal", "weight": "62,5", "reps": str(reps), "do": "done"}

        async def ask() -> int:
            return (await wire.post(f"/workouts/{bench.workout}/exercises/{exercise}/sets/{id}", form, **HTMX)).status

        await self.until_answered(ask, chance)
        self.lifted[id] = reps
        return id


OTHERS = """
select (select count(*) from unnest($1::uuid[]) id where not exists (select from visit v where v.id = id and v.is_undone))
       + (select count(*) from visit where id = any($6)),
       (select count(*) from unnest($2::uuid[], $3::bigint[]) p (id, amount)
         where not exists (select from ledger_line l where l.id = p.id and l.amount = -p.amount and l.kind = 'payment')),
       (select count(*) from unnest($4::uuid[], $5::int[]) s (id, reps)
         where not exists (select from workout_set w where w.id = s.id and w.reps = s.reps and w.done_at is not null)),
       (select count(*) from (select note from ledger_line where note like 'storm %' group by note having count(*) > 1) twice),
       (select count(*) from (select payer_id, currency, sum(amount) as owed from ledger_line group by 1, 2) l
          full join account a using (payer_id, currency) where coalesce(a.balance, 0) <> coalesce(l.owed, 0)),
       (select count(*) from pgqueuer q where q.dedupe_key <> q.entrypoint and not exists (select from job_note n where n.number = q.id))
       + (select count(*) from job_note n where not exists (select from pgqueuer q where q.id = n.number))
       + (select count(*) from audit_line l where not exists (select from audit_seal s where s.line_id = l.id))"""


async def judged(house: House, load: Everybody) -> Verdict:
    """What was confirmed is there, once; every balance is what its lines say; nothing waits for an act that never was."""
    taps = await check(house, load)
    paid, lifted = load.paid, load.lifted
    ((undone, unpaid, unlifted, twice, unequal, orphans),) = await house.facts(
        OTHERS, load.undone, list(paid), list(paid.values()), list(lifted), list(lifted.values()), load.no_visits
    )
    lost = taps.lost + sum(int(str(count)) for count in (undone, unpaid, unlifted))
    return Verdict(
        len(load.answers), lost, taps.doubled + int(str(twice)), taps.wrong_balances + int(str(unequal)), int(str(orphans))
    )
