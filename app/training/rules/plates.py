"""Which plates go on the bar, from the plates that this gym really owns, and how to warm up to a weight."""

from collections.abc import Sequence
from dataclasses import dataclass

CLOSE = 25  # grams: plates stamped in pounds do not add up to the gram


@dataclass(frozen=True, slots=True)
class Plate:
    grams: int
    count: int  # how many the gym owns; they go on in pairs


@dataclass(frozen=True, slots=True)
class Load:
    bar: int
    side: tuple[tuple[int, int], ...]  # heaviest first: (grams, how many on each side)
    total: int

    @property
    def plates_a_side(self) -> int:
        return sum(count for _, count in self.side)


@dataclass(frozen=True, slots=True)
class Answer:
    """`exact` when the weight can be loaded, else the nearest loads below and above."""

    exact: Load | None
    below: Load | None
    above: Load | None


def load(weight: int, bar: int, plates: Sequence[Plate]) -> Answer:
    """The fewest plates for this weight. A gym of two 25s and four 10s is not greedy's gym, so every sum is tried."""
    sides = _sums(plates, max(0, (weight - bar + 1) // 2))
    loads = sorted((_load(bar, side) for side in sides.values()), key=lambda one: one.total)
    exact = min((one for one in loads if abs(one.total - weight) <= CLOSE), key=lambda one: one.plates_a_side, default=None)
    below = max((one for one in loads if one.total <= weight), key=lambda one: one.total, default=None)
    above = min((one for one in loads if one.total > weight), key=lambda one: one.total, default=None)
    return Answer(exact, below, above)


def _sums(plates: Sequence[Plate], half: int) -> dict[int, tuple[tuple[int, int], ...]]:
    """Every weight that one side can carry up to one plate over what is wanted, each with its fewest plates."""
    pairs = [(one.grams, min(one.count // 2, 20)) for one in sorted(plates, key=lambda one: -one.grams) if one.grams > 0]
    limit = half + max((grams for grams, pair in pairs if pair), default=0)
    sums: dict[int, tuple[tuple[int, int], ...]] = {0: ()}
    for grams, most in pairs:
        for total, side in list(sums.items()):
            for count in range(1, most + 1):
                heavier = total + grams * count
                if heavier > limit:
                    break
                taller = (*side, (grams, count))
                if heavier not in sums or _handy(taller) < _handy(sums[heavier]):
                    sums[heavier] = taller
    return sums


def _handy(side: tuple[tuple[int, int], ...]) -> tuple[int, list[int]]:
    """Few plates first, then big ones: 25 and 15 rather than two 20s."""
    return sum(count for _, count in side), [-grams for grams, count in side for _ in range(count)]


def _load(bar: int, side: tuple[tuple[int, int], ...]) -> Load:
    return Load(bar, side, bar + 2 * sum(grams * count for grams, count in side))


@dataclass(frozen=True, slots=True)
class WarmUp:
    grams: int | None
    reps: int


RAMP = ((40, 8), (60, 5), (75, 3), (88, 1))  # percent of the working weight, repetitions


def warm_up(weight: int | None, bar: int, plates: Sequence[Plate]) -> list[WarmUp]:
    """The empty bar, then fewer repetitions with more weight; nothing when the work is barely more than the bar."""
    if not weight or (bar and weight < bar * 3 // 2) or (not bar and weight < 10_000):
        return []
    ramp = [WarmUp(bar, 10)] if bar else []
    for percent, reps in RAMP:
        wanted = weight * percent // 100
        grams = _nearest(wanted, bar, plates)
        if grams > (ramp[-1].grams or 0 if ramp else 0) * 11 // 10 and grams < weight:
            ramp.append(WarmUp(grams, reps))
    return ramp


def _nearest(wanted: int, bar: int, plates: Sequence[Plate]) -> int:
    if not bar or not plates:
        return wanted // 2500 * 2500
    answer = load(wanted, bar, plates)
    best = answer.exact or answer.below
    return best.total if best else bar
