import os
from collections.abc import Iterator

import pytest

from tests.stack.house import House, shared, until

FULL = os.environ.get("SPOTTER_STORM") == "full"
LONGEST = ("test_jobs.py", "test_storm.py", "test_faults.py", "test_crowds.py", "test_release.py")  # two workers share the rest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, or one worker waits for the other at the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def standing() -> Iterator[House]:
    with shared() as house:
        yield house


@pytest.fixture
def whole(standing: House) -> House:
    """The stack, up once for all storms over it; each finds it as it should be."""
    until(standing.answers, "the stack as it was")
    until(lambda: len(standing.web_processes()) == standing.workers, "its web processes")
    return standing
