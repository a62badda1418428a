"""What to tell a language model so that its answer imports: made from this gym's own names. No model is called from here."""

from typing import Any

from litestar import Response, Router, get

from app.actor import Actor
from app.db import Db as Connection
from app.progress.contract.columns import MEALS, PARTS, SLOT_COLUMNS
from app.progress.contract.writing import headings_of
from app.progress.queries import imports as looked
from app.web.asking import Ask, Db, Request, signed_in
from app.web.pages import page
from app.words import _

LANGUAGES = {"en": "English", "es": "Spanish", "sr": "Serbian (Latin script)"}


async def pack_of(db: Connection, actor: Actor) -> str:
    return pack_text(
        actor,
        await looked.exercise_names(db, actor),
        await looked.equipment_here(db, actor.gym_id),
        await looked.classes_here(db, actor),
    )


def pack_text(actor: Actor, exercises: list[str], equipment: list[str], classes: list[str]) -> str:
    """Markdown in English, which every model reads; the texts of the plan come in the member's language."""
    limits = "\n".join(f"- `exercise_i_{column.name}`: {limit(column.measure, column.limit)}" for column in SLOT_COLUMNS)
    language = LANGUAGES.get(actor.locale, "English")
    return f"""# Plan contract of {actor.gym_name}

You write dated plans as CSV. A program imports them; it reads nothing but CSV.

## The dialogue
1. If something critical is missing, ask before you write: at most five closed questions, in one block
   `<missing_critical_data>` … `</missing_critical_data>`, each with the JSON shape of its answer. Critical are: the first and last
   date; sex, age, height, weight; the goal; training days a week, level and injuries; diet restrictions and whether meals are
   wanted (`"write_meals": "yes" | "no"`). Ask nothing that was already said.
2. Otherwise answer with raw CSV only: no greeting, no explanation, no code fence, one file per answer.
3. Dates are `YYYY-MM-DD`, one row per day for food, one row per session for training, days consecutive.
4. The delimiter is a comma; cells that contain one, a quotation mark or a line break are quoted. Numbers use a point, no unit.
5. Write texts in {language}.

## Food: `diet.csv`
`{",".join(headings_of("diet"))}`
- kcal 0–12000, protein 0–800 g, carbs 0–1500 g, fat 0–500 g; all four in every row.
- Energy is coherent: 4 kcal per gram of protein and carbs, 9 per gram of fat, within a tenth.
- {", ".join(f"`{meal}`" for meal in MEALS)}: up to 600 characters each. With `write_meals` "no" leave all five empty.

## Training: `workout.csv`
`{",".join(headings_of("workout"))}`
- `session_type` is `class` or `strength`, never both: a day with both has two rows.
- {", ".join(f"`{part}`" for part in PARTS)}: up to 700 characters each. A class has its name in `class_sessions` and no exercises.
- Up to six exercises in this heading; continue with `exercise_7_name` … up to 32 when a session needs more.
{limits}

## Exercises that can be logged here
Use these names exactly as they are written; a set that is logged under another name is not counted.
{listed(exercises)}

## Equipment on the floor
{listed(equipment) if equipment else "Not listed: ask what there is."}

## Classes
{listed(classes) if classes else "Not listed: ask for the timetable."}

## Check before you answer
`POST /api/v1/plan-check` with the CSV as the body (and the same bearer token that fetched this contract) answers every error with
line, column, code, cause, fix, what is allowed there, and the nearest names of this gym. Correct and repeat until `"is_valid"` is true. Plans are general information, not medical advice.
"""


def limit(measure: Any, length: int) -> str:
    if measure is None:
        return f"text up to {length} characters"
    return f"{'whole number' if measure.is_whole else 'number'} {measure.lowest}–{measure.highest}"


def listed(names: list[str]) -> str:
    return "; ".join(names)


@get("/pack", name="progress.pack", guards=[signed_in()])
async def pack(request: Request, db: Db, actor: Ask) -> Response[str]:
    text = await pack_of(db, actor)
    return page(request, "progress/pack.html", text=text, prompt=prompt_text())


def prompt_text() -> str:
    return _(
        "Here is the plan contract of my gym. Write my food plan as diet.csv first; when I say “training”, write workout.csv. "
        "Ask me first if something critical is missing. Answer with raw CSV only."
    )


@get(
    "/agents/plan.md",
    name="progress.plan_contract",
    guards=[signed_in()],
    summary="The contract of plans",
)
async def plan_contract(db: Db, actor: Ask) -> Response[str]:
    """How to write a plan that imports here: made from this gym's exercises, equipment and classes, in the person's language."""
    return Response(await pack_of(db, actor), media_type="text/markdown", headers={"Cache-Control": "private, no-store"})


router = Router("/", route_handlers=[pack])
agents = Router("/", route_handlers=[plan_contract], include_in_schema=True, tags=["Progress"])
