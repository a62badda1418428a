"""What time it is. Only pages and chores ask; everything below takes `now` as an argument."""

from datetime import UTC as UTC
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day at the gym, as UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return start_of(day, zone), start_of(day + timedelta(days=1), zone)
