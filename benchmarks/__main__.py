"""`make bench`: every hot path beside its floor, in one run. Fails when a budget is exceeded."""

import json
import os
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from app.db import new_id
from benchmarks.measure import CLIENTS, Ask, Cost, cost
from tests.stack.house import HTMX, House, until
from tests.stack.wire import Wire

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bench.md"
COUNT = int(os.environ.get("BENCH", "1500"))


async def get(wire: Wire, path: str) -> int:
    return (await wire.get(path)).status


def reading(path: str) -> Ask:
    return lambda wire, number: get(wire, path)


class Run:
    def __init__(self, house: House) -> None:
        self.house = house
        self.base = psutil.Process(house.cluster.process.pid if house.cluster.process else 0)
        self.found: dict[str, Cost] = {}

    @property
    def web(self) -> psutil.Process:
        return self.house.web_processes()[0]

    async def measure(self, name: str, ask: Ask, wires: list[Wire], app: psutil.Process, count: int = COUNT) -> None:
        self.found[name] = result = await cost(wires, ask, app, self.base, count)
        print(
            f"{name:28} {result.app:7.0f} {result.base:7.0f} µs  {result.rate:7.0f}/s  p50 {result.p50:5.1f}  p99 {result.p99:5.1f} ms",
            flush=True,
        )

    def card(self, number: int) -> str:
        return self.house.members[number % len(self.house.members)].card

    def serve_floors(self, path: Path) -> subprocess.Popen[bytes]:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(128)
            command = [sys.executable, "-m", "benchmarks.floors", str(listener.fileno())]
            return subprocess.Popen(command, env=self.house.environment, pass_fds=[listener.fileno()])

    async def floors(self) -> None:
        path = self.house.folder / "floors.sock"
        process = self.serve_floors(path)
        wires = [self.house.wire({}, path) for _ in range(CLIENTS)]
        for wire in wires:
            wire.patience = 90
        app = psutil.Process(process.pid)

        async def check_in(wire: Wire, number: int) -> int:
            answer = await wire.ask("POST", "/check-in", f"{new_id()} {self.card(number)}".encode(), {})
            return 200 if answer.status == 201 else answer.status

        try:
            await wires[0].get("/bare")
            await self.measure("floor: Granian", reading("/bare"), wires, app, COUNT * 4)
            await self.measure("floor: Litestar", reading("/litestar"), wires, app, COUNT * 2)
            await self.measure("floor: board", reading("/board"), wires, app)
            await self.measure("floor: check-in", check_in, wires, app)
        finally:
            process.terminate()
            process.wait()

    async def paths(self, mode: str) -> None:
        desks = [await self.house.signed_in("dee") for _ in range(CLIENTS)]
        members = [await self.house.signed_in("mo") for _ in range(CLIENTS)]
        owners = [await self.house.signed_in("ana") for _ in range(CLIENTS)]

        async def tap(wire: Wire, number: int) -> int:
            form = {"id": str(new_id()), "q": self.card(number), "via": "scan"}
            return (await wire.post("/desk/check-ins", form, **HTMX)).status

        await self.measure(f"{mode}: alive", reading("/health/live"), desks, self.web)
        await self.measure(f"{mode}: check-in", tap, desks, self.web)
        await self.measure(f"{mode}: desk board", reading("/desk"), desks, self.web)
        await self.measure(f"{mode}: member search", reading("/desk/find?q=Member+7"), desks, self.web)
        await self.measure(f"{mode}: today (member)", reading("/today"), members, self.web)
        await self.measure(f"{mode}: dashboard (owner)", reading("/insights/visits"), owners, self.web, COUNT // 3)

    def memory(self) -> dict[str, float]:
        spotter = self.house.parts["spotter"].process
        assert spotter is not None
        whole = sum(pss(each) for each in [psutil.Process(spotter.pid), *psutil.Process(spotter.pid).children(recursive=True)])
        base = sum(pss(each) for each in [self.base, *self.base.children(recursive=True)])
        return {"web": pss(self.web), "spotter": whole, "postgres": base}


def pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / 2**20


def main() -> None:
    began = time.monotonic()
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg()[0],
        "cpus": os.cpu_count(),
    }
    print(f"{'':28} {'app':>7} {'base':>7}")
    costs: dict[str, Cost] = {}
    for mode in ("hub", "stack"):
        house = House(hub=mode == "hub", workers=1)
        try:
            house.open()
            run = Run(house)
            run.base = psutil.Process(house.parts["postgres"].process.pid)  # type: ignore[union-attr]
            until(lambda run=run: run.house.web_processes(), "a web process")
            if mode == "hub":
                results["memory_idle_mb"] = run.memory()
                house.run(run.floors())
            house.run(run.paths(mode))
            results[f"memory_{mode}_mb"] = run.memory()
            costs |= run.found
        finally:
            house.close()
    results |= {"costs": {name: asdict(each) for name, each in costs.items()}, "load_after": os.getloadavg()[0]}
    results["budgets"] = judged = judge(costs, results)
    results["seconds"] = round(time.monotonic() - began)
    (HERE / "results" / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(page(results))
    broken = [line["what"] for line in judged if not line["kept"]]
    print("\n".join(f"over budget: {what}" for what in broken) or "every budget kept")
    sys.exit(1 if broken else 0)


def judge(costs: dict[str, Cost], results: dict[str, Any]) -> list[dict[str, Any]]:
    budgets = tomllib.loads((HERE / "budgets.toml").read_text())
    lines = []
    for name, rule in budgets["ratio"].items():
        found = costs[rule["path"]].app / costs[rule["floor"]].app
        lines.append({"what": name, "found": round(found, 2), "most": rule["most"], "kept": found <= rule["most"]})
    for name, rule in budgets["memory"].items():
        memory = results["memory_idle_mb"]
        found = sum(memory[part] for part in rule["parts"])
        lines.append({"what": name, "found": round(found), "most": rule["most"], "kept": found <= rule["most"]})
    return lines


def page(results: dict[str, Any]) -> str:
    rows = [
        f"| {name} | {each['app']:.0f} | {each['base']:.0f} | {each['rate']:.0f} | {each['p50']:.1f} | {each['p99']:.1f} | {each['spread']:.0%} |"
        for name, each in results["costs"].items()
    ]
    widest = max(each["app"] for each in results["costs"].values())
    bars = [
        f"{name:26} {'█' * max(1, round(each['app'] / widest * 46))} {each['app']:.0f}" for name, each in results["costs"].items()
    ]
    judged = [
        f"| {line['what']} | {line['found']} | {line['most']} | {'kept' if line['kept'] else '**over**'} |"
        for line in results["budgets"]
    ]
    memory = ", ".join(f"{name} {size:.0f} MB" for name, size in results["memory_idle_mb"].items())
    return TEXT.format(
        at=results["at"], cpus=results["cpus"], before=results["load_before"], after=results["load_after"], memory=memory,
        rows="\n".join(rows), bars="\n".join(bars), judged="\n".join(judged),
    )  # fmt: skip


TEXT = """# What a request costs

Written by `make bench` at {at} on {cpus} cores; load of the machine before and after: {before:.1f} and {after:.1f}. CPU in µs per request as
the operating system counts it: *app* is the web process, *base* is Postgres. Eight clients on the same cores, one web process, median
of three rounds; *spread* is the difference between the rounds. The floors do the same work with less around it, in the same run.
On a busy machine rates and times say little; the ratios hold.

| Path | app µs | base µs | per second | p50 ms | p99 ms | spread |
|---|--:|--:|--:|--:|--:|--:|
{rows}

```text
µs of CPU of the web process per request
{bars}
```

## Budgets

| Budget | Found | At most | |
|---|--:|--:|---|
{judged}

Memory (PSS) idle: {memory}.
"""


if __name__ == "__main__":
    main()
