"""A database whose recovery was killed may wait for ever: its parent sees that and starts it again."""

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from app import embedded
from app.embedded import Cluster
from app.supervisor import pulse as look
from app.supervisor.pulse import Pulse, children, from_a_list, waits_for_nobody

pytestmark = pytest.mark.real


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="spotter-pulse-") as name:
        slowly = {"recovery_init_sync_method": "fsync"}  # a recovery that lasts long enough to be caught
        cluster = embedded.start(Path(name) / "postgres", say=lambda _: None, settings=slowly)
        yield cluster
        cluster.stop()


def helper(cluster: Cluster, name: str) -> psutil.Process | None:
    assert cluster.process is not None
    for child in psutil.Process(cluster.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            if " ".join(child.cmdline()).startswith(f"postgres: {name}"):
                return child
    return None


def caught(cluster: Cluster, name: str, seconds: float) -> psutil.Process | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := helper(cluster, name):
            return found
    return None


def strike_twice(cluster: Cluster) -> bool:
    """A helper dies; then the recovery from that dies. False when recovery was quicker than we are."""
    writer = caught(cluster, "walwriter", 20)
    assert writer is not None
    writer.kill()
    startup = caught(cluster, "startup", 2)
    with suppress(psutil.NoSuchProcess):
        if startup is not None:
            startup.kill()
            return caught(cluster, "walwriter", 1) is None
    return False


def test_a_database_that_waits_for_nobody_is_seen_and_started_again(cluster: Cluster) -> None:
    assert cluster.process is not None
    assert not waits_for_nobody(cluster.process.pid)
    assert any(strike_twice(cluster) for _ in range(20)), "it could not be brought to wait"
    assert cluster.is_alive()
    assert not cluster.answers()
    assert waits_for_nobody(cluster.process.pid)
    for look_at in (children, from_a_list):  # whoever asks just now and is turned away is a child too
        assert {"background writer", "checkpointer"} <= set(named(look_at(cluster.process.pid))), look_at
    pulse = Pulse(look=0.0, patience=0.3)
    began = time.monotonic()
    assert not pulse.is_gone(cluster.process.pid, began)
    assert pulse.is_gone(cluster.process.pid, began + 0.4)
    cluster.process.send_signal(signal.SIGKILL)
    cluster.process.wait()
    again = embedded.start(cluster.folder, say=lambda _: None)
    assert again.answers()
    assert again.process is not None
    assert not waits_for_nobody(again.process.pid)
    again.stop()


def named(lines: list[str]) -> list[str]:
    return sorted(line.rstrip("\0 ").removeprefix("postgres: ") for line in lines)


@pytest.mark.parametrize(
    ("helpers", "is_gone"),
    [
        (("checkpointer", "background writer", "walwriter", "autovacuum launcher"), False),  # serves
        (("checkpointer", "background writer", "startup recovering 0000000100000000000000A1"), False),  # recovers
        ((), False),  # begins, or clears away after a crash
        (("checkpointer",), False),  # stops, with a last checkpoint
        (("checkpointer", "background writer"), True),
    ],
)
def test_what_a_database_does_is_told_by_its_helpers(monkeypatch, helpers: tuple[str, ...], is_gone: bool) -> None:
    monkeypatch.setattr(look, "children", lambda _: [f"postgres: {helper}  " for helper in helpers])
    assert waits_for_nobody(1) is is_gone


def test_looking_seldom_is_enough_and_one_look_proves_nothing(monkeypatch) -> None:
    waits = iter((True, False, True, True, True))
    monkeypatch.setattr(look, "waits_for_nobody", lambda _: next(waits))
    pulse = Pulse(look=5.0, patience=10.0)  # seconds
    assert not pulse.is_gone(1, 100.0)
    assert pulse.missed_since == 100.0
    assert not pulse.is_gone(1, 104.0)  # not looked at yet
    assert pulse.missed_since == 100.0
    assert not pulse.is_gone(1, 105.0)
    assert pulse.missed_since is None
    assert [pulse.is_gone(1, at) for at in (110.0, 115.0, 120.0)] == [False, False, True]
