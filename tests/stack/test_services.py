"""The real servers are there. Missing is a failure: a stack that was not tested is not known to work."""

import pytest

from tools import services


@pytest.mark.parametrize("name", services.PACKAGES)
def test_a_real_server_is_there_and_new_enough(name: str) -> None:
    assert services.version(services.command(name), name) >= services.OLDEST[name]
