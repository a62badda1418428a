"""What the fields of a set start with."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from app.training.rules.cards import Before, Best, Card, Row, lines
from app.training.rules.outcome import against_plan, outgrown, share_done

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEED = UUID("0195a0aa-0000-7000-8000-000000000000")


def card(*rows: Row, **more: Any) -> Card:
    return Card(SEED, SEED, SEED, "Bench", "reps", 1, NOON, sets=list(rows), **more)


def row(n: int, grams: int | None = None, reps: int | None = None, kind: str = "normal") -> Row:
    return Row(uuid5(SEED, str(n)), n, kind, NOON, grams, reps, done_at=NOON if reps else None)


LAST = [Before("warmup", 40_000, 8), Before("normal", 60_000, 8), Before("normal", 60_000, 7)]


def starts(found: Card) -> list[tuple[int | None, int | None]]:
    return [(line.ghost.grams, line.ghost.reps) for line in lines(found)]


def test_each_set_starts_with_the_same_set_of_last_time() -> None:
    assert starts(card(row(1), row(2), previous=LAST)) == [(60_000, 8), (60_000, 7)]


def test_more_sets_than_last_time_start_with_its_last_one() -> None:
    assert starts(card(row(1), row(2), row(3), previous=LAST))[2] == (60_000, 7)


def test_warm_ups_stand_beside_warm_ups() -> None:
    assert starts(card(row(1, kind="warmup"), row(2), previous=LAST)) == [(40_000, 8), (60_000, 8)]


def test_the_plan_speaks_when_there_is_no_last_time() -> None:
    assert starts(card(row(1), target_grams=50_000, reps_min=8, reps_max=12)) == [(50_000, 8)]


def test_an_approved_step_beats_last_time() -> None:
    found = card(row(1), row(2), previous=LAST, next_grams=62_500, next_reps=8, next_why="more_weight")
    assert starts(found)[0] == (60_000, 8)
    assert found.asks_for_more
    yes = card(row(1), row(2), previous=LAST, next_grams=62_500, next_reps=8, next_why="more_weight", is_next_accepted=True)
    assert starts(yes) == [(62_500, 8), (62_500, 8)]
    assert not yes.asks_for_more


def test_another_weight_carries_to_the_sets_after_it() -> None:
    assert starts(card(row(1, 65_000, 6), row(2), row(3), previous=LAST))[1:] == [(65_000, 7), (65_000, 7)]


def test_the_first_time_carries_weight_and_reps() -> None:
    assert starts(card(row(1, 75_000, 5), row(2)))[1] == (75_000, 5)


def test_a_weight_kept_in_a_row_is_its_own() -> None:
    assert starts(card(row(1, 65_000, 6), row(2, 70_000), previous=LAST))[1] == (70_000, 7)


def test_labels_count_working_sets_only() -> None:
    found = lines(card(row(1, kind="warmup"), row(2), row(3, kind="drop"), row(4), row(5, kind="failure")))
    assert [line.label for line in found] == ["W", "1", "D", "2", "F"]


def test_the_row_that_breaks_a_record_says_so_once() -> None:
    best = [Best("weight", 60_000), Best("e1rm", 76_000), Best("reps", 8, 60_000)]
    found = lines(card(row(1, 62_500, 8), row(2, 62_500, 8), best=best))
    assert [set(line.broke) for line in found] == [{"weight", "e1rm"}, set()]


@pytest.mark.parametrize(
    ("rows", "more", "code"),
    [
        ([row(1, 1, 1), row(2, 1, 1)], {"target_sets": 2}, "done"),
        ([row(1, 1, 1), row(2)], {"target_sets": 2}, "fewer"),
        ([row(1, 1, 1), row(2, 1, 1)], {"target_sets": 1}, "more"),
        ([row(1)], {"target_sets": 1}, "missed"),
        ([row(1)], {"target_sets": 1, "skip_reason": "pain"}, "skipped"),
        ([row(1, 1, 1)], {}, "extra"),
        ([row(1, 1, 1, "warmup"), row(2)], {"target_sets": 1}, "missed"),
        ([row(1, 1, 1, "warmup"), row(2, 1, 1, "warmup")], {"target_sets": 2}, "warm_up"),
    ],
)
def test_planned_against_done(rows: list[Row], more: dict[str, Any], code: str) -> None:
    assert against_plan([card(*rows, **more)])[0].code == code


def test_share_of_the_plan_never_passes_the_whole() -> None:
    assert share_done([card(row(1, 1, 1), row(2, 1, 1), target_sets=1), card(row(3), target_sets=1)]) == 50
    assert share_done([card(row(1, 1, 1))]) is None
    assert share_done([card(row(1, 1, 1, "warmup"), target_sets=1), card(row(2, 1, 1), target_sets=1)]) == 100


@pytest.mark.parametrize(
    ("weights", "now"),
    [((62_500, 62_500), 62_500), ((62_500, 65_000), 62_500), ((60_000, 60_000), None), ((62_500,), None)],
)
def test_weights_that_the_plan_has_not_caught_up_with(weights: tuple[int, ...], now: int | None) -> None:
    rows = [row(n, grams, 5) for n, grams in enumerate(weights)]
    found = outgrown([card(*rows, target_sets=2, target_grams=60_000, planned_id=SEED, previous_on=date(2026, 1, 1))])
    assert [one.now for one in found] == ([now] if now else [])
