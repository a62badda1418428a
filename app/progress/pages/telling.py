"""The day's form as it is typed: read by the same ranges as a file and the API, never losing what was typed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.progress.actions.check_ins import Body
from app.progress.queries.day import Dose, Own
from app.progress.rules.measures import BUILT_IN, DOSES_TAKEN, Measure, Wrong, read_number, tidy
from app.web.forms import Form, clean
from app.words import _

WHOLE = ("sleep_quality", "steps", "alcohol_units", "mood")


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """Text fields only, cleaned; files and repeated names are not of interest here."""
    return {name: clean(value) for name, value in data.items() if isinstance(value, str)}


def read_body(data: Mapping[str, Any], own: Iterable[Own], doses: Iterable[Dose], limits: Mapping[str, Measure]) -> Form[Any]:
    """A Form whose value is a Body (kept in `.value`), with a sentence at every field that is wrong."""
    typed = typed_in(data)
    errors: dict[str, str] = {}
    said = {measure.key: take(typed, measure.key, measure, errors) for measure in BUILT_IN}
    mine = {one.id: take(typed, f"own_{one.id}", limits[one.key], errors) for one in own if f"own_{one.id}" in typed}
    taken = {one.id: take(typed, f"dose_{one.id}", DOSES_TAKEN, errors) for one in doses if f"dose_{one.id}" in typed}
    note = tidy(typed.get("note", ""))
    if len(note) > 4000:
        errors["note"] = _("At most %(limit)s characters.", limit=4000)
    if errors:
        return Form(None, typed, errors)
    whole: dict[str, Any] = {key: as_int(said[key]) for key in WHOLE}
    rest: dict[str, Any] = {key: value for key, value in said.items() if key not in WHOLE}
    body: Any = Body(**rest, **whole, note=note, own=mine, doses={id: as_int(value) for id, value in taken.items()})
    return Form(body, typed, {})


def take(typed: Mapping[str, str], name: str, measure: Measure, errors: dict[str, str]) -> Decimal | None:
    text = typed.get(name, "")
    if not text:
        return None
    read = read_number(text.replace(" ", "").replace("\u00a0", ""), measure)
    if isinstance(read, Wrong):
        errors[name] = wrong(read, measure)
        return None
    return read


def wrong(read: Wrong, measure: Measure) -> str:
    if read.code == "not_whole":
        return _("Whole numbers only.")
    if read.code == "out_of_range":
        return _("Between %(least)s and %(most)s.", least=measure.lowest, most=measure.highest)
    return _("This is not a number.")


def as_int(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
