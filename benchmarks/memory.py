"""How much memory each part holds (its share of what is shared: PSS), and how long until the first answer."""

import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.scene import Gym


def of(house: Gym) -> dict[str, float]:
    """MB. `hub` is everything that a gym's own computer runs."""
    spotter, base = house.parts["spotter"].process, house.parts["postgres"].process
    assert spotter is not None
    assert base is not None
    ours, theirs = family(spotter.pid), family(base.pid)
    web = sum(map(pss, house.web_processes()))
    whole = {"web": web, "spotter": sum(map(pss, ours)), "postgres": sum(map(pss, theirs))}
    return whole | {"hub": whole["spotter"] + whole["postgres"]}


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def pss(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return float(process.memory_full_info().pss) / 2**20
    return 0.0


def cold_start(times: int) -> float:
    """From `spotter up` on a gym that exists to its first answer, the database's own start included."""
    found = []
    with tempfile.TemporaryDirectory(prefix="spotter-cold-") as folder:
        house = Gym(hub=True, workers=1, folder=Path(folder))
        try:
            house.open()
            for _ in range(times):
                part = house.parts["spotter"]
                part.stop()
                began = time.perf_counter()
                part.wanted = True
                part.start()
                while not house.answers():
                    time.sleep(0.01)
                found.append(time.perf_counter() - began)
        finally:
            house.close()
    return round(statistics.median(found), 2)
