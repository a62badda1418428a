"""The catalogue: complete, in three languages, ours, and renewed without touching anybody's rows."""

from app.db import new_id
from app.exercises import catalogue
from app.exercises.rules import CATEGORIES, KINDS, MUSCLES, PATTERNS, STATIONS, Draft, catalogue_id, faults, folded
from tests.each import each

ROWS = catalogue.rows()


def test_there_are_enough_movements_with_unique_slugs_and_names():
    assert len(ROWS) >= 300
    for field in ("slug", "name", "name_es", "name_sr"):
        assert len({row[field].lower() for row in ROWS}) == len(ROWS), field


def test_every_muscle_kind_and_category_is_trained():
    kinds = {STATIONS.get(code, code) for row in ROWS for code in row["equipment"]}
    assert set(KINDS) <= kinds
    assert {muscle for row in ROWS for muscle in row["primary"]} == set(MUSCLES)
    assert {row["category"] for row in ROWS} == set(CATEGORIES)
    assert {row["pattern"] for row in ROWS} == set(PATTERNS)


@each(ROWS, lambda row: row["slug"])
def test_a_movement_is_whole(row):
    draft = Draft(
        name=row["name"],
        category=row["category"],
        level=row["level"],
        primary=tuple(row["primary"]),
        secondary=tuple(row["secondary"]),
        equipment=tuple(row["equipment"]),
        tags=tuple(row["tags"]),
        force=row["force"] or None,
        mechanic=row["mechanic"] or None,
        mode=row["mode"],
        pattern=row["pattern"],
        cue=row["cue"],
    )
    assert faults(draft) == ()
    assert row["equipment"]
    assert row["tags"]
    assert row["pattern"]
    assert all(len(row[field]) >= 3 for field in ("name", "name_es", "name_sr"))
    assert all(len(row[field]) >= 8 for field in ("cue", "cue_es", "cue_sr"))
    assert (row["force"] == "") <= (row["category"] in {"cardio", "stretching"})


def test_no_nickname_means_two_movements():
    owner: dict[str, str] = {}
    for row in ROWS:
        for name in {folded(name) for name in (row["name"], row["name_es"], row["name_sr"], *row["aliases"])}:
            assert owner.setdefault(name, row["slug"]) == row["slug"], name


async def test_the_catalogue_comes_with_the_house(db):
    assert await db.value("select count(*) from exercise where scope = 'catalogue'") == len(ROWS)
    assert await db.value("select count(*) from muscle") == 17
    assert await db.value("select count(*) from equipment where kind = code") == 12
    bench = catalogue_id("barbell-bench-press")
    assert await db.value("select names->>'sr' from exercise where id = $1", bench) == "Potisak sa ravne klupe šipkom"
    assert await db.column("select muscle from exercise_muscle where exercise_id = $1 and role = 'primary'", bench) == ["chest"]


async def test_seeding_again_changes_nothing_and_never_touches_peoples_rows(db, world):
    mine = new_id()
    await db.run(
        """insert into exercise (id, name, folded, level, category, scope, owner_id)
           values ($1, 'Barbell bench press', '|x|', 'expert', 'strength', 'own', $2)""",
        *(mine, world.id("mo")),
    )
    await db.run("insert into exercise_muscle values ($1, 'neck', 'primary')", mine)
    before = await db.value("select md5(string_agg(e::text, '|' order by id)) from exercise e")
    links = "select count(*) from exercise_muscle natural full join exercise_equipment natural full join exercise_tag"
    counted = await db.value(links)
    await catalogue.seed(db)
    assert await db.value("select md5(string_agg(e::text, '|' order by id)) from exercise e") == before
    assert await db.value(links) == counted


async def test_seeding_repairs_the_catalogue_and_only_it(db):
    bench = catalogue_id("barbell-bench-press")
    await db.run("update exercise set name = 'Bent', level = 'expert' where id = $1", bench)
    await db.run("insert into exercise_muscle values ($1, 'neck', 'primary')", bench)
    await db.run("delete from exercise_tag where exercise_id = $1", bench)
    await catalogue.seed(db)
    assert await db.value("select name || level from exercise where id = $1", bench) == "Barbell bench pressbeginner"
    assert await db.column("select muscle from exercise_muscle where exercise_id = $1 and role = 'primary'", bench) == ["chest"]
    assert await db.value("select count(*) from exercise_tag where exercise_id = $1", bench) > 0
