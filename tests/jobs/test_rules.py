"""When to try again, and when the night's work is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.jobs.rules import Daily, Every, is_hopeless, wait

BELGRADE = ZoneInfo("Europe/Belgrade")


@pytest.mark.parametrize(
    ("tries", "chance", "seconds"), [(1, 1, 1), (2, 1, 2), (5, 1, 16), (9, 1, 256), (10, 1, 300), (60, 1, 300), (5, 0, 1.6)]
)
def test_a_failed_job_waits_longer_each_time(tries: int, chance: float, seconds: float) -> None:
    assert wait(tries, chance) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("tries", "permanent", "hopeless"), [(1, False, False), (7, False, False), (8, False, True), (1, True, True)]
)
def test_a_job_is_set_aside_after_eight_tries_or_at_once(tries: int, permanent: bool, hopeless: bool) -> None:
    assert is_hopeless(tries, is_permanent=permanent) is hopeless


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 1, 10, 1, 0, tzinfo=UTC), datetime(2026, 1, 10, 2, 20, tzinfo=UTC)),
        (datetime(2026, 1, 10, 2, 20, tzinfo=UTC), datetime(2026, 1, 11, 2, 20, tzinfo=UTC)),
        (datetime(2026, 1, 10, 2, 19, 58, tzinfo=UTC), datetime(2026, 1, 11, 2, 20, tzinfo=UTC)),  # called a moment too early
        (datetime(2026, 7, 10, 12, 0, tzinfo=UTC), datetime(2026, 7, 11, 1, 20, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 20, tzinfo=UTC)),  # the night of the missing hour
    ],
)
def test_the_nights_work_goes_by_the_gyms_clock(now: datetime, due: datetime) -> None:
    assert Daily(time(3, 20)).after(now, BELGRADE) == due


def test_every_ten_minutes_is_ten_minutes_later() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert Every(timedelta(minutes=10)).after(now, BELGRADE) == now + timedelta(minutes=10)
