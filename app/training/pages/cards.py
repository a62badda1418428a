"""One exercise of a workout: its tools on a sheet, and what they do. Everything leads back to the workout."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.actor import Actor
from app.db import Db as Database
from app.exercises import queries as exercises
from app.training import forms
from app.training.actions import cards, warming, workouts
from app.training.pages.common import kit, moment_of
from app.training.pages.workout import TEMPLATE, refusal, shown, theirs
from app.training.queries import workouts as reading
from app.training.rules import plates
from app.training.rules.cards import Card, lines
from app.training.rules.weights import grams
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _

AT = "/workouts/{workout_id:uuid}/exercises/{card_id:uuid}"


@get(AT, name="training.tools", guards=[signed_in()])
async def tools(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    return page(request, "training/tools.html", "tools", **await at_hand(db, actor, workout_id, card_id, None))


async def at_hand(db: Database, actor: Actor, workout_id: UUID, card_id: UUID, form: Form[Any] | None) -> dict[str, Any]:
    card = await reading.card(db, actor.person_id, card_id)
    if card is None or card.workout_id != workout_id:
        raise NotFoundException
    iron = await exercises.iron(db, actor.gym_id)
    others = await exercises.substitutes(db, actor, card.exercise_id) if card.exercise_id else []
    weight = working_weight(card)
    return {
        "card": card,
        "workout_id": workout_id,
        "weight": weight,
        "loading": loading(weight, iron),
        "others": [one for one in others if one.mode == card.mode],
        "form": form,
        **kit(actor),
    }


def working_weight(card: Card) -> int | None:
    """What the next working set asks for."""
    found = lines(card)
    waiting = [one for one in found if not one.row.is_done and one.row.kind != "warmup"]
    chosen = waiting[0] if waiting else next((one for one in reversed(found) if one.row.kind != "warmup"), None)
    return chosen.ghost.grams if chosen else None


@dataclass(frozen=True, slots=True)
class Loading:
    """One bar with its plates for the weight, and the way up to it."""

    bar: str
    bar_grams: int
    answer: plates.Answer
    ramp: list[plates.WarmUp]


def loading(weight: int | None, iron: exercises.Iron) -> list[Loading]:
    owned = [plates.Plate(grams(one.weight, one.unit), one.count) for one in iron.plates]
    if not weight or not owned:
        return []
    found = []
    for bar in iron.bars[:3]:
        empty = grams(bar.weight, bar.unit)
        found.append(Loading(bar.name, empty, plates.load(weight, empty, owned), plates.warm_up(weight, empty, owned)))
    return found


@post(AT + "/warm-up", name="training.warm_up", guards=[signed_in()])
async def warm_up(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    """The ramp as sets before the work. Twice changes nothing: warm-ups that stand are enough."""
    values = await at_hand(db, actor, workout_id, card_id, None)
    card: Card = values["card"]
    ramp = values["loading"][0].ramp if values["loading"] else plates.warm_up(values["weight"], 0, [])
    await warming.prepend(db, card, ramp)
    return back(request, workout_id, card_id)


def back(request: Request, workout_id: UUID, card_id: UUID | None = None, toast: str | None = None) -> Response[str]:
    """To the workout, drawn anew. A browser that is there already would only scroll for an address that ends in a fragment."""
    anchor = f"#card-{card_id}" if card_id and not request.wants_regions else ""
    return go(request, f"/workouts/{workout_id}?edit=1{anchor}", toast=toast)


@post(AT + "/next", name="training.approve", guards=[signed_in()])
async def approve(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Approving)
    said = form.value or forms.Approving()
    await cards.approve(db, actor.person_id, card_id, said.yes, at=moment_of(said.at))
    found = await theirs(db, actor, workout_id)
    card = next((one for one in found.cards if one.id == card_id), None)
    if card is None:
        raise NotFoundException
    values = shown(actor, found, request) | {"card": card, "is_editing": True}
    return done(request, f"/workouts/{workout_id}#card-{card_id}", TEMPLATE, f"card:{card_id}", **values)


@post(AT + "/skip", name="training.skip", guards=[signed_in()])
async def skip(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Skipping)
    if form.value is None:
        raise NotFoundException
    await cards.skip(db, actor.person_id, card_id, form.value.reason or None, at=moment_of(form.value.at))
    return back(request, workout_id, card_id)


@post(AT + "/note", name="training.note", guards=[signed_in()])
async def note(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Noting)
    if form.value is None:
        return page(request, "training/tools.html", status=422, **await at_hand(db, actor, workout_id, card_id, form))
    await cards.note(db, actor.person_id, card_id, form.value.note, at=moment_of(form.value.at))
    return back(request, workout_id, card_id)


@post(AT + "/rest", name="training.rest", guards=[signed_in()])
async def rest(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Resting)
    if form.value is None:
        return page(request, "training/tools.html", status=422, **await at_hand(db, actor, workout_id, card_id, form))
    await cards.rest(db, actor.person_id, card_id, form.value.rest, at=moment_of(form.value.at))
    return back(request, workout_id, card_id)


@post(AT + "/superset", name="training.pair", guards=[signed_in()])
async def pair(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Pairing)
    if form.value is None:
        raise NotFoundException
    await cards.pair(db, actor.person_id, card_id, form.value.superset, at=moment_of(form.value.at))
    return back(request, workout_id, card_id)


@post(AT + "/removal", name="training.remove", guards=[signed_in()])
async def remove(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Word)
    await cards.remove(db, actor.person_id, card_id, at=moment_of(form.value.at if form.value else None))
    await cards.settle(db, actor.person_id, workout_id)
    return back(request, workout_id)


@post(AT + "/swap", name="training.swap", guards=[signed_in()])
async def swap(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Swapping)
    if form.value is None or await exercises.movement(db, actor, form.value.exercise) is None:
        raise NotFoundException
    said = form.value
    if await cards.swap(db, actor, card_id, said.exercise, id=said.id, at=moment_of(said.at)) is None:
        return back(request, workout_id, card_id, toast=_("That one is counted differently. Add it as an exercise of its own."))
    await cards.settle(db, actor.person_id, workout_id)
    return back(request, workout_id, card_id)


@post("/workouts/{workout_id:uuid}/order", name="training.order", guards=[signed_in()])
async def order(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    """The whole order, as dragged."""
    form = await read_form(request, forms.Ordering)
    if form.value is None:
        raise NotFoundException
    if await workouts.move(db, actor.person_id, workout_id, form.value.order, at=moment_of(form.value.at)) is None:
        raise NotFoundException
    values = shown(actor, await theirs(db, actor, workout_id), request) | {"is_editing": True}
    return done(request, f"/workouts/{workout_id}?edit=1", TEMPLATE, "cards", "rest", **values)


@post(AT + "/place", name="training.shift", guards=[signed_in()])
async def shift(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    """One up or one down, by its buttons."""
    form = await read_form(request, forms.Shifting)
    found = await theirs(db, actor, workout_id)
    wanted = stepped([card.id for card in found.cards], card_id, form.value.by if form.value else 0)
    await workouts.move(db, actor.person_id, workout_id, wanted, at=moment_of(form.value.at if form.value else None))
    return back(request, workout_id, card_id)


def stepped(ids: list[UUID], card_id: UUID, by: int) -> list[UUID]:
    if card_id in ids:
        here = ids.index(card_id)
        ids.insert(min(max(0, here + by), len(ids) - 1), ids.pop(here))
    return ids


@get("/workouts/{workout_id:uuid}/picker", name="training.picker", guards=[signed_in()])
async def picker(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    found = await theirs(db, actor, workout_id)
    q = request.query_params.get("q", "")[:64]
    movements = await exercises.search(db, actor, exercises.Asked(q=q))
    return page(request, "training/picker.html", "found", workout=found, q=q, movements=movements, **kit(actor))


@post("/workouts/{workout_id:uuid}/exercises", name="training.add", guards=[signed_in()])
async def add(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Adding)
    if form.value is None or await exercises.movement(db, actor, form.value.exercise) is None:
        raise NotFoundException
    said = form.value
    added = await workouts.add(db, actor, workout_id, said.exercise, id=said.id, at=moment_of(said.at))
    if added is None:
        raise NotFoundException
    if isinstance(added, workouts.Refused):
        return back(request, workout_id, toast=refusal(added.code))
    return back(request, workout_id, added)
