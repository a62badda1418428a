"""What an author does to a plan, each as one pure step from document to document, and how two documents differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.plans.rules.outline import LAST_DAY, Day, Line, Outline, Unit
from app.plans.rules.quick import write_line

Step = Callable[[Outline], Outline]


def on_unit(outline: Outline, unit_id: UUID, change: Callable[[Unit], Unit]) -> Outline:
    days = tuple(
        replace(day, units=tuple(change(unit) if unit.id == unit_id else unit for unit in day.units)) for day in outline.days
    )
    return replace(outline, days=days)


def add_lines(unit_id: UUID, lines: Sequence[Line], after: UUID | None = None) -> Step:
    def step(unit: Unit) -> Unit:
        at = next((n + 1 for n, line in enumerate(unit.lines) if line.id == after), len(unit.lines))
        return replace(unit, lines=(*unit.lines[:at], *lines, *unit.lines[at:]))

    return lambda outline: on_unit(outline, unit_id, step)


def write_lines(unit_id: UUID, name: str, description: str, lines: Sequence[Line]) -> Step:
    """The whole unit as text says it; a line that is still about the same movement keeps its id."""
    return lambda outline: on_unit(
        outline, unit_id, lambda unit: replace(unit, name=name, description=description, lines=keep_ids(unit.lines, lines))
    )


def keep_ids(old: Sequence[Line], new: Sequence[Line]) -> tuple[Line, ...]:
    """Its id, and the name it was planned under: another author's language does not rename it."""
    left = list(old)
    kept = []
    for line in new:
        known = next((one for one in left if _same_movement(one, line)), None)
        if known:
            left.remove(known)
            line = replace(
                line, id=known.id, exercise_id=line.exercise_id or known.exercise_id, exercise_name=known.exercise_name
            )
        kept.append(line)
    return tuple(kept)


def _same_movement(one: Line, other: Line) -> bool:
    by_id = one.exercise_id is not None and one.exercise_id == other.exercise_id
    return by_id or one.exercise_name == other.exercise_name


def change_line(line: Line) -> Step:
    def step(unit: Unit) -> Unit:
        return replace(unit, lines=tuple(line if one.id == line.id else one for one in unit.lines))

    return lambda outline: _everywhere(outline, step)


def remove_line(line_id: UUID) -> Step:
    return lambda outline: _everywhere(
        outline, lambda unit: replace(unit, lines=tuple(line for line in unit.lines if line.id != line_id))
    )


def repeat_line(line_id: UUID, new_id: UUID) -> Step:
    def step(unit: Unit) -> Unit:
        return replace(unit, lines=tuple(twin for line in unit.lines for twin in _twins(line, line_id, new_id)))

    return lambda outline: _everywhere(outline, step)


def _twins(line: Line, line_id: UUID, new_id: UUID) -> tuple[Line, ...]:
    return (line, replace(line, id=new_id)) if line.id == line_id else (line,)


def nudge_line(line_id: UUID, by: int) -> Step:
    """Up or down by one, within its unit."""

    def step(unit: Unit) -> Unit:
        at = next((n for n, line in enumerate(unit.lines) if line.id == line_id), None)
        if at is None or not 0 <= at + by < len(unit.lines):
            return unit
        lines = list(unit.lines)
        lines.insert(at + by, lines.pop(at))
        return replace(unit, lines=tuple(lines))

    return lambda outline: _everywhere(outline, step)


def place_line(line_id: UUID, unit_id: UUID, at: int) -> Step:
    """Dragged: out of where it was, into `unit_id` as number `at` (from 0)."""

    def move(outline: Outline) -> Outline:
        line = next((one for one in outline.lines if one.id == line_id), None)
        if line is None or outline.unit(unit_id) is None:
            return outline
        taken = remove_line(line_id)(outline)
        return on_unit(
            taken, unit_id, lambda unit: replace(unit, lines=(*unit.lines[: max(0, at)], line, *unit.lines[max(0, at) :]))
        )

    return move


def pair_line(line_id: UUID) -> Step:
    """Takes turns with the line above it, or does so no longer."""

    def step(unit: Unit) -> Unit:
        at = next((n for n, line in enumerate(unit.lines) if line.id == line_id), 0)
        if at == 0:
            return unit
        above, line = unit.lines[at - 1], unit.lines[at]
        lines = list(unit.lines)
        if line.superset is not None and line.superset == above.superset:
            lines[at] = replace(line, superset=None)
        else:
            group = above.superset or _free(unit)
            lines[at - 1], lines[at] = replace(above, superset=group), replace(line, superset=group)
        return replace(unit, lines=_without_singles(lines))

    return lambda outline: _everywhere(outline, step)


def _free(unit: Unit) -> int:
    used = {line.superset for line in unit.lines}
    return next((n for n in range(1, 27) if n not in used), 26)


