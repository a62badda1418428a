"""Which backups stay; when the light is green."""

from datetime import UTC, datetime, timedelta

import pytest

from app.backups.rules import Keep, Kept, light, to_delete

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def nights(count: int) -> list[Kept]:
    return [Kept(f"n{n}", NOW - timedelta(days=n)) for n in range(count)]


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    gone = {one.name for one in to_delete(nights(365), Keep(7, 4, 12))}
    stays = [one for one in nights(365) if one.name not in gone]
    assert {f"n{n}" for n in range(7)} <= {one.name for one in stays}
    assert 7 + 2 + 10 <= len(stays) <= 7 + 4 + 12
    assert max(NOW - one.made_at for one in stays) > timedelta(days=300)


def test_the_newest_stays_whatever_the_rule() -> None:
    assert [one.name for one in to_delete(nights(3), Keep(0, 0, 0))] == ["n1", "n2"]


def test_the_last_proven_one_stays() -> None:
    found = [Kept("new", NOW), Kept("proven", NOW - timedelta(days=40), is_proven=True), Kept("old", NOW - timedelta(days=41))]
    assert [one.name for one in to_delete(found, Keep(1, 0, 0))] == ["old"]


@pytest.mark.parametrize(
    ("proven", "made", "colour"),
    [(None, None, "red"), (None, 0, "red"), (1, 0, "green"), (9, 0, "amber"), (1, 2, "amber"), (15, 0, "red"), (1, 4, "red")],
)
def test_the_light(proven: int | None, made: int | None, colour: str) -> None:
    def days(n: int | None) -> datetime | None:
        return None if n is None else NOW - timedelta(days=n)

    assert light(days(proven), days(made), NOW) == colour
