"""What a plan is, when its next day falls, and how its weights grow: pure.

`Line` is one planned movement (what `training` snapshots); `next_target(line, sessions, …)` proposes the next weight and reps;
`next_day(…)` says which day is due; `parse`/`write` turn quick text into lines and back.
"""

from app.plans.rules.days import DoneDay, NextDay, next_day
from app.plans.rules.outline import Day, Fault, Line, Outline, Unit, faults, minutes, plan_faults
from app.plans.rules.progression import Lifted, Target, Week, next_target, preview
from app.plans.rules.quick import Heard, TextFault, parse, parse_plan, write, write_line, write_plan
from app.plans.rules.weights import POUND, from_kg, pretty, to_kg

__all__ = [
    "POUND",
    "Day",
    "DoneDay",
    "Fault",
    "Heard",
    "Lifted",
    "Line",
    "NextDay",
    "Outline",
    "Target",
    "TextFault",
    "Unit",
    "Week",
    "faults",
    "from_kg",
    "minutes",
    "next_day",
    "next_target",
    "parse",
    "parse_plan",
    "plan_faults",
    "pretty",
    "preview",
    "to_kg",
    "write",
    "write_line",
    "write_plan",
]
