"""Which backups stay, and why a file is not taken for a backup of ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Keep:
    daily: int = 7
    weekly: int = 4
    monthly: int = 12


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    made_at: datetime
    is_proven: bool = False


def to_delete(found: Iterable[Kept], keep: Keep) -> list[Kept]:
    """The newest of each of the last days, weeks and months stays, and so does the last one proven by a restore."""
    newest_first = sorted(found, key=lambda one: one.made_at, reverse=True)
    stays: set[str] = {one.name for one in newest_first[:1]}
    stays |= {one.name for one in [each for each in newest_first if each.is_proven][:1]}
    for spans, most in ((_day, keep.daily), (_week, keep.weekly), (_month, keep.monthly)):
        seen: dict[object, str] = {}
        for one in newest_first:
            seen.setdefault(spans(one.made_at), one.name)
        stays |= set(list(seen.values())[:most])
    return [one for one in newest_first if one.name not in stays]


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> object:
    return moment.year, moment.month


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file is not restored; `code` chooses the sentence."""

    code: str  # not_a_backup, foreign, altered, partial, newer_schema, wrong_key, does_not_fit
    detail: str = ""


PAPER_SEEN_EVERY = timedelta(days=90)


def is_paper_due(seen_at: datetime | None, now: datetime) -> bool:
    """Most backups that cannot be opened have lost their key: four times a year somebody looks where the paper is."""
    return seen_at is None or now - seen_at >= PAPER_SEEN_EVERY


def light(last_proven: datetime | None, last_made: datetime | None, now: datetime) -> str:
    """Green when a restore was proven this week and something newer than a day and a half exists; red when nothing is proven."""
    if last_made is None or last_proven is None:
        return "red"
    if now - last_proven > timedelta(days=14) or now - last_made > timedelta(days=3):
        return "red"
    return "amber" if now - last_proven > timedelta(days=8) or now - last_made > timedelta(hours=36) else "green"
