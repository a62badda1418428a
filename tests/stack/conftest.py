from collections.abc import Iterator

import pytest

from tests.stack.house import House, shared


@pytest.fixture(scope="session")
def stack() -> Iterator[House]:
    with shared() as house:
        yield house
