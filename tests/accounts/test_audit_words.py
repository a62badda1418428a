"""Whatever anybody does is said in words of the gym on the page that tells who did what, never as a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.accounts import sentences

APP = Path(__file__).parents[2] / "app"
SAYS = re.compile(r"\baudit\s*\(|\bact\s*=")
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
# Acts that are put together: what may stand behind the point.
MADE = {"backups": ("backup", "drill", "fetch", "restore", "undo", "ask_restore", "ask_undo"), "link": ("invitation", "reset", "code"),
        "money": ("discount", "goodwill")}  # fmt: skip


def acts() -> Iterator[str]:
    """What stands as an act in any call of `audit`, and the words given a name `act` before it."""
    for text in (path.read_text("utf-8") for path in APP.rglob("*.py")):
        for node in ast.walk(ast.parse(text)) if SAYS.search(text) else ():
            if isinstance(node, ast.Call) and called(node.func) == "audit" and len(node.args) > 2:
                yield from said(node.args[2])
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "act":
                yield from said(node.value)


def called(what: ast.expr) -> str:
    return what.attr if isinstance(what, ast.Attribute) else what.id if isinstance(what, ast.Name) else ""


def said(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.JoinedStr):
        return
    for part in ast.walk(value):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
            yield part.value


def test_every_act_has_words() -> None:
    found = {*acts(), "signed_in", *(f"{what}.{how}" for what, hows in MADE.items() for how in hows)}
    assert len(found) > 90
    assert sorted(found - set(sentences.ACTS)) == []


def test_an_act_that_is_put_together_is_known_here() -> None:
    """A new one says here what may come of it."""
    for path in APP.rglob("*.py"):
        for one in re.findall(r'audit\([^)]*?f"([a-z_]+)\.', path.read_text("utf-8")):
            assert one in MADE, (path, one)
