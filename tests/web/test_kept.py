"""A stretch that is drawn once per language and key, and the bytes that a page is made of."""

import re
from uuid import UUID

import pytest
from jinja2 import DictLoader

from app.web import jinja
from app.web.jinja import FRESH, Drawn, Settling, encoded

PAGES = {
    "plain.html": "{% keep name %}<b>{{ name }}</b>{{ seen.append(name) or '' }}{% endkeep %}",
    "fresh.html": "{% keep name %}<i id='{{ fresh_id }}'>{{ name }} {{ fresh_id }}</i>{% endkeep %}",
    "nested.html": """{% macro twice(name) %}{% keep name %}<b>{{ name }} {{ fresh_id }}</b>{% endkeep %}{% endmacro %}
{{ twice(name) }}{% keep name, 2 %}{{ twice(name) }}{% keep name %}<u>{{ name }}</u>{% endkeep %}{% endkeep %}
{% set late %}{% keep name %}{{ name }}{% endkeep %}{% endset %}{{ late }}""",
}


def page(file: str, **values: object) -> bytes:
    template = HOUSE.get_template(file)
    return encoded(template.root_render_func(template.new_context(values)))


HOUSE = Settling(loader=DictLoader(PAGES), autoescape=True)
HOUSE.globals |= {"fresh_id": FRESH}


def test_a_stretch_is_drawn_once_for_each_key() -> None:
    seen: list[str] = []
    said = [page("plain.html", name=name, seen=seen).decode() for name in ("Mo", "Zoë & Čeda", "Mo", "Zoë & Čeda")]
    assert said == ["<b>Mo</b>", "<b>Zoë &amp; Čeda</b>"] * 2
    assert seen == ["Mo", "Zoë & Čeda"]


def test_the_id_in_a_stretch_is_another_one_each_time_and_the_same_within() -> None:
    found = [re.findall("[0-9a-f-]{36}", page("fresh.html", name="Čeda").decode()) for _ in range(3)]
    assert all(len(ids) == 2 and ids[0] == ids[1] for ids in found)
    assert len({ids[0] for ids in found} | {str(FRESH)}) == 4
    assert all(UUID(ids[0]).version == 7 for ids in found)


def test_text_and_stretches_make_the_same_bytes_as_text_alone() -> None:
    text = Drawn("č…")
    text.data = "č…".encode()
    assert encoded(["<p>", text, "−</p>"]) == "<p>č…−</p>".encode()


def test_a_stretch_within_a_macro_or_another_stretch_is_text_there() -> None:
    first, second = page("nested.html", name="Č<"), page("nested.html", name="Č<")
    plain_id = re.compile("[0-9a-f-]{36}")
    assert plain_id.sub("id", first.decode()) == plain_id.sub("id", second.decode())
    assert first.decode().count("Č&lt;") == 4
    assert str(FRESH) not in first.decode() + second.decode()


def test_what_is_kept_takes_no_more_room_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jinja, "MOST_TEXT", 100)
    house = Settling(loader=DictLoader(PAGES), autoescape=True)
    template = house.get_template("plain.html")
    for n in range(50):
        encoded(template.root_render_func(template.new_context({"name": f"somebody {n}", "seen": []})))
        assert sum(len(kept.drawn or "") for kept in house.kept.values()) <= 100
    assert house.kept
