"""A day's photo: placed, offered beside the old one, chosen, taken away."""

from datetime import date, datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.photos import Photo
from app.progress.rules.writing import Choose, Write, may_place_photo

SIZES = ("small", "medium", "large")


async def place(
    db: Db, actor: Actor, day: date, photo: Photo, *, name: str, is_confirmed: bool, id: UUID, now: datetime
) -> Write | Choose:
    """A second photo of a day waits beside the first until the member has seen both."""
    there = await db.column(
        "select id from progress_photo where person_id = $1 and day = $2 and not is_offered for update", actor.person_id, day
    )
    if id in there:
        return Write(is_new=False)
    decided = may_place_photo(has_photo=bool(there), is_confirmed=is_confirmed)
    is_offered = isinstance(decided, Choose)
    await db.run(
        "delete from progress_photo where person_id = $1 and day = $2 and is_offered = $3", actor.person_id, day, is_offered
    )
    placed = await db.run(
        """insert into progress_photo (id, person_id, day, is_offered, width, height, original_name, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        id, actor.person_id, day, is_offered, photo.width, photo.height, name, now,
    )  # fmt: skip
    if placed:
        files = list(zip(SIZES, photo.files, strict=True))
        await db.many(
            "insert into progress_photo_file (photo_id, size, content) values ($1, $2, $3)", [(id, *file) for file in files]
        )
    return decided


async def choose_new(db: Db, actor: Actor, day: date) -> bool:
    """The offered one takes the place; the old one goes in the same moment."""
    offered = await db.value(
        "select id from progress_photo where person_id = $1 and day = $2 and is_offered for update", actor.person_id, day
    )
    if offered is None:
        return False
    await db.run("delete from progress_photo where person_id = $1 and day = $2 and not is_offered", actor.person_id, day)
    await db.run("update progress_photo set is_offered = false where id = $1", offered)
    return True


async def keep_old(db: Db, actor: Actor, day: date) -> bool:
    return await db.run("delete from progress_photo where person_id = $1 and day = $2 and is_offered", actor.person_id, day) > 0


async def take_away(db: Db, actor: Actor, day: date) -> bool:
    """The photo alone; the day stays told."""
    return await db.run("delete from progress_photo where person_id = $1 and day = $2", actor.person_id, day) > 0


async def forget_offers(db: Db, before: datetime) -> int:
    """Photos that were offered and never chosen."""
    return await db.run("delete from progress_photo where is_offered and created_at < $1", before)
