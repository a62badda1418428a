"""`spotter exercises import FILE`: what would happen is said first, every refused row has its line, and it is all or nothing."""

import json
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner

from app.cli import main
from app.exercises import imports
from tests.conftest import Committed

GOOD = {
    "name": "Barrel lift",
    "category": "strongman",
    "level": "expert",
    "primaryMuscles": ["lower back"],
    "instructions": ["Hug it."],
}
ALSO = {"name": "Wall walk", "category": "strength", "level": "beginner", "primaryMuscles": ["shoulders"], "equipment": None}
WRONG = {"name": "Odd one", "category": "dancing", "level": "beginner", "primaryMuscles": ["chest"]}
TABLE = (
    "name;category;level;primary;secondary\nSled turn;strength;beginner;quadriceps;calves\nNo muscle;strength;beginner;wings;\n"
)
COUNT = "select count(*) from exercise where scope = 'gym'"


@pytest.fixture
def take_in(committed: Committed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The command on a club of its own."""
    monkeypatch.setenv("DATABASE_URL", committed.dsn)
    monkeypatch.setenv("SPOTTER_HUB", "on")
    monkeypatch.setenv("SPOTTER_DATA", str(tmp_path))

    async def run(name: str, content: bytes, *more: str):
        file = tmp_path / name
        file.write_bytes(content)
        words = ["exercises", "import", str(file), "--gym", "iron yard centre", *more]
        return await anyio.to_thread.run_sync(lambda: CliRunner().invoke(main, words))

    return run


async def test_json_is_looked_at_then_taken_in_and_twice_changes_nothing(take_in, committed: Committed) -> None:
    body = json.dumps([GOOD, ALSO, WRONG, GOOD]).encode()
    looked = await take_in("all.json", body, "--preview")
    assert looked.exit_code == 0, looked.output
    assert "new: 2, already known: 0, refused: 2" in looked.output
    assert "row 3 (Odd one): " in looked.output
    assert "row 4 (Barrel lift): " in looked.output
    assert await committed.db.value(COUNT) == 0
    assert "taken in: 2" in (await take_in("all.json", body)).output
    again = (await take_in("all.json", body)).output
    assert "new: 0, already known: 2, refused: 2" in again
    assert "taken in: 0" in again
    assert await committed.db.value(COUNT) == 2
    muscles = (
        "select array_agg(muscle) from exercise_muscle m join exercise e on e.id = m.exercise_id where e.name = 'Barrel lift'"
    )
    assert await committed.db.value(muscles) == ["lower back"]


async def test_csv_says_which_row_stays_out(take_in, committed: Committed) -> None:
    done = await take_in("some.csv", TABLE.encode())
    assert "row 3 (No muscle): " in done.output
    assert "taken in: 1" in done.output
    assert await committed.db.column("select name from exercise where scope = 'gym'") == ["Sled turn"]


async def test_when_one_row_breaks_none_is_taken(take_in, committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    real = imports.take_in

    async def taken_and_lost(db, gym_id, rows):
        await real(db, gym_id, rows)
        raise ConnectionError("the plug is out")

    monkeypatch.setattr(imports, "take_in", taken_and_lost)
    done = await take_in("all.json", json.dumps([GOOD, ALSO]).encode())
    assert done.exit_code != 0
    assert await committed.db.value(COUNT) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{", b"[1, 2", b"a,b\n1,2"])
async def test_a_file_that_nobody_can_read_says_so(take_in, content: bytes) -> None:
    done = await take_in("x.json", content)
    assert done.exit_code == 1
    assert done.output.strip()
