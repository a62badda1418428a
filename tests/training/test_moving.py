"""Years from another logger move in, what one owns goes out, and out and in again changes nothing."""

from collections.abc import Awaitable, Callable

import pytest

from app.db import Db
from tests.conftest import Client, World
from tests.training.lifting import BENCH, PLANK, ROW, Lifter

pytestmark = pytest.mark.anyio
Lifters = Callable[[str], Awaitable[Lifter]]
Clients = Callable[[str], Awaitable[Client]]
STRONG = b"""Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
2024-01-15 18:03:22,Push,1h 5m,Bench of the tests,W,40,10,0,0,,,
2024-01-15 18:03:22,Push,1h 5m,Bench of the tests,1,100,5,0,0,paused,,8.5
2024-01-15 18:03:22,Push,1h 5m,Rowing thing of mine,1,60,8,0,0,,,
2024-02-15 18:03:22,Push,1h 5m,Bench of the tests,1,102.5,5,0,0,,,
2024-02-15 18:03:22,Push,1h 5m,Bench of the tests,2,heavy,5,0,0,,,
"""


async def send(client: Client, data: bytes) -> str:
    answer = await client.post("/training/import", htmx=False, files={"file": ("export.csv", data, "text/csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def counts(db: Db, world: World, who: str = "mo") -> tuple[int, int]:
    return (
        await db.value("select count(*) from workout where person_id = $1", world.id(who)),
        await db.value(
            """select count(*) from workout_set s join workout_exercise e on e.id = s.workout_exercise_id
               join workout w on w.id = e.workout_id where w.person_id = $1""",
            world.id(who),
        ),
    )


async def test_strong_moves_in_after_one_question(as_: Clients, movements: None, db: Db, world: World) -> None:
    mo = await as_("mo")
    url = await send(mo, STRONG)
    preview = (await mo.get(url)).text
    assert "Rowing thing of mine" in preview
    assert "not a number" in preview
    assert await counts(db, world) == (0, 0)  # looking writes nothing
    await mo.post(url, {"names": ["Rowing thing of mine"], "exercises": [str(ROW)]})
    assert await counts(db, world) == (2, 4)
    kept = await db.value(
        "select value from record where person_id = $1 and kind = 'weight' and exercise_id = $2 and beaten_at is null",
        world.id("mo"),
        BENCH,
    )
    assert kept == 102_500
    assert (await mo.get("/training?month=2024-01")).text.count("Push") >= 1
    again = await send(mo, STRONG)
    assert "What do these mean" not in (await mo.get(again)).text  # the answer is remembered
    await mo.post(again, {})
    assert await counts(db, world) == (2, 4)  # and the same file changes nothing


async def test_sets_can_be_left_out(as_: Clients, movements: None, db: Db, world: World) -> None:
    mo = await as_("mo")
    url = await send(mo, STRONG)
    await mo.post(url, {"names": ["Rowing thing of mine"], "exercises": ["none"]})
    assert await counts(db, world) == (2, 3)


@pytest.mark.parametrize("data", [b"", b"a,b,c\n1,2,3", b"\x00\xff\xfe", STRONG.split(b"\n")[0]])
async def test_what_is_no_export_says_so(as_: Clients, data: bytes) -> None:
    mo = await as_("mo")
    answer = await mo.post("/training/import", htmx=False, files={"file": ("x.csv", data, "text/csv")})
    assert answer.status_code == 422


async def test_anothers_file_is_not_there(as_: Clients, movements: None) -> None:
    mo, fay = await as_("mo"), await as_("fay")
    url = await send(mo, STRONG)
    assert (await fay.get(url)).status_code == 404
    assert (await fay.post(url, {})).status_code == 404


async def test_out_and_in_again_changes_nothing(lifter: Lifters, as_: Clients, db: Db, world: World) -> None:
    mo = await lifter("mo")
    card = await mo.lift(BENCH, (60, 8), (62.5, 7))
    plank = await mo.add(PLANK)
    await mo.log(plank, (await mo.sets(plank))[0], held="1:30")
    await mo.client.post(f"{mo.url}/exercises/{card}/note", {"note": "=1+1"})
    await mo.finish()
    out = (await mo.client.get("/training/export.csv")).content
    assert b'"\'=1+1"' in out  # no spreadsheet takes a note for a formula
    before = await counts(db, world)
    url = await send(mo.client, out)
    await mo.client.post(url, {})
    assert await counts(db, world) == before
    fay = await as_("fay")
    url = await send(fay, out)
    await fay.post(url, {})
    assert await counts(db, world, "fay") == (1, 3)
    again = (await fay.get("/training/export.csv")).text.splitlines()
    mine = out.decode().splitlines()
    assert [line.split(",")[4:] for line in again] == [line.split(",")[4:] for line in mine]


async def test_json_holds_everything(lifter: Lifters) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    await mo.finish()
    found = (await mo.client.get("/training/export.json")).json()
    assert found["format"] == "spotter-training"
    done = [row for row in found["workouts"][0]["exercises"][0]["sets"] if row["done_at"]]
    assert [(row["grams"], row["reps"]) for row in done] == [(60_000, 8)]
