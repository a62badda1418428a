"""How long the supervisor waits before it starts again what ended."""

import signal
from dataclasses import dataclass

import pytest

from app.supervisor.child import Child

KILLED, BROKEN, CRASHED = -signal.SIGKILL, 1, -signal.SIGSEGV


@dataclass
class Life:
    """A process that has ended as it was told to."""

    code: int
    pid: int = 1

    def poll(self) -> int:
        return self.code

    def wait(self) -> int:
        return self.code

    def send_signal(self, number: int) -> None: ...


@pytest.mark.parametrize(
    ("lives", "pauses", "refusals"),
    [
        # killed in the middle of its life: bad luck, each time anew
        ([(5, KILLED)] * 4, [0.2] * 4, 0),
        # killed as soon as it is there: it waits longer, and never long
        ([(0.5, KILLED)] * 5, [0.2, 0.4, 0.8, 1, 1], 0),
        # ended by itself: a pattern, until one lives long enough
        ([(5, BROKEN)] * 6, [0.2, 0.4, 0.8, 1.6, 3.2, 5], 6),
        ([(5, BROKEN), (11, BROKEN), (5, BROKEN)], [0.2, 0.2, 0.4], 2),
        # killed by its own fault is no bad luck, and no reason that anybody could name
        ([(5, CRASHED)] * 3, [0.2, 0.4, 0.8], 0),
        ([(5, BROKEN), (5, KILLED), (5, BROKEN)], [0.2, 0.2, 0.4], 2),
    ],
)
def test_who_ended_is_started_again_after_a_while(lives: list[tuple[float, int]], pauses: list[float], refusals: int) -> None:
    now, waited, codes = 100.0, [], iter([code for _seconds, code in lives])
    child = Child("web", lambda: Life(next(codes)))
    for seconds, _code in lives:
        now = child.due
        child.tend(now)
        living, child.process = child.process, None
        assert living is not None
        child.process = Living()
        child.tend(now + seconds)  # looked at shortly before
        child.process = living
        now += seconds
        child.tend(now)
        waited.append(round(child.due - now, 2))
    assert (waited, child.refusals) == (pauses, refusals)


class Living(Life):
    def __init__(self) -> None:
        super().__init__(0)

    def poll(self) -> None:  # type: ignore[override]
        return None
