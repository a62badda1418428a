"""What a browser sends becomes what was wanted, or a sentence at the field; what was typed is never lost."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from app.web.forms import read


class Everything(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=20)]
    sets: Annotated[int, Meta(ge=1, le=12)] = 3
    weight: Annotated[Decimal, Meta(ge=0, le=1000)] | None = None
    rpe: float | None = None
    on: date | None = None
    at: time | None = None
    id: UUID | None = None
    is_done: bool = False
    muscles: list[str] = []
    days: list[int] = []


@pytest.mark.parametrize(
    ("sent", "field", "value"),
    [
        ({"is_done": ["on"]}, "is_done", True),
        ({}, "is_done", False),
        ({"weight": ["100,5"]}, "weight", Decimal("100.5")),
        ({"weight": ["1.234,5"]}, "weight", None),
        ({"weight": ["  82.5 "]}, "weight", Decimal("82.5")),
        ({"rpe": [""]}, "rpe", None),
        ({"rpe": ["8,5"]}, "rpe", 8.5),
        ({"sets": ["4"]}, "sets", 4),
        ({"sets": [""]}, "sets", 3),
        ({"on": ["2026-11-21"]}, "on", date(2026, 11, 21)),
        ({"at": ["18:30"]}, "at", time(18, 30)),
        ({"muscles": ["chest"]}, "muscles", ["chest"]),
        ({"muscles": ["chest", "", "back"]}, "muscles", ["chest", "back"]),
        ({"days": ["1", "3"]}, "days", [1, 3]),
        ({"id": ["018f6a5e-0000-7000-8000-000000000001"]}, "id", UUID("018f6a5e-0000-7000-8000-000000000001")),
    ],
)
def test_a_field_is_read(sent: dict, field: str, value: object) -> None:
    form = read(Everything, {"name": ["Mo"], **sent})
    if sent.get("weight") == ["1.234,5"]:
        assert form.errors == {"weight": "At most 1000."}
        assert form.typed["weight"] == "1.234,5"
    else:
        assert form.value is not None, form.errors
        assert getattr(form.value, field) == value


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": [""]}, "name", "Please fill this in."),
        ({}, "name", "Please fill this in."),
        ({"name": ["x" * 21]}, "name", "At most 20 characters."),
        ({"sets": ["0"]}, "sets", "At least 1."),
        ({"sets": ["3.5"]}, "sets", "Whole numbers only."),
        ({"sets": ["many"]}, "sets", "This is not a number."),
        ({"sets": ["9" * 30]}, "sets", "This number is too large."),
        ({"on": ["tomorrow"]}, "on", "This is not a date."),
        ({"at": ["25:00"]}, "at", "This is not a time."),
        ({"id": ["x"]}, "id", "This choice is not known here."),
        ({"rpe": ["nan"]}, "rpe", "This is not a number."),
    ],
)
def test_a_refused_field_says_why_and_keeps_what_was_typed(sent: dict, field: str, said: str) -> None:
    form = read(Everything, {"name": ["Mo"], **sent} if "name" not in sent and sent else sent)
    assert form.value is None
    assert form.errors[field] == said
    assert form.typed[field] == (sent[field][0] if field in sent else "")


def test_every_wrong_field_gets_its_sentence_at_once() -> None:
    form = read(Everything, {"name": [""], "sets": ["x"], "on": ["x"]})
    assert set(form.errors) == {"name", "sets", "on"}


anything = st.text(st.characters(codec=None, categories=None), max_size=60)


@given(st.dictionaries(st.sampled_from(list(Everything.__struct_fields__)), st.lists(anything, max_size=4)))
def test_no_input_breaks_a_form(sent: dict) -> None:
    form = read(Everything, sent)
    assert (form.value is None) == bool(form.errors)
    assert set(form.typed) == set(Everything.__struct_fields__)
    str(form.typed).encode()
