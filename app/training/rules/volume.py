"""The weeks that work is added up in, and how a week of a muscle reads."""

from datetime import date, timedelta


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks(first: date, last: date) -> list[date]:
    """Every Monday from the week of `first` to the week of `last`."""
    start, end = monday(first), monday(last)
    return [start + timedelta(weeks=n) for n in range((end - start).days // 7 + 1)]


def verdict(sets: float) -> str:
    """How a week's hard sets read against what is commonly advised for growth: ten to twenty."""
    if sets <= 0:
        return "none"
    if sets < 10:
        return "little"
    return "enough" if sets <= 20 else "much"
