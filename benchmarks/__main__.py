"""`make bench`: every hot path beside its floor. Fails when a budget is exceeded.

python -m benchmarks                    all pieces, one after the other: a quarter of an hour
python -m benchmarks hub stack          only these; what other pieces found before stays, and the page is written of all
python -m benchmarks page               the page alone, from what the pieces found
python -m benchmarks --quick hub        fewer requests, one round: a first look; nothing is written
python -m benchmarks --only "desk board" hub
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import uvloop

from benchmarks import crowd, growth, memory, report
from benchmarks.client import Browser
from benchmarks.measure import CLIENTS, ROUNDS, Cost, cost
from benchmarks.paths import ALL_MODES, FLOORS, PATHS
from benchmarks.paths import Path as Walk
from benchmarks.scene import Gym
from tests.stack.house import until

QUICK, WHOLE = 400, 1_500
SIZES = (10_000, 1_000_000, 10_000_000)


class Run:
    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.count = asked.requests or (QUICK if asked.quick else WHOLE)
        self.rounds = 1 if asked.quick else ROUNDS
        self.costs: dict[str, Cost] = {}
        self.more: dict[str, Any] = {}
        self.broken: list[str] = []

    def also(self, name: str, work: Callable[[], Any]) -> None:
        """What breaks here must not cost what was measured before it; it is red all the same."""
        try:
            self.more[name] = work()
        except Exception as error:
            self.broken.append(f"{name}: {error!r}")
            traceback.print_exc()

    async def walk(self, house: Gym, mode: str, floors: psutil.Process | None = None) -> None:
        for path in FLOORS if floors else PATHS:
            if self.asked.only and self.asked.only not in path.name:
                continue
            if floors is None and mode != "hub" and path.name not in ALL_MODES:
                continue
            name = path.name if floors else f"{mode}: {path.name}"
            browsers = await browsers_of(house, path)
            parts = parts_of(house, floors)
            self.costs[name] = found = await cost(browsers, path.make(house), parts, int(self.count * path.share), self.rounds)
            for browser in browsers:
                browser.close()
            print(
                f"{name:30} {found.app:7.0f} {found.cpu['base']:7.0f} {found.total:7.0f} µs {found.rate:7.0f}/s"
                f"  p50 {found.p50:5.1f}  p99 {found.p99:5.1f} ms  ±{found.spread:.0%}",
                flush=True,
            )


async def browsers_of(house: Gym, path: Walk) -> list[Browser]:
    if path.who == "":
        return [await Browser.on(house.folder / "floors.sock", {}) for _ in range(CLIENTS)]
    if path.who == "turnstile":
        return await house.turnstiles(CLIENTS)
    return await house.browsers(path.who, CLIENTS)


def parts_of(house: Gym, floors: psutil.Process | None) -> dict[str, list[psutil.Process]]:
    """Whose CPU counts: the web's (or the floors'), Postgres' and, in a stack, the pooler's and the cache's."""
    found = {"web": [floors] if floors else house.web_processes()}
    for part, name in (("base", "postgres"), ("pooler", "pgbouncer"), ("cache", "valkey")):
        process = house.parts[name].process if name in house.parts else None
        if process is not None:
            found[part] = [psutil.Process(process.pid)]
    return found


@contextmanager
def opened(*, hub: bool, workers: int) -> Iterator[Gym]:
    house = Gym(hub=hub, workers=workers)
    try:
        house.open()
        until(lambda: len(house.web_processes()) == workers, "the web processes")
        yield house
    finally:
        house.close()


@contextmanager
def floors_of(house: Gym) -> Iterator[psutil.Process]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(house.folder / "floors.sock"))
        listener.listen(128)
        command = [sys.executable, "-m", "benchmarks.floors", str(listener.fileno())]
        process = subprocess.Popen(command, env=house.environment, pass_fds=[listener.fileno()])
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def hub(run: Run) -> None:
    """One web process with its floors, memory, people signing in, two hundred who watch."""
    with opened(hub=True, workers=1) as house:
        time.sleep(2)
        run.also("memory_idle_mb", lambda: memory.of(house))
        with floors_of(house) as floors:
            uvloop.run(run.walk(house, "floor", floors))
        uvloop.run(run.walk(house, "hub"))
        run.also("memory_loaded_mb", lambda: memory.of(house))
        run.also("pgbench", lambda: crowd.pgbench(house, 2 if run.asked.quick else 5))
        run.also("signing_in", lambda: uvloop.run(crowd.signing_in(house)))
        run.also("watching", lambda: uvloop.run(crowd.watching(house)))


def stack(run: Run) -> None:
    """The same through PgBouncer, with Valkey; the hub once more right before it, as the machine is now."""
    with opened(hub=True, workers=1) as house:
        uvloop.run(run.walk(house, "hub beside it"))
    with opened(hub=False, workers=1) as house:
        uvloop.run(run.walk(house, "stack"))


def workers(run: Run) -> None:
    for mode, is_hub in (("hub, 2 workers", True), ("stack, 2 workers", False)):
        with opened(hub=is_hub, workers=2) as house:
            uvloop.run(run.walk(house, mode))


def start(run: Run) -> None:
    run.also("cold_start_s", lambda: memory.cold_start(1 if run.asked.quick else 3))


def grown(run: Run) -> None:
    most = 1_000_000 if run.asked.quick else run.asked.largest
    run.also("growth", lambda: growth.measured([size for size in SIZES if size <= most], run.asked.keep))


PIECES = {"hub": hub, "stack": stack, "workers": workers, "start": start, "growth": grown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pieces", nargs="*", help=f"{' '.join(PIECES)} page; none: all of them")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="paths with this in their name; nothing is written")
    parser.add_argument("--requests", type=int, default=0, help="per round")
    parser.add_argument("--keep", type=Path, help="a folder for the large databases of growth, to be used again")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="the largest club of growth, check-ins and sets")
    asked = parser.parse_args()
    names = asked.pieces or list(PIECES)
    if unknown := set(names) - {*PIECES, "page"}:
        parser.error(f"there is no piece {' '.join(sorted(unknown))}")
    broken = []
    for name in names:
        if name in PIECES:
            print(f"== {name}\n{'':30} {'web':>7} {'base':>7} {'total':>7}", flush=True)
            broken += piece(name, asked)
    if asked.quick or asked.only:
        sys.exit(1 if broken else 0)
    judged = report.merged()
    missed = [*broken, *(line["what"] for line in judged if not line["kept"])]
    print("\n".join(f"over budget: {what}" for what in missed) or "every budget kept")
    sys.exit(1 if missed else 0)


def piece(name: str, asked: argparse.Namespace) -> list[str]:
    """What it found is kept at once: a run that is cut off later has lost nothing."""
    before, began, run = os.getloadavg()[0], time.monotonic(), Run(asked)
    PIECES[name](run)
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "requests": run.count,
        "seconds": round(time.monotonic() - began),
        "costs": {name: asdict(each) | {"app": each.app, "total": each.total} for name, each in run.costs.items()},
        "more": run.more,
    }
    if not (asked.quick or asked.only):
        report.PARTS.mkdir(parents=True, exist_ok=True)
        (report.PARTS / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
    return run.broken


if __name__ == "__main__":
    main()
