"""What was planned against what was done, and which of the plan's weights the workout has outgrown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.training.rules.cards import Card


@dataclass(frozen=True, slots=True)
class Against:
    """One exercise. `code`: done, more, fewer, skipped, missed, extra, warm_up."""

    name: str
    code: str
    planned: int
    done: int
    skip_reason: str | None = None


def against_plan(cards: Sequence[Card]) -> list[Against]:
    return [_one(card) for card in cards]


def _one(card: Card) -> Against:
    done, planned = _done(card), _planned(card)
    if card.skip_reason:
        code = "skipped"
    elif _is_warm_up(card):
        code = "warm_up"
    elif not planned:
        code = "extra"
    elif not done:
        code = "missed"
    else:
        code = "fewer" if done < planned else "more" if done > planned else "done"
    return Against(card.name, code, planned, done, card.skip_reason)


def _is_warm_up(card: Card) -> bool:
    """Planned as nothing else: neither owed nor counted."""
    return bool(card.sets) and all(row.kind == "warmup" for row in card.sets)


def _planned(card: Card) -> int:
    return 0 if _is_warm_up(card) else card.target_sets or 0


def _done(card: Card) -> int:
    return sum(row.is_done and row.kind != "warmup" for row in card.sets)


def share_done(cards: Sequence[Card]) -> int | None:
    """Percent of the planned sets that were done; None when nothing was planned."""
    planned = sum(_planned(card) for card in cards)
    if not planned:
        return None
    return sum(min(_planned(card), _done(card)) for card in cards) * 100 // planned


@dataclass(frozen=True, slots=True)
class Outgrown:
    """The plan says one weight, every working set was done with another."""

    planned_id: UUID
    name: str
    was: int | None
    now: int


def outgrown(cards: Sequence[Card]) -> list[Outgrown]:
    found = []
    for card in cards:
        weights = [row.grams for row in card.sets if row.is_done and row.kind == "normal" and row.grams]
        enough = len(weights) >= (card.target_sets or 1)
        if card.planned_id and card.target_percent is None and enough and min(weights) != card.target_grams:
            found.append(Outgrown(card.planned_id, card.name, card.target_grams, min(weights)))
    return found
