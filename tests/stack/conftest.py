from collections.abc import Iterator

import pytest

from tests.stack.house import House


@pytest.fixture(scope="session")
def stack() -> Iterator[House]:
    """The whole stack, up once for all tests of it."""
    house = House(has_disk=True)
    try:
        yield house.open()
    finally:
        house.close()
