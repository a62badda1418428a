"""Desks that never stop: taps with ids, tried again until they are answered; and the checker that counts afterwards."""

import asyncio
import itertools
import random
import time
from dataclasses import dataclass, field
from uuid import UUID

from app.db import new_id
from tests.stack.house import House, tap
from tests.stack.wire import BrokenError, Wire

PATIENCE = 60.0  # seconds after which a desk gives an act up; whoever is killed all the time needs some of them


@dataclass
class Load:
    house: House
    desks: int = 6
    pause: float = 0.0  # seconds between two acts of a desk
    doubles: float = 0.03  # acts sent again although they were answered
    seed: int = 20
    acked: dict[UUID, int] = field(default_factory=dict)  # id → number of the member
    answers: list[float] = field(default_factory=list)  # when
    again: int = 0
    strange: list[int] = field(default_factory=list)
    troubles: list[tuple[float, str]] = field(default_factory=list)  # when, and what there was instead of a yes
    stopping: bool = False
    through_edge: bool = False

    async def run(self, seconds: float) -> None:
        """Taps for so long, then every desk finishes the act it has in hand."""
        where = self.house.edge if self.through_edge else None
        wires = [await self.house.signed_in("dee", where) for _ in range(self.desks)]
        work = [asyncio.create_task(self._desk(number, wire)) for number, wire in enumerate(wires)]
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and not self.stopping:
            await asyncio.sleep(0.05)
        self.stopping = True
        await asyncio.wait_for(asyncio.gather(*work), 60)
        for wire in wires:
            wire.close()

    async def _desk(self, number: int, wire: Wire) -> None:
        chance = random.Random(f"{self.seed} {number}")
        while not self.stopping:
            id, member = new_id(), chance.randrange(len(self.house.members))
            await self._until_answered(wire, member, id)
            if chance.random() < self.doubles:
                await self._until_answered(wire, member, id)
            await asyncio.sleep(self.pause)

    async def _until_answered(self, wire: Wire, member: int, id: UUID) -> None:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            said = ""
            try:
                status = await tap(wire, self.house.members[member], id)
            except BrokenError as error:
                status, said = 0, str(error)
            if status == 200:
                self.acked[id] = member
                self.answers.append(time.monotonic())
                return
            if status and status < 500 and status != 429:  # too many at once from one address: in a moment, it says
                self.strange.append(status)
            self.again += 1
            self.troubles.append((time.monotonic(), said or str(status)))
            await asyncio.sleep(0.05)
        raise AssertionError(f"tap {id} was never answered: {status}")

    async def until_confirmed(self, count: int) -> None:
        """So many more acts are confirmed."""
        wanted = len(self.answers) + count
        async with asyncio.timeout(60):
            while len(self.answers) < wanted:
                await asyncio.sleep(0.02)

    def longest_gap(self) -> float:
        """Seconds in which nobody at all got an answer."""
        times = sorted(self.answers)
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)


@dataclass(frozen=True)
class Verdict:
    acked: int
    lost: int
    doubled: int
    wrong_balances: int


CHECK = """
with said as (select unnest($1::uuid[]) as id)
select count(*),
       count(*) filter (where a.id is null or (v.id is null and a.outcome in ('allowed', 'warned'))),
       (select count(*) from visit v where not exists (select from attempt a where a.id = v.id)),
       (select count(*) from membership m where m.visits_left is not null and m.visits_sold - m.visits_left <>
          (select count(*) from visit v where v.membership_id = m.id and v.took and not v.is_undone))
from said left join attempt a using (id) left join visit v using (id)"""


async def check(house: House, load: Load) -> Verdict:
    """What was confirmed is there, once, and every balance is what the visits say."""
    ((acked, lost, doubled, wrong),) = await house.facts(CHECK, list(load.acked))
    return Verdict(int(str(acked)), int(str(lost)), int(str(doubled)), int(str(wrong)))
