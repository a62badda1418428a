"""What no template may hold: the content security policy would block it, or it would fail somebody in silence."""

import re
from functools import cache
from pathlib import Path

from tests.each import each

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
MAILS = TEMPLATES / "email"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if MAILS not in path.parents)

COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<(?P<name>[a-z][a-z0-9-]*)(?P<more>(?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|'[^']*'|[^>\"'])*)>", re.DOTALL)
FORM = re.compile(r"<form\b(?P<more>(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>(?P<inside>.*?)</form>", re.DOTALL)
ICON = re.compile(r"""(?:ui\.icon\(|_?icon\(|icon=|icon_name=)\s*["']([a-z0-9-]+)["']""")
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "a <style> element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "hx-on": re.compile(r"\bhx-on\b"),
    "script in an attribute": re.compile(r"[\"'](?:js|javascript):"),
    "a filter in hx-trigger": re.compile(r"hx-trigger=[\"'][^\"']*\["),
    "something from another host": re.compile(r"(?:src|href|action)\s*=\s*[\"']https?://"),
    "a date or number without the reader's language": re.compile(r"strftime\("),
    "text that nobody escaped": re.compile(r"\|\s*safe\b"),
}


@cache
def source(path: Path) -> str:
    return COMMENTS.sub("", path.read_text())


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@each(PAGES, name)
def test_nothing_that_the_policy_blocks(path: Path) -> None:
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(source(path))]
    assert not found


@each(PAGES, name)
def test_scripts_come_from_files(path: Path) -> None:
    inline = [body for body in re.findall(r"<script\b[^>]*>(.*?)</script>", source(path), re.DOTALL) if body.strip()]
    assert not inline


@each(PAGES, name)
def test_every_form_works_without_javascript(path: Path) -> None:
    for form in FORM.finditer(source(path)):
        more = form["more"]
        if re.search(r"method=[\"']dialog", more):
            continue
        assert re.search(r"\baction=", more), f"no action: <form{more[:90]}>"
        assert re.search(r"\bmethod=", more), f"no method: <form{more[:90]}>"


@each(PAGES, name)
def test_a_form_that_writes_carries_its_token(path: Path) -> None:
    for form in FORM.finditer(source(path)):
        if re.search(r"method=[\"']post", form["more"], re.IGNORECASE):
            assert re.search(r"csrf\(|name=[\"']csrf[\"']|caller\(\)", form["inside"]), f"no csrf(): <form{form['more'][:90]}>"


@each(PAGES, name)
def test_a_double_tap_is_dropped(path: Path) -> None:
    for tag in TAG.finditer(source(path)):
        if tag["name"] == "form" and re.search(r"\bhx-(post|put|patch|delete)=", tag["more"]):
            assert "hx-sync=" in tag["more"], f"no hx-sync: <form{tag['more'][:90]}>"
            assert "hx-disable=" in tag["more"], f"no hx-disable: <form{tag['more'][:90]}>"


@each(PAGES, name)
def test_a_region_is_named_once(path: Path) -> None:
    fixed = re.findall(r"\sid=\"([a-z][a-z0-9-]*)\"", source(path))
    if "{% if" in source(path):  # two branches may draw the same region
        fixed = list(dict.fromkeys(fixed))
    assert len(fixed) == len(set(fixed)), "the same id twice"


@each(PAGES, name)
def test_every_icon_is_drawn(path: Path) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "assets/icons/sprite.svg").read_text()))
    assert set(ICON.findall(source(path))) <= drawn


@each(sorted((ROOT / "assets/css").rglob("*.css")), lambda path: path.stem)
def test_colours_come_from_tokens(path: Path) -> None:
    if path.stem == "tokens":
        return
    sheet = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert not re.findall(r":[^;{]*#[0-9a-fA-F]{3,8}\b", sheet)
    assert "url(http" not in sheet
    assert "@layer" in sheet, "every sheet says which layer it is in"


def test_the_core_sheets_stay_small() -> None:
    import gzip

    core = sum(len(gzip.compress((ROOT / f"assets/css/{sheet}.css").read_bytes(), 9)) for sheet in ("tokens", "base", "ui"))
    assert core <= 12_000
