"""Desks that never stop: taps with ids, tried again until they are answered; and the checker that counts afterwards."""

import asyncio
import bisect
import itertools
import random
import time
from collections.abc import Awaitable, Callable
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
    asked: list[float] = field(default_factory=list)  # when what was answered then had been asked for
    again: int = 0
    strange: list[int] = field(default_factory=list)
    troubles: list[tuple[float, str]] = field(default_factory=list)  # when, and what there was instead of a yes
    stopping: bool = False
    through_edge: bool = False

    async def run(self, seconds: float) -> None:
        """Taps for so long, then every desk finishes the act it has in hand."""
        where = self.house.edge if self.through_edge else None
        wires = [await self.house.signed_in(self.whose(number), where) for number in range(self.desks)]
        work = [asyncio.create_task(self._desk(number, wire)) for number, wire in enumerate(wires)]
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and not self.stopping:
            await asyncio.sleep(0.05)
        self.stopping = True
        await asyncio.wait_for(asyncio.gather(*work), 60)
        for wire in wires:
            wire.close()

    def whose(self, number: int) -> str:
        return "dee"

    async def _desk(self, number: int, wire: Wire) -> None:
        chance = random.Random(f"{self.seed} {number}")
        while not self.stopping:
            await self.act(number, wire, chance)
            await asyncio.sleep(self.pause)

    async def act(self, number: int, wire: Wire, chance: random.Random) -> UUID:
        """A tap of anybody's."""
        id, member = new_id(), chance.randrange(len(self.house.members))
        await self.until_answered(lambda: tap(wire, self.house.members[member], id), chance)
        self.acked[id] = member
        return id

    async def until_answered(
        self, ask: Callable[[], Awaitable[int]], chance: random.Random, fine: tuple[int, ...] = (200,)
    ) -> int:
        """The same act with the same id; now and then once more although it was answered."""
        found = await self._once_answered(ask, fine)
        return await self._once_answered(ask, fine) if chance.random() < self.doubles else found

    async def _once_answered(self, ask: Callable[[], Awaitable[int]], fine: tuple[int, ...]) -> int:
        limit = time.monotonic() + PATIENCE
        while (began := time.monotonic()) < limit:
            said = ""
            try:
                status = await ask()
            except BrokenError as error:
                status, said = 0, str(error)
            if status in fine:
                self.asked.append(began)
                self.answers.append(time.monotonic())
                return status
            if status and status < 500 and status != 429:  # too many at once from one address: in a moment, it says
                self.strange.append(status)
            self.again += 1
            self.troubles.append((time.monotonic(), said or str(status)))
            await asyncio.sleep(0.05)
        raise AssertionError(f"an act was never answered: {status}")

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

    def recoveries(self, strikes: list[float]) -> list[float]:
        """For each blow the seconds until something was confirmed that had been asked for after it."""
        ended = sorted(zip(self.asked, self.answers, strict=True))
        soonest = list(itertools.accumulate((answered for _asked, answered in reversed(ended)), min))[::-1]
        places = [bisect.bisect_left(ended, (at, 0.0)) for at in strikes]
        return [soonest[place] - at for place, at in zip(places, strikes, strict=True) if place < len(soonest)]


@dataclass(frozen=True)
class Verdict:
    acked: int
    lost: int
    doubled: int
    wrong_balances: int
    orphans: int = 0  # jobs without the wish behind them, and the other way round


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
