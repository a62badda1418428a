from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from tests.start.house import Gym


@pytest.fixture(scope="session")
def running() -> Iterator[Gym]:
    """One data folder for all tests of starting and stopping. Nothing of it is left afterwards."""
    with TemporaryDirectory(prefix="spotter-up-") as name:
        gym = Gym(Path(name) / "gym").start()
        yield gym
        family = psutil.Process(gym.pid).children(recursive=True) if gym.is_up else []
        if gym.is_up:
            gym.stop()
        for process in family:
            if process.is_running():
                process.kill()


@pytest.fixture
def gym(running: Gym) -> Gym:
    """A Spotter that is up; started again when the test before stopped it."""
    return running if running.is_up else running.start()
