"""What templates became is kept beside them, and is made anew as soon as anything of the house is another one."""

import os
from pathlib import Path

from jinja2 import DictLoader, Environment

from app.web.compiled import Compiled, stamp

HELLO = DictLoader({"hello.html": "Hello {{ name }}"})


def house(tmp_path: Path, words: str = "one") -> tuple[Path, tuple[Path, ...]]:
    (tmp_path / "app" / "__pycache__").mkdir(parents=True, exist_ok=True)
    (tmp_path / "app" / "pages.py").write_text(words)
    return tmp_path / "kept", (tmp_path / "app",)


def said(kept: Compiled) -> str:
    return Environment(loader=HELLO, bytecode_cache=kept, autoescape=True).get_template("hello.html").render(name="Mo")


def test_the_second_start_reads_what_the_first_compiled(tmp_path: Path) -> None:
    folder, sources = house(tmp_path)
    assert said(Compiled("en", folder, sources)) == "Hello Mo"
    (kept,) = folder.rglob("*.cache")
    before = kept.stat().st_mtime_ns
    assert said(Compiled("en", folder, sources)) == "Hello Mo"
    assert kept.stat().st_mtime_ns == before
    assert said(Compiled("es", folder, sources)) == "Hello Mo"
    assert len(list(folder.rglob("*.cache"))) == 2


def test_another_house_keeps_nothing_of_the_one_before(tmp_path: Path) -> None:
    folder, sources = house(tmp_path)
    said(Compiled("en", folder, sources))
    first = stamp(sources)
    (tmp_path / "app" / "__pycache__" / "pages.pyc").touch()
    assert stamp(sources) == first, "what Python keeps is no source"
    house(tmp_path, "two, and longer")
    assert stamp(sources) != first
    Compiled("en", folder, sources)
    assert [path.name for path in folder.iterdir()] == [stamp(sources)]
    assert not list(folder.rglob("*.cache"))


def test_where_nothing_can_be_written_each_start_compiles_for_itself(tmp_path: Path) -> None:
    _folder, sources = house(tmp_path)
    (tmp_path / "kept").write_text("a file stands where the folder would")
    assert said(Compiled("en", tmp_path / "kept", sources)) == "Hello Mo"


def test_what_was_cut_off_while_it_was_written_is_compiled_again(tmp_path: Path) -> None:
    folder, sources = house(tmp_path)
    said(Compiled("en", folder, sources))
    (kept,) = folder.rglob("*.cache")
    os.truncate(kept, kept.stat().st_size // 2)
    assert said(Compiled("en", folder, sources)) == "Hello Mo"
