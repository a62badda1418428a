"""Requests in, CPU out: what a request costs the web process and Postgres, by the operating system's own count."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psutil

from tests.stack.wire import Wire

CLIENTS, ROUNDS = 8, 3


@dataclass(frozen=True)
class Cost:
    app: float  # µs of CPU per request
    base: float
    rate: float  # requests per second, eight clients in a closed loop on the same cores
    p50: float  # ms
    p99: float
    spread: float  # of `app` over the rounds, as a share


Ask = Callable[[Wire, int], Awaitable[int]]


async def cost(wires: list[Wire], ask: Ask, app: psutil.Process, base: psutil.Process, count: int) -> Cost:
    """The median of the rounds, after one that does not count."""
    await one_round(wires, ask, app, base, max(100, count // 4))
    rounds = [await one_round(wires, ask, app, base, count) for _ in range(ROUNDS)]
    middle = sorted(rounds, key=lambda each: each.app)[ROUNDS // 2]
    spread = (max(each.app for each in rounds) - min(each.app for each in rounds)) / middle.app if middle.app else 0
    return Cost(middle.app, middle.base, middle.rate, middle.p50, middle.p99, spread)


async def one_round(wires: list[Wire], ask: Ask, app: psutil.Process, base: psutil.Process, count: int) -> Cost:
    times: list[float] = []
    numbers = iter(range(count))

    async def client(wire: Wire) -> None:
        for number in numbers:
            began = time.perf_counter()
            status = await ask(wire, number)
            times.append(time.perf_counter() - began)
            assert status == 200, status

    before, base_before, began = busy(app), busy(base), time.perf_counter()
    await asyncio.gather(*(client(wire) for wire in wires))
    spent = time.perf_counter() - began
    await asyncio.sleep(0.2)
    micro = 1_000_000 / count
    return Cost(
        (busy(app) - before) * micro,
        (busy(base) - base_before) * micro,
        count / spent,
        statistics.median(times) * 1000,
        sorted(times)[int(len(times) * 0.99)] * 1000,
        0,
    )


def busy(process: psutil.Process) -> float:
    """Seconds of CPU of a process and everything under it, also what has ended."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            spent = each.cpu_times()
            total += spent.user + spent.system + spent.children_user + spent.children_system
        except psutil.NoSuchProcess:
            continue
    return total