def _without_singles(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Nobody takes turns alone."""
    lines = tuple(lines)
    groups = [line.superset for line in lines]
    return tuple(replace(line, superset=None) if groups.count(line.superset) == 1 else line for line in lines)


def _everywhere(outline: Outline, change: Callable[[Unit], Unit]) -> Outline:
    return replace(outline, days=tuple(replace(day, units=tuple(map(change, day.units))) for day in outline.days))


def add_day(unit: Unit) -> Step:
    def step(outline: Outline) -> Outline:
        number = max((day.number for day in outline.days), default=0) + 1
        return _fitted(replace(outline, days=(*outline.days, Day(number, (unit,)))))

    return step


def add_unit(day_number: int, unit: Unit) -> Step:
    def step(outline: Outline) -> Outline:
        if outline.day(day_number) is None:
            return _fitted(replace(outline, days=_sorted((*outline.days, Day(day_number, (unit,))))))
        days = tuple(replace(day, units=(*day.units, unit)) if day.number == day_number else day for day in outline.days)
        return replace(outline, days=days)

    return step


def remove_unit(unit_id: UUID) -> Step:
    """A day that holds nothing any more is a rest day."""

    def step(outline: Outline) -> Outline:
        days = (replace(day, units=tuple(unit for unit in day.units if unit.id != unit_id)) for day in outline.days)
        return replace(outline, days=tuple(day for day in days if day.units))

    return step


def repeat_unit(unit_id: UUID, copy: Unit) -> Step:
    def step(outline: Outline) -> Outline:
        return add_day(copy)(outline) if outline.unit(unit_id) else outline

    return step


def move_day(number: int, to: int) -> Step:
    """To another day of the cycle; whoever stands there changes places."""

    def step(outline: Outline) -> Outline:
        if not 1 <= to <= LAST_DAY or outline.day(number) is None:
            return outline
        swap = {number: to, to: number}
        days = tuple(replace(day, number=swap.get(day.number, day.number)) for day in outline.days)
        return _fitted(replace(outline, days=_sorted(days)))

    return step


def describe(name: str, difficulty: str, description: str, goal: str | None, weeks: int | None, cycle_days: int) -> Step:
    return lambda outline: replace(
        outline, name=name, difficulty=difficulty, description=description, goal=goal, weeks=weeks, cycle_days=cycle_days
    )


def write_days(days: Sequence[Day]) -> Step:
    """All days anew, as the text of a whole plan says; units and lines that are still there keep their ids."""

    def step(outline: Outline) -> Outline:
        known = {(day.number, unit.name): unit for day in outline.days for unit in day.units}
        fresh = tuple(
            replace(day, units=tuple(_same_unit(known.get((day.number, unit.name)), unit) for unit in day.units)) for day in days
        )
        return _fitted(replace(outline, days=_sorted(fresh)))

    return step


def _same_unit(old: Unit | None, new: Unit) -> Unit:
    if old is None:
        return new
    return replace(old, description=new.description, lines=keep_ids(old.lines, new.lines))


def _sorted(days: Iterable[Day]) -> tuple[Day, ...]:
    return tuple(sorted(days, key=lambda day: day.number))


def _fitted(outline: Outline) -> Outline:
    """The cycle is long enough for its last day, and a week unless it must be more."""
    last = max((day.number for day in outline.days), default=1)
    return replace(outline, cycle_days=max(outline.cycle_days, min(LAST_DAY, -(-last // 7) * 7)))


def copied(outline: Outline, fresh: Callable[[], UUID]) -> Outline:
    """The same plan with ids of its own."""
    days = tuple(replace(day, units=tuple(copied_unit(unit, fresh) for unit in day.units)) for day in outline.days)
    return replace(outline, days=days)


def copied_unit(unit: Unit, fresh: Callable[[], UUID]) -> Unit:
    return replace(unit, id=fresh(), revision=1, lines=tuple(replace(line, id=fresh()) for line in unit.lines))


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind`: plan_changed, day_added, day_removed, unit_renamed, line_added, line_removed, line_changed, moved,
    reordered."""

    kind: str
    day: int = 0
    unit: str = ""
    before: str = ""
    after: str = ""


def differences(old: Outline, new: Outline) -> tuple[Difference, ...]:
    """What somebody who trains by the old one would notice in the new one."""
    found = [
        Difference("plan_changed", before=before, after=after)
        for before, after in ((old.name, new.name), (old.description, new.description))
        if before != after
    ]
    was = {unit.id: (day.number, unit) for day in old.days for unit in day.units}
    now = {unit.id: (day.number, unit) for day in new.days for unit in day.units}
    found += [Difference("day_removed", *_named(was[key])) for key in was if key not in now]
    for key, (day, unit) in now.items():
        if key in was:
            found += _unit_differences(was[key], (day, unit))
        else:
            found.append(Difference("day_added", day, unit.name, after="\n".join(write_line(line) for line in unit.lines)))
    return tuple(found)


def _named(place: tuple[int, Unit]) -> tuple[int, str]:
    return place[0], place[1].name


def _unit_differences(old: tuple[int, Unit], new: tuple[int, Unit]) -> list[Difference]:
    (was_day, was), (day, unit) = old, new
    found = []
    if was.name != unit.name:
        found.append(Difference("unit_renamed", day, unit.name, was.name, unit.name))
    if was_day != day:
        found.append(Difference("moved", day, unit.name, str(was_day), str(day)))
    before = {line.id: write_line(line) for line in was.lines}
    after = {line.id: write_line(line) for line in unit.lines}
    found += [Difference("line_removed", day, unit.name, before=said) for key, said in before.items() if key not in after]
    found += [
        Difference("line_changed" if key in before else "line_added", day, unit.name, before.get(key, ""), said)
        for key, said in after.items()
        if before.get(key) != said
    ]
    if list(before) != list(after) and not found and set(before) == set(after):
        found.append(Difference("reordered", day, unit.name))
    return found
