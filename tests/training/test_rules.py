"""What the rules of a workout promise, as tables."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.rules import Line
from app.training.rules import course, plates, records, sets, streaks, targets, volume, weights
from app.training.rules.sets import DoneSet, Numbers

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEED = UUID("0195a0aa-0000-7000-8000-000000000000")


def kg(amount: str) -> int:
    return weights.grams(Decimal(amount), "kg")


def lb(amount: str) -> int:
    return weights.grams(Decimal(amount), "lb")


# weights


@given(st.decimals(min_value=0, max_value=1500, places=2), st.sampled_from(["kg", "lb"]))
def test_what_was_typed_comes_back_to_the_hundredth(amount: Decimal, units: str) -> None:
    assert weights.shown(weights.grams(amount, units), units) == amount


@pytest.mark.parametrize(
    ("grams", "units", "said"),
    [
        (100_000, "kg", "100"),
        (62_500, "kg", "62.5"),
        (1_250, "kg", "1.25"),
        (lb("45"), "lb", "45"),
        (lb("2.5"), "lb", "2.5"),
        (0, "kg", "0"),
    ],
)
def test_weights_read_without_noise(grams: int, units: str, said: str) -> None:
    assert str(weights.shown(grams, units)) == said


@pytest.mark.parametrize(
    ("grams", "units", "to"),
    [(kg("61"), "kg", kg("60")), (kg("61.25"), "kg", kg("60")), (kg("61.3"), "kg", kg("62.5")), (kg("61.3"), "lb", lb("135"))],
)
def test_rounding_lands_on_what_a_bar_can_carry(grams: int, units: str, to: int) -> None:
    assert weights.rounded(grams, units) == to


# one repetition


@pytest.mark.parametrize(
    ("numbers", "best"),
    [
        (Numbers(100_000, 1), 100_000),
        (Numbers(100_000, 10), 133_333),
        (Numbers(60_000, 12), 84_000),
        (Numbers(60_000, 13), None),  # beyond twelve it is a guess
        (Numbers(None, 10), None),
        (Numbers(60_000, 0), None),
        (Numbers(0, 5), None),
        (Numbers(60_000, seconds=30), None),
    ],
)
def test_estimated_one_rep_max(numbers: Numbers, best: int | None) -> None:
    assert sets.e1rm(numbers) == best


@given(st.integers(1000, 500_000), st.integers(1, 11))
def test_one_more_rep_never_lowers_the_estimate(grams: int, reps: int) -> None:
    assert (sets.e1rm(Numbers(grams, reps)) or 0) < (sets.e1rm(Numbers(grams, reps + 1)) or 0)


@pytest.mark.parametrize(
    ("mode", "numbers", "wrong"),
    [
        ("reps", Numbers(60_000, 8), None),
        ("reps", Numbers(60_000), None),
        ("reps", Numbers(None, None, 30), "seconds"),
        ("reps", Numbers(None, 8, None, 100), "metres"),
        ("time", Numbers(None, None, 30), None),
        ("time", Numbers(None, 5), "reps"),
        ("distance", Numbers(metres=5000), None),
        ("distance", Numbers(metres=5000, took_seconds=1500), None),
        ("distance", Numbers(seconds=5), "seconds"),
        ("distance", Numbers(took_seconds=5), "took_seconds"),
        ("sets_only", Numbers(20_000), None),
        ("sets_only", Numbers(reps=5), "reps"),
        ("sets_only", Numbers(seconds=5), "seconds"),
        ("sets_only", Numbers(metres=5), "metres"),
    ],
)
def test_a_metric_that_does_not_fit_the_mode_is_named(mode: str, numbers: Numbers, wrong: str | None) -> None:
    assert sets.misfit(mode, numbers) == wrong


# next target


def three(grams: int | None, *reps: int) -> list[Numbers]:
    return [Numbers(grams, one) for one in reps]


def line(mode: str = "reps", sets: int = 3, **more: Any) -> Line:
    return Line(SEED, "Bench press", mode, sets=sets, **more)


KILO = Decimal(1)
DOUBLE = line(reps_min=8, reps_max=12, target_weight=60 * KILO, progression="double", step=Decimal("2.5"))
LINEAR = line(reps_min=5, reps_max=5, progression="linear", step=5 * KILO)
PLAIN = line(reps_min=8, reps_max=12, target_weight=60 * KILO)


@pytest.mark.parametrize(
    ("planned", "sessions", "grams", "reps", "why", "is_step"),
    [
        (DOUBLE, [], kg("60"), 8, "start", False),
        (DOUBLE, [three(kg("60"), 12, 12, 12)], kg("62.5"), 8, "more_weight", True),
        (DOUBLE, [three(kg("60"), 10, 9, 9)], kg("60"), 10, "more_reps", False),
        (DOUBLE, [three(kg("60"), 6, 6, 5)] * 3, kg("52.5"), 8, "back_off", True),
        (LINEAR, [three(kg("100"), 5, 5, 5)], kg("105"), 5, "more_weight", True),
        (LINEAR, [three(kg("100"), 5, 5, 4)], kg("100"), 5, "same_again", False),
        (PLAIN, [three(kg("70"), 12, 12, 12)], kg("70"), 8, "same_again", False),
        (DOUBLE, [three(None, 12, 12, 12)], None, 8, "same_again", False),
    ],
)
def test_next_target(planned: Line, sessions: list[list[Numbers]], grams: int | None, reps: int, why: str, is_step: bool) -> None:
    found = targets.suggest(planned, sessions, "kg")
    assert (found.grams, found.reps, found.why, found.is_step) == (grams, reps, why, is_step)


def test_a_percentage_lands_on_plates_of_the_persons_own_units() -> None:
    planned = line(sets=5, reps_min=5, reps_max=5, percent_1rm=Decimal("72.5"))
    assert targets.suggest(planned, [], "kg", best=kg("140")).grams == kg("102.5")
    assert targets.suggest(planned, [], "lb", best=lb("300")).grams == lb("215")
    assert targets.suggest(planned, [], "kg").grams is None  # nothing known yet: nothing to take a percentage of


@pytest.mark.parametrize(
    ("planned", "done", "seconds", "metres", "why"),
    [
        (line("time", 1, target_time_seconds=60), [Numbers(seconds=60)], 65, None, "longer"),
        (line("time", 2, target_time_seconds=60), [Numbers(seconds=60)], 60, None, "same_again"),
        (line("time", 1, target_time_seconds=600), [Numbers(seconds=600)], 630, None, "longer"),
        (line("distance", 1, target_distance_km=2 * KILO), [Numbers(metres=2000)], None, 2100, "farther"),
        (line("distance", 1, target_distance_km=2 * KILO), [], None, 2000, "start"),
        (line("sets_only", 3), [], None, None, "start"),
    ],
)
def test_next_target_without_repetitions(
    planned: Line, done: list[Numbers], seconds: int | None, metres: int | None, why: str
) -> None:
    found = targets.suggest(planned, [done] if done else [], "kg")
    assert (found.seconds, found.metres, found.why) == (seconds, metres, why)


# records


def did(session: int, *work: tuple[int | None, int], kind: str = "normal") -> list[DoneSet]:
    day = NOON + timedelta(days=session)
    return [
        DoneSet(
            uuid5(SEED, f"{session}.{n}.{kind}"),
            uuid5(SEED, str(session)),
            day + timedelta(minutes=n),
            kind,
            Numbers(grams, reps),
        )
        for n, (grams, reps) in enumerate(work)
    ]


def told(found: list[records.Record]) -> set[tuple[str, int]]:
    return {(one.kind, one.value) for one in found if one.is_worth_telling}


def test_the_first_time_is_kept_but_nobody_claps() -> None:
    found = records.all_records(did(1, (kg("60"), 8)))
    assert {one.kind for one in found} == {"weight", "e1rm", "reps", "volume"}
    assert told(found) == set()


def test_warm_ups_make_no_record() -> None:
    assert records.all_records(did(1, (kg("200"), 20), kind="warmup")) == []


def test_a_heavier_day_breaks_weight_estimate_and_volume() -> None:
    found = records.all_records(did(1, (kg("60"), 8)) + did(2, (kg("65"), 8)))
    assert told(found) == {("weight", kg("65")), ("e1rm", 82_333), ("volume", kg("65") * 8), ("reps", 8)} - {("reps", 8)}
    assert sorted(one.kind for one in found if one.beaten_at) == sorted(["weight", "e1rm", "reps", "volume"])


def test_more_reps_at_the_same_weight_is_a_record_and_fewer_is_none() -> None:
    found = records.all_records(did(1, (kg("60"), 8)) + did(2, (kg("60"), 9)) + did(3, (kg("60"), 8)))
    assert ("reps", 9) in told(found)
    assert len([one for one in found if one.kind == "reps"]) == 2


def test_many_easy_reps_after_a_heavy_set_are_no_rep_record_at_that_weight() -> None:
    found = records.all_records(did(1, (kg("100"), 5)) + did(2, (kg("60"), 5)))
    assert [one for one in found if one.kind == "reps" and one.at_grams == kg("60")] == []


def test_the_longest_the_farthest_and_the_fastest() -> None:
    plank = [
        DoneSet(uuid5(SEED, str(n)), uuid5(SEED, f"w{n}"), NOON + timedelta(days=n), "normal", Numbers(seconds=s))
        for n, s in ((1, 60), (2, 75))
    ]
    row = [
        DoneSet(uuid5(SEED, str(n)), uuid5(SEED, f"w{n}"), NOON + timedelta(days=n), "normal", Numbers(metres=m))
        for n, m in ((1, 2000), (2, 1900))
    ]
    assert told(records.all_records(plank)) == {("time", 75)}
    run = [
        DoneSet(uuid5(SEED, str(n)), uuid5(SEED, f"w{n}"), NOON + timedelta(days=n), "normal", Numbers(metres=m, took_seconds=s))
        for n, m, s in ((1, 5000, 1500), (2, 5000, 1480), (3, 4000, 1200), (4, 5000, None))
    ]
    assert told(records.all_records(row)) == set()
    assert told(records.all_records(run)) == {("pace", 3378)}  # 5 km in 24:40


WORK = st.lists(st.tuples(st.integers(1, 40).map(lambda n: n * 2500), st.integers(1, 15)), min_size=1, max_size=4)


@given(st.lists(WORK, min_size=1, max_size=8))
def test_records_kept_day_by_day_equal_records_counted_afresh(days: list[list[tuple[int | None, int]]]) -> None:
    kept: list[records.Record] = []
    fallen: list[records.Record] = []
    for n, day in enumerate(days):
        kept, gone = records.with_session(kept, did(n, *day))
        fallen += gone
    everything = [one for n, day in enumerate(days) for one in did(n, *day)]
    assert fallen + kept == records.all_records(everything)


@given(st.lists(WORK, min_size=1, max_size=8))
def test_standing_records_are_the_truth_about_all_sets(days: list[list[tuple[int | None, int]]]) -> None:
    best = records.standing(records.all_records(one for n, day in enumerate(days) for one in did(n, *day)))
    flat = [one for day in days for one in day]
    assert next(one.value for one in best if one.kind == "weight") == max(grams or 0 for grams, _ in flat)
    assert len({(one.kind, one.at_grams) for one in best}) == len(best)
    for grams, reps in flat:
        assert any(one.kind == "reps" and one.at_grams >= (grams or 0) and one.value >= reps for one in best)


# plates

IRON = [plates.Plate(kg(w), n) for w, n in (("25", 4), ("20", 4), ("15", 2), ("10", 4), ("5", 4), ("2.5", 4), ("1.25", 2))]
POUNDS = [plates.Plate(lb(w), n) for w, n in (("45", 8), ("25", 2), ("10", 4), ("5", 2), ("2.5", 2))]


@pytest.mark.parametrize(
    ("weight", "side"),
    [
        ("20", ()),
        ("60", ((kg("20"), 1),)),
        ("100", ((kg("25"), 1), (kg("15"), 1))),
        ("142.5", ((kg("25"), 2), (kg("10"), 1), (kg("1.25"), 1))),
        ("22.5", ((kg("1.25"), 1),)),
    ],
)
def test_plates_on_each_side(weight: str, side: tuple[tuple[int, int], ...]) -> None:
    exact = plates.load(kg(weight), kg("20"), IRON).exact
    assert exact is not None
    assert exact.side == side


def test_pounds_on_a_pound_bar_add_up() -> None:
    exact = plates.load(lb("225"), lb("45"), POUNDS).exact
    assert exact is not None
    assert exact.side == ((lb("45"), 2),)


def test_what_the_gym_cannot_load_names_the_neighbours() -> None:
    answer = plates.load(kg("61"), kg("20"), IRON)
    assert answer.exact is None
    assert answer.below is not None
    assert answer.above is not None
    assert (answer.below.total, answer.above.total) == (kg("60"), kg("62.5"))


def test_a_gym_with_one_pair_of_everything_is_not_greedy() -> None:
    odd = [plates.Plate(kg("20"), 2), plates.Plate(kg("15"), 4)]
    exact = plates.load(kg("80"), kg("20"), odd).exact
    assert exact is not None
    assert exact.side == ((kg("15"), 2),)


def test_a_single_plate_makes_no_pair() -> None:
    assert plates.load(kg("60"), kg("20"), [plates.Plate(kg("20"), 1)]).exact is None


def test_lighter_than_the_bar_is_not_loadable() -> None:
    answer = plates.load(kg("15"), kg("20"), IRON)
    assert answer.exact is None
    assert answer.below is None
    assert answer.above is not None


@given(st.integers(0, 300_000))
def test_loads_never_use_a_plate_the_gym_does_not_own(weight: int) -> None:
    answer = plates.load(weight, kg("20"), IRON)
    owned = {one.grams: one.count for one in IRON}
    for found in (answer.exact, answer.below, answer.above):
        for grams, count in found.side if found else ():
            assert count * 2 <= owned[grams]


def test_warm_up_climbs_and_never_reaches_the_work() -> None:
    ramp = plates.warm_up(kg("100"), kg("20"), IRON)
    assert [(one.grams, one.reps) for one in ramp] == [
        (kg("20"), 10),
        (kg("40"), 8),
        (kg("60"), 5),
        (kg("75"), 3),
        (kg("87.5"), 1),
    ]


@pytest.mark.parametrize(("weight", "bar"), [(None, 20_000), (25_000, 20_000), (8_000, 0)])
def test_light_work_needs_no_warm_up(weight: int | None, bar: int) -> None:
    assert plates.warm_up(weight, bar, IRON) == []


# volume and streaks


@pytest.mark.parametrize(("sets", "said"), [(0, "none"), (9.5, "little"), (10, "enough"), (20, "enough"), (20.5, "much")])
def test_volume_verdict(sets: float, said: str) -> None:
    assert volume.verdict(sets) == said


MONDAY = date(2026, 3, 2)


def weekly(*counts: int) -> dict[date, int]:
    return {MONDAY + timedelta(weeks=week): count for week, count in enumerate(counts) if count}


@pytest.mark.parametrize(
    ("counts", "today_week", "rest", "frozen", "run", "best"),
    [
        ((2, 2, 2), 2, (), (), 3, 3),
        ((2, 2, 0), 2, (), (), 2, 2),  # the running week has time left
        ((2, 2, 0), 3, (), (), 0, 2),
        ((2, 0, 2), 2, (1,), (), 2, 2),  # a rest week neither counts nor breaks
        ((2, 0, 2), 2, (), ((7, 13),), 2, 2),  # nor does a frozen one
        ((2, 0, 2), 2, (), ((7, 9),), 1, 1),  # three frozen days leave a week to train in
        ((1, 2), 1, (), (), 1, 1),
        ((), 0, (), (), 0, 0),
        ((2, 2, 1), 3, (), (), 0, 2),
    ],
)
def test_streak(
    counts: tuple[int, ...], today_week: int, rest: tuple[int, ...], frozen: tuple[tuple[int, int], ...], run: int, best: int
) -> None:
    found = streaks.streak(
        weekly(*counts),
        MONDAY + timedelta(weeks=today_week, days=3),
        2,
        [MONDAY + timedelta(weeks=one) for one in rest],
        [(MONDAY + timedelta(days=a), MONDAY + timedelta(days=b)) for a, b in frozen],
    )
    assert (found.weeks, found.best) == (run, best)


# the course of a workout

RUNNING = course.State("in_progress", NOON)
DONE = course.State("completed", NOON, NOON + timedelta(hours=1))
GONE = course.State("aborted", NOON, None, NOON + timedelta(hours=1))


def test_finishing_twice_is_finishing_once() -> None:
    assert course.finish(RUNNING, NOON + timedelta(hours=1)) == DONE
    assert course.finish(DONE, NOON + timedelta(hours=5)) == DONE
    assert course.duration(DONE) == 3600


def test_a_clock_that_runs_backwards_makes_no_negative_workout() -> None:
    assert course.finish(RUNNING, NOON - timedelta(hours=1)) == course.State("completed", NOON, NOON)


def test_a_discarded_workout_is_not_finished() -> None:
    assert course.finish(GONE, NOON) == "discarded"
    assert course.resume(GONE) == "discarded"


@pytest.mark.parametrize(
    ("state", "after", "status"),
    [
        (GONE, timedelta(hours=2), "in_progress"),
        (GONE, timedelta(hours=25), "in_progress"),
        (GONE, timedelta(hours=25, seconds=1), None),
        (course.State("aborted", NOON, NOON, NOON), timedelta(hours=1), "completed"),
        (DONE, timedelta(days=9), "completed"),
    ],
)
def test_what_was_discarded_comes_back_within_a_day(state: course.State, after: timedelta, status: str | None) -> None:
    found = course.recover(state, NOON + after)
    assert (found if isinstance(found, str) else found.status) == (status or "too_late")


def lifts(layout: str) -> list[course.Lift]:
    """`A1* B1 A2` is three sets, a star is done; letters a and b in lower case are a superset, upper case stand alone."""
    found: dict[str, list[bool]] = {}
    for word in layout.split():
        found.setdefault(word[0], []).append(word.endswith("*"))
    return [course.Lift(uuid5(SEED, name), name, "1" if name.islower() else "", 90, False, done) for name, done in found.items()]


@pytest.mark.parametrize(
    ("layout", "done", "next_set", "rest"),
    [
        ("A1* A2 B1", "A1", "A2", 90),
        ("A1* A2* B1", "A2", "B1", 90),
        ("a1* a2 b1 b2", "a1", "b1", None),  # the partner, without rest
        ("a1* a2 b1* b2", "b1", "a2", 90),  # round two, after rest
        ("a1* a2* b1* b2*", "b2", None, 90),
        ("a1* a2 b1* b2 c1", "b1", "c1", None),  # three in a row
        ("a1* a2* b1* b2* C1", "b2", "C1", 90),
        ("a1* a2* a3 b1*", "b1", "a3", 90),  # one has more sets than the other
        ("a1 a2 b1*", "b1", "a1", None),  # started with the second: the first still belongs to this round
        ("A1 A2*", "A2", "A1", 90),  # skipped ahead: go back
    ],
)
def test_what_comes_next(layout: str, done: str, next_set: str | None, rest: int | None) -> None:
    found = course.coming_up(lifts(layout), uuid5(SEED, done[0]), int(done[1:]))
    assert (f"{found.turn.name}{found.turn.number}" if found.turn else None, found.rest) == (next_set, rest)
