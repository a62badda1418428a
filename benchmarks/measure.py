"""Requests in, CPU out: what a request costs the web process, Postgres and the rest, by the operating system's own count."""

import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from benchmarks.client import Browser, Strange, status
from benchmarks.paths import Make

CLIENTS, ROUNDS = 8, 3
MICRO = 1_000_000


@dataclass(frozen=True)
class Cost:
    """µs of CPU per request by part of the house; rates and times with eight clients in a closed loop on the same cores."""

    cpu: dict[str, float]
    rate: float
    p50: float  # ms
    p99: float
    spread: float  # of the web's share over the rounds

    @property
    def app(self) -> float:
        return self.cpu["web"]

    @property
    def total(self) -> float:
        return sum(self.cpu.values())


async def cost(
    browsers: list[Browser], make: Make, parts: Mapping[str, list[psutil.Process]], count: int, rounds: int = ROUNDS
) -> Cost:
    """The median of the rounds, after one that does not count."""
    await one_round(browsers, make, parts, max(100, count // 3))
    found = [await one_round(browsers, make, parts, count) for _ in range(rounds)]
    middle = sorted(found, key=lambda each: each.app)[rounds // 2]
    spread = (max(each.app for each in found) - min(each.app for each in found)) / middle.app if middle.app else 0
    return Cost(
        middle.cpu,
        statistics.median(each.rate for each in found),
        middle.p50,
        statistics.median(each.p99 for each in found),
        spread,
    )


async def one_round(browsers: list[Browser], make: Make, parts: Mapping[str, list[psutil.Process]], count: int) -> Cost:
    times: list[float] = []
    numbers = iter(range(count))

    async def client(browser: Browser) -> None:
        for number in numbers:
            request = make(browser, number)
            began = time.perf_counter()
            answer = await browser.ask(request)
            times.append(time.perf_counter() - began)
            if status(answer) not in {200, 201}:
                raise Strange(answer[:2000].decode("latin-1"))

    before, began = spent(parts), time.perf_counter()
    await asyncio.gather(*(client(browser) for browser in browsers))
    took = time.perf_counter() - began
    await asyncio.sleep(0.15)
    after = spent(parts)
    ordered = sorted(times)
    cpu = {part: (after[part] - before[part]) * MICRO / count for part in parts}
    return Cost(cpu, count / took, ordered[count // 2] * 1000, ordered[int(count * 0.99)] * 1000, 0)


def spent(parts: Mapping[str, list[psutil.Process]]) -> dict[str, float]:
    return {part: sum(map(busy, processes)) for part, processes in parts.items()}


def busy(process: psutil.Process) -> float:
    """Seconds of CPU of a process and everything under it, also what has ended."""
    total = 0.0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for each in family:
        try:
            used = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total
