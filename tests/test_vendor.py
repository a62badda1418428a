"""What others wrote is here byte for byte, with its version and licence."""

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = tomllib.loads((ROOT / "assets/vendor/vendor.toml").read_text())["file"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_the_bytes_are_the_ones_that_were_reviewed(file: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert file["version"]
    assert file["licence"]


def test_nothing_is_vendored_without_an_entry() -> None:
    told = {file["path"] for file in FILES}
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("assets/vendor", "tests/browser/vendor")
        for path in (ROOT / folder).rglob("*")
    }
    assert {path for path in found if path.endswith((".js", ".wasm", ".css"))} <= told
