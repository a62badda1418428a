from collections.abc import Iterator

import pytest

from tests.stack.house import House


@pytest.fixture(scope="session")
def stack() -> Iterator[House]:
    """The whole stack, up once for all tests of it."""
    house = House()
    try:
        yield house.open()
    except BaseException:
        for log in sorted(house.folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()[-2000:]}")
        raise
    finally:
        house.close()
