"""Find a movement, look at it, keep it as a favourite, see what could stand in."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.exercises import actions, queries
from app.exercises.forms import Looking
from app.exercises.rules import CATEGORIES, KINDS, LEVELS, MUSCLES, TAGS
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_query
from app.web.pages import done, page

A_PAGE = 40
CHOICES: dict[str, Any] = {"muscles": MUSCLES, "kinds": KINDS, "categories": CATEGORIES, "levels": LEVELS, "tag_codes": TAGS}


@get("/exercises", name="exercises.list", guards=[signed_in()])
async def exercises(request: Request, db: Db, actor: Ask) -> Response[str]:
    looking = read_query(request, Looking).value or Looking()
    asked = queries.Asked(
        looking.q, tuple(looking.muscles), tuple(looking.equipment), tuple(looking.tags), looking.category, looking.level,
        tuple(looking.only),
    )  # fmt: skip
    found = await queries.search(db, actor, asked, limit=A_PAGE + 1, offset=(looking.page - 1) * A_PAGE)
    push = f"/exercises?{request.url.query}" if request.url.query else "/exercises"
    return page(
        request, "exercises/list.html", "found", push=push, found=found[:A_PAGE], more=len(found) > A_PAGE, looking=looking,
        around=around(request, looking.page), **CHOICES,
    )  # fmt: skip


def around(request: Request, number: int) -> tuple[str, str]:
    """The address of the page before and of the page after, with the same filters."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    before, after = (urlencode([*kept, ("page", str(n))]) for n in (max(1, number - 1), number + 1))
    return f"/exercises?{before}", f"/exercises?{after}"


@get("/exercises/{exercise_id:uuid}", name="exercises.movement", guards=[signed_in()])
async def movement(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    found = await find(db, actor, exercise_id)
    instead = await queries.substitutes(db, actor, exercise_id)
    return page(request, "exercises/movement.html", movement=found, instead=instead)


async def find(db: Db, actor: Actor, exercise_id: UUID) -> queries.Movement:
    found = await queries.movement(db, actor, exercise_id)
    if found is None:
        raise NotFoundException
    return found


@post("/exercises/{exercise_id:uuid}/favourite", name="exercises.favour", guards=[signed_in()])
async def favour(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    """The form says what it wants to become, so that two taps are one wish."""
    found = await find(db, actor, exercise_id)
    wanted = (await request.form()).get("wanted") == "yes"
    if wanted:
        await actions.favour(db, actor, exercise_id, clock.now())
    else:
        await actions.unfavour(db, actor, exercise_id)
    found = await find(db, actor, exercise_id)
    return done(request, f"/exercises/{exercise_id}", "exercises/movement.html", "favourite", movement=found)


HANDLERS = [exercises, movement, favour]
