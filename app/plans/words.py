"""What plans say in the reader's language: faults, targets, progression. Codes come in, sentences go out."""

from decimal import Decimal

from app.exercises.words import word as movement_word
from app.plans.rules import Line, Week, from_kg, write, write_plan
from app.web.templating import number
from app.words import _, ngettext


def fault(code: str, said: str = "") -> str:
    return _faults(said).get(code) or _("This does not look right.")


def _faults(said: str) -> dict[str, str]:
    return {
        "name_missing": _("It needs a name."),
        "name_too_long": _("A name has at most 100 characters."),
        "name_taken": _("You already have one with this name."),
        "sets_missing": _("No sets found. Write them like 3x8-12, 3x60s or 4x500m."),
        "aim_unknown": _("“%(said)s” is no target. Write repetitions (8 or 8-12), a time (60s) or a distance (500m).", said=said),
        "word_unknown": _("“%(said)s” is not understood here.", said=said),
        "said_twice": _("“%(said)s” says something that was already said.", said=said),
        "step_unit": _("Weights grow in kg or lb, percentages in %."),
        "day_missing": _("Open a day first: # Day 1: Push"),
        "mode_unknown": _("Choose repetitions, time, distance or sets only."),
        "sets_range": _("Between 1 and 50 sets."),
        "reps_missing": _("Say how many repetitions."),
        "reps_range": _("Between 1 and 1000 repetitions."),
        "reps_upside_down": _("The range is upside down: the smaller number comes first."),
        "metric_mismatch": _("This does not go with the way the movement is measured."),
        "time_missing": _("Say how long."),
        "time_range": _("Between one second and 24 hours."),
        "distance_missing": _("Say how far."),
        "distance_range": _("More than 0 and at most 1000 km."),
        "weight_range": _("Between 0 and 2000 kg."),
        "rpe_range": _("Effort goes from 1 to 10, in halves."),
        "percent_range": _("Between 1 and 150 %."),
        "percent_and_weight": _("Either a weight or a percentage, not both."),
        "rest_range": _("At most an hour of rest."),
        "set_type_unknown": _("Choose warm-up, normal, drop or to failure."),
        "superset_range": _("A superset is named by a letter from A to Z."),
        "notes_too_long": _("At most 1000 characters."),
        "progression_unknown": _("Choose one of the ways to progress."),
        "step_missing": _("Say by how much it grows."),
        "step_alone": _("Choose how it grows, or clear this."),
        "step_range": _("More than 0 and at most 50."),
        "progression_mode": _("Only repetitions grow by a rule."),
        "progression_range": _("Double progression needs a range of repetitions, like 8-12."),
        "progression_percent": _("Growing by percentages needs a percentage to start from."),
        "description_too_long": _("At most 4000 characters."),
        "difficulty_unknown": _("Choose a level."),
        "goal_unknown": _("Choose a goal."),
        "weeks_range": _("Between 1 and 52 weeks."),
        "cycle_range": _("A cycle has between 1 and 28 days."),
        "cycle_too_short": _("The cycle is shorter than the plan's last day."),
        "day_range": _("A plan has days 1 to 28."),
        "day_twice": _("This day is there twice."),
        "too_many_units": _("At most six units on one day."),
        "too_many_lines": _("At most 60 lines in a unit."),
        "nothing_in_it": _("There is nothing in it yet: add a movement first."),
        "not_allowed": _("Only coaches and owners show plans to the whole gym."),
        "not_oneself": _("It is yours already."),
        "nothing_to_undo": _("There is nothing to undo."),
        "nothing_to_redo": _("There is nothing to do again."),
        "not_yours_to_undo": _("Somebody else wrote last. Their change is not undone from here."),
        "id_used": _("This form was already used for something else. Load the page again."),
    }


def word(code: str) -> str:
    """Goals, set types, sharing and progressions; the rest is the catalogue's vocabulary."""
    own = {
        "strength": _("Strength"),
        "muscle": _("Muscle"),
        "fitness": _("Fitness"),
        "power": _("Power"),
        "mobility": _("Mobility"),
        "private": _("Private"),
        "shared": _("Shared with people"),
        "gym": _("Whole gym"),
        "warmup": _("Warm-up"),
        "normal": _("Work sets"),
        "drop": _("Drop sets"),
        "failure": _("To failure"),
        "double": _("Double progression"),
        "linear": _("Linear"),
        "percentage": _("By percentage"),
        "read": _("May look"),
        "write": _("May change"),
        "copy": _("May look and copy"),
    }
    return own.get(code) or movement_word(code)


def weight(kg: Decimal | None, units: str) -> str:
    return "–" if kg is None else f"{number(from_kg(kg, units))} {units}"


def span(seconds: int | None) -> str:
    """A duration as short as it can be said."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    if minutes and rest:
        return f"{minutes}:{rest:02d}"
    return _("%(n)s min", n=minutes) if minutes else _("%(n)s s", n=rest)


def far(kilometres: Decimal) -> str:
    metres = kilometres * 1000
    return _("%(n)s m", n=number(metres)) if metres < 1000 else _("%(n)s km", n=number(kilometres))


def aim(line: Line) -> str:
    """3 × 8–12, 3 × 60 s, 4 × 500 m, 2 sets."""
    if line.mode == "sets_only":
        return ngettext("%(num)s set", "%(num)s sets", line.sets)
    return f"{line.sets} × {_target(line)}"


def _target(line: Line) -> str:
    if line.mode == "time":
        return span(line.target_time_seconds)
    if line.mode == "distance":
        return far(line.target_distance_km or Decimal(0))
    return reps(line.reps_min, line.reps_max)


def reps(low: int | None, high: int | None) -> str:
    if low is None:
        return _("up to %(n)s", n=high)
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def details(line: Line, units: str) -> str:
    """Everything else about a line, in one breath."""
    return " · ".join(
        said
        for said in (
            weight(line.target_weight, units) if line.target_weight is not None else "",
            _("%(n)s %% of 1RM", n=number(line.percent_1rm)) if line.percent_1rm is not None else "",
            _("effort %(n)s", n=number(line.rpe)) if line.rpe is not None else "",
            _("%(time)s rest", time=span(line.rest_seconds)) if line.rest_seconds else "",
        )
        if said
    )


def grows(line: Line, units: str) -> str:
    """The progression as a plain sentence."""
    if line.progression is None or line.step is None:
        return ""
    if line.progression == "percentage":
        return _(
            "Starts at %(percent)s %% of your best single and grows by %(step)s %% each week.",
            percent=number(line.percent_1rm or 0),
            step=number(line.step),
        )
    step = weight(line.step, units)
    if line.progression == "double":
        return _(
            "When every set reaches %(high)s repetitions, add %(step)s and start again at %(low)s. "
            "After three sessions short of %(low)s, go back by a tenth.",
            high=line.reps_max,
            low=line.reps_min,
            step=step,
        )
    return _(
        "When every set is done as planned, add %(step)s next time. After three misses in a row, go back by a tenth.", step=step
    )


def week_aim(week: Week, units: str) -> str:
    what = reps(week.reps_min, week.reps_max)
    if week.weight is not None:
        return f"{weight(week.weight, units)} × {what}"
    return f"{number(week.percent)} % × {what}" if week.percent is not None else f"× {what}"


WORDS = {
    "plan_text": write,
    "plan_whole_text": write_plan,
    "plan_word": word,
    "plan_aim": aim,
    "plan_details": details,
    "plan_grows": grows,
    "plan_week": week_aim,
    "plan_weight": weight,
    "movement_word": movement_word,
}
