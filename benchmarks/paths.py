"""The paths that a gym walks all day, each as a request and the browser that sends it."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from app.db import new_id
from benchmarks.client import HTMX, Browser
from benchmarks.scene import Gym

Make = Callable[[Browser, int], bytes]


@dataclass(frozen=True)
class Path:
    """`share` of the usual number of requests: slow ones are asked less often."""

    name: str
    who: str
    make: Callable[[Gym], Make]
    share: float = 1.0


def reading(path: str, more: str = "") -> Callable[[Gym], Make]:
    return lambda gym: lambda browser, number: browser.get(path, more)


def card(gym: Gym, number: int) -> str:
    return gym.members[number % len(gym.members)].card


def tap(gym: Gym) -> Make:
    return lambda browser, number: browser.form(
        "/desk/check-ins", id=str(new_id()), q=card(gym, number), via="scan", member_id=""
    )


def device_tap(gym: Gym) -> Make:
    def make(browser: Browser, number: int) -> bytes:
        body = msgspec.json.encode({"id": new_id(), "card": card(gym, number)})
        return browser.post("/api/v1/check-ins", body, "application/json", "")

    return make


def log_a_set(gym: Gym) -> Make:
    """Each browser is a lifter with an open workout; sets are logged again and again with later words."""

    def make(browser: Browser, number: int) -> bytes:
        bench = gym.benches[number % len(gym.benches)]
        exercise, id = bench.sets[number // len(gym.benches) % len(bench.sets)]
        path = f"/workouts/{bench.workout}/exercises/{exercise}/sets/{id}"
        return browser.form(path, at="", kind="normal", weight="62,5", reps=str(5 + number % 6), do="done")

    return make


def workout_page(gym: Gym) -> Make:
    return lambda browser, number: browser.get(f"/workouts/{gym.benches[number % len(gym.benches)].workout}")


# The owner looks before the taps: what they leave behind, eighteen thousand visits of one day by forty members, no gym has to count.
PATHS = (
    Path("alive", "dee", reading("/health/live")),
    Path("dashboard", "ana", reading("/owner"), 0.3),
    Path("check-in", "dee", tap),
    Path("check-in, API", "turnstile", device_tap),
    Path("desk board", "dee", reading("/desk")),
    Path("log a set", "mo", log_a_set),
    Path("workout page", "mo", workout_page, 0.5),
    Path("today", "mo", reading("/today"), 0.5),
    Path("member search", "dee", reading("/desk/find?q=Member+7", HTMX)),
    Path("signed-in tiny read", "dee", reading("/desk/find?q=", HTMX)),
    Path("own history", "mo", reading("/training"), 0.3),
    Path("figures", "mo", reading("/training/volume"), 0.3),
    Path("member list", "dee", reading("/members"), 0.3),
)
ALL_MODES = {
    "alive",
    "check-in",
    "check-in, API",
    "desk board",
    "log a set",
    "workout page",
    "today",
}  # the rest: in the hub once


# --- the floors: the very statements of each path in a bare Litestar handler


def plain(path: str) -> Callable[[Gym], Make]:
    return lambda gym: lambda browser, number: browser.get(path)


def bare_tap(gym: Gym) -> Make:
    return lambda browser, number: browser.post("/check-in", f"{new_id()} {card(gym, number)}".encode(), "text/plain", "")


def bare_set(gym: Gym) -> Make:
    def make(browser: Browser, number: int) -> bytes:
        bench = gym.benches[number % len(gym.benches)]
        exercise, id = bench.sets[number // len(gym.benches) % len(bench.sets)]
        return browser.post("/set", f"{exercise} {id} {5 + number % 6}".encode(), "text/plain", "")

    return make


def bare_workout(gym: Gym) -> Make:
    return lambda browser, number: browser.get(f"/workout/{gym.benches[number % len(gym.benches)].workout}")


FLOORS = (
    Path("(a) Granian", "", plain("/bare"), 4),
    Path("(b) Litestar", "", plain("/litestar"), 2),
    Path("(c) dashboard", "", plain("/dashboard"), 0.3),
    Path("(c) check-in", "", bare_tap),
    Path("(c) desk board", "", plain("/board")),
    Path("(c) log a set", "", bare_set),
    Path("(c) workout page", "", bare_workout),
    Path("(c) today", "", plain("/today")),
    Path("(c) member search", "", plain("/search")),
)
