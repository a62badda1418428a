"""Days of the cast."""

from datetime import date, datetime

import pytest
import time_machine

NOW = datetime.fromisoformat("2026-11-21T17:30:00+00:00")
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def the_clock_stands(request):
    """Fixtures with hard dates against rolling windows break one day; so the day stands still."""
    if "anyio_backend" not in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=True):
        yield
