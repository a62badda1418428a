import os
from collections.abc import Iterator

import pytest

from tests.stack.house import House, until

FULL = os.environ.get("SPOTTER_STORM") == "full"


@pytest.fixture(scope="session")
def standing() -> Iterator[House]:
    house = House(has_disk=True)
    try:
        yield house.open()
    finally:
        house.close()


@pytest.fixture
def whole(standing: House) -> House:
    """The stack, up once for all storms over it; each finds it as it should be."""
    until(standing.answers, "the stack as it was")
    until(lambda: len(standing.web_processes()) == standing.workers, "its web processes")
    return standing
