"""One member's record, except what touches money: details, photo, notes, cards, household, waiver, leaving."""

import base64
import binascii
import secrets
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock, photos
from app.actor import Actor
from app.db import Db as Database
from app.db import new_id
from app.members import actions, queries
from app.members.forms import CardAct, Details, Erasing, Joins, NewCard, NewHousehold, NewNote, PlaceAct, Signing
from app.members.queries import Member
from app.members.rules import Refused
from app.members.sentences import consents, sentence
from app.web.asking import Ask, Db, Request, may, recent, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _

SIZES = (96, 256, 768)


async def their(db: Database, actor: Actor, member_id: UUID) -> Member:
    """The member, when this actor may see them; whoever was merged leads to the one who stayed."""
    found = await queries.member(db, member_id, actor.gym_ids)
    if found is None:
        raise NotFoundException
    return found


# Details


@get("/members/{member_id:uuid}/edit", name="members.edit", guards=[may("members.edit")])
async def edit_page(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await details(request, db, actor, await their(db, actor, member_id), None)


async def details(
    request: Request, db: Database, actor: Actor, member: Member, form: Form[Any] | None, status: int = 200
) -> Response[str]:
    given = [said.code for said in member.consents if said.is_given]
    gyms = [(one.id, one.name) for one in await queries.gyms(db, (*actor.gym_ids, member.home_gym_id))]
    return page(
        request, "members/edit.html", *(["details"] if form else []), status=status, member=member, form=form, consents=consents(),
        gym_choices=gyms, given=given, tab="edit",
    )  # fmt: skip


@post("/members/{member_id:uuid}/edit", name="members.save", guards=[may("members.edit")])
async def save(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form, now = await their(db, actor, member_id), await read_form(request, Details), clock.now()
    if form.value is None:
        return await details(request, db, actor, member, form, 422)
    typed = form.value
    if typed.born_on and not date(1900, 1, 2) <= typed.born_on <= actor.today(now):
        return await details(request, db, actor, member, form.refuse("born_on", _("This is not a birthday.")), 422)
    home = typed.home_gym_id if typed.home_gym_id in actor.gym_ids else member.home_gym_id
    refused = await actions.edit(
        db, actor, member_id, name=typed.name, email=typed.email, phone=typed.phone, born_on=typed.born_on,
        emergency_name=typed.emergency_name, emergency_phone=typed.emergency_phone, home_gym_id=home, now=now,
    )  # fmt: skip
    if refused:
        return await details(request, db, actor, member, form.refuse("email", sentence(refused)), 409)
    await actions.set_alert(db, actor, member_id, typed.alert, now=now)
    for code in consents():
        await actions.say(db, actor, member_id, code, code in typed.consents, id=new_id(), now=now)
    return go(request, f"/members/{member_id}", toast=_("Saved."))


# Photo


@get("/members/{member_id:uuid}/photo", name="members.photo", guards=[signed_in()])
async def photo(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[bytes]:
    """For staff who see members, and for the member. Never cached by anybody in between."""
    size = request.query_params.get("size", "256")
    found = await queries.photo(
        db,
        member_id,
        int(size) if size.isdigit() and len(size) < 6 else 256,
        actor.gym_ids if actor.can("members.see") else (),
        actor.person_id,
    )
    if found is None:
        raise NotFoundException
    kept = "private, max-age=86400" if "v" in request.query_params else "private, no-cache"
    headers = {"Cache-Control": kept, "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "inline"}
    return Response(found, media_type="image/webp", headers=headers)


@post("/members/{member_id:uuid}/photo", name="members.take_photo", guards=[may("members.edit")])
async def take_photo(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """Developed before the transaction begins: it waits for another process."""
    sent = (await request.form()).get("photo")
    data = await sent.read(photos.MAX_BYTES + 1) if isinstance(sent, UploadFile) else b""
    developed = await photos.develop(data, SIZES)
    await their(db, actor, member_id)
    if isinstance(developed, photos.Refused):
        return go(request, f"/members/{member_id}", toast=no_photo(developed.code))
    await actions.set_photo(db, actor, member_id, developed.files, name=secrets.token_urlsafe(9), now=clock.now())
    return go(request, f"/members/{member_id}", toast=_("The photo is there."))


def no_photo(code: str) -> str:
    return {
        "empty": _("No photo arrived. Choose one first."),
        "too_big": _("The photo is larger than 8 MB."),
        "svg": _("Please use a JPEG, PNG or WebP photo."),
        "too_many_pixels": _("The photo has more than 25 megapixels."),
        "too_slow": _("Reading this photo took too long."),
    }.get(code, _("This file is not a photo."))


@post("/members/{member_id:uuid}/photo/drop", name="members.drop_photo", guards=[may("members.edit")])
async def drop_photo(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    await their(db, actor, member_id)
    await actions.drop_photo(db, actor, member_id, now=clock.now())
    return go(request, f"/members/{member_id}", toast=_("The photo is gone."))


# Notes


@get("/members/{member_id:uuid}/notes", name="members.notes", guards=[may("members.see")])
async def notes(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return page(request, "members/notes.html", member=await their(db, actor, member_id), form=None, tab="notes")


@post("/members/{member_id:uuid}/notes", name="members.note", guards=[may("members.edit")])
async def note(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, NewNote)
    if form.value is None:
        return page(request, "members/notes.html", "notes", status=422, member=member, form=form, tab="notes")
    await actions.note(db, actor, member_id, form.value.body, id=form.value.id, now=clock.now())
    member = await their(db, actor, member_id)
    return done(request, f"/members/{member_id}/notes", "members/notes.html", "notes", member=member, form=None, tab="notes")


# Cards and devices


@get("/members/{member_id:uuid}/devices", name="members.devices", guards=[may("members.see")])
async def devices(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await cards(request, db, actor, member_id, None)


async def cards(
    request: Request, db: Database, actor: Actor, member_id: FromPath[UUID], form: Form[Any] | None, status: int = 200
) -> Response[str]:
    member = await their(db, actor, member_id)
    signed_in_at = await queries.devices(db, member.person_id, clock.now())
    show = page if status != 200 or request.method == "GET" else _shown
    return show(
        request, "members/devices.html", "cards", status=status, member=member, devices=signed_in_at, form=form, tab="devices"
    )


def _shown(request: Request, template: str, *regions: str, status: int, member: Member, **values: Any) -> Response[str]:
    return done(request, f"/members/{member.id}/devices", template, *regions, member=member, **values)


@post("/members/{member_id:uuid}/cards", name="members.give_card", guards=[may("members.edit")])
async def give_card(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    await their(db, actor, member_id)
    form = await read_form(request, NewCard)
    if form.value is None:
        return await cards(request, db, actor, member_id, form, 422)
    asked = form.value
    refused = await actions.give_card(db, actor, member_id, asked.code, id=asked.id, now=clock.now(), replaces=asked.replaces)
    if refused:
        return await cards(request, db, actor, member_id, form.refuse("code", sentence(refused)), 409)
    return await cards(request, db, actor, member_id, None)


@post("/members/{member_id:uuid}/cards/{card_id:uuid}", name="members.card", guards=[may("members.edit")])
async def card(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], card_id: FromPath[UUID]) -> Response[str]:
    await their(db, actor, member_id)
    form = await read_form(request, CardAct)
    if form.value is None:
        return await cards(request, db, actor, member_id, None, 422)
    verbs = {
        "block": actions.block_card,
        "unblock": actions.unblock_card,
        "lost": actions.lose_card,
        "back": actions.give_back_card,
    }
    await verbs[form.value.act](db, actor, member_id, card_id, now=clock.now())
    return await cards(request, db, actor, member_id, None)


# Household


@get("/members/{member_id:uuid}/household", name="members.household", guards=[may("members.see")])
async def household(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await home(request, db, actor, member_id, None)


async def home(
    request: Request, db: Database, actor: Actor, member_id: FromPath[UUID], form: Form[Any] | None, status: int = 200
) -> Response[str]:
    member = await their(db, actor, member_id)
    found = await queries.household_of(db, member_id)
    return page(
        request, "members/household.html", "household", status=status, member=member, household=found, form=form,
        today=actor.today(clock.now()), adult_age=(await queries.gym_rules(db, actor.gym_id)).adult_age, tab="household",
    )  # fmt: skip


@post("/members/{member_id:uuid}/household", name="members.found_household", guards=[may("members.edit")])
async def found_household(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    await their(db, actor, member_id)
    form = await read_form(request, NewHousehold)
    if form.value is None:
        return await home(request, db, actor, member_id, form, 422)
    refused = await actions.found_household(db, actor, form.value.name, member_id, id=form.value.id, now=clock.now())
    return await _at_home(request, db, actor, member_id, form, "name", refused)


async def _at_home(
    request: Request, db: Database, actor: Actor, member_id: FromPath[UUID], form: Form[Any], field: str, refused: Refused | None
) -> Response[str]:
    if refused:
        return await home(request, db, actor, member_id, form.refuse(field, sentence(refused)), 409)
    if request.wants_regions:
        return await home(request, db, actor, member_id, None)
    return go(request, f"/members/{member_id}/household", toast=_("Saved."))


@post("/members/{member_id:uuid}/household/places", name="members.join_household", guards=[may("members.edit")])
async def join_household(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Joins)
    if form.value is None:
        return await home(request, db, actor, member_id, form, 422)
    other = await queries.by_number(db, form.value.number, actor.gym_ids)
    if other is None or member.household_id is None:
        return await home(request, db, actor, member_id, form.refuse("number", _("No member has this number.")), 422)
    refused = await actions.join_household(db, actor, member.household_id, other, now=clock.now(), may_use=form.value.may_use)
    return await _at_home(request, db, actor, member_id, form, "number", refused)


@post("/members/{member_id:uuid}/household/place", name="members.place", guards=[may("members.edit")])
async def place(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form, now = await their(db, actor, member_id), await read_form(request, PlaceAct), clock.now()
    if form.value is None or member.household_id is None:
        return await home(request, db, actor, member_id, form, 422)
    other, act, where = form.value.member_id, form.value.act, member.household_id
    refused = None
    if act == "pay":
        refused = await actions.let_pay(db, actor, where, other, now=now)
    elif act == "leave":
        refused = await actions.leave_household(db, actor, where, other, now=now)
    else:
        await actions.let_use(db, where, other, act == "use")
    return await _at_home(request, db, actor, member_id, form, "", refused)


# Waiver


@get("/members/{member_id:uuid}/waiver", name="members.waiver", guards=[may("members.see")])
async def waiver(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await paper(request, db, await their(db, actor, member_id), actor, None)


async def paper(
    request: Request, db: Database, member: Member, actor: Actor, form: Form[Any] | None, status: int = 200
) -> Response[str]:
    age = member.age(actor.today(clock.now()))
    rules = await queries.gym_rules(db, actor.gym_id)
    return page(
        request, "members/waiver.html", *(["waiver"] if form else []), status=status, member=member, form=form,
        waiver=await queries.unsigned_waiver(db, member.id), signatures=await queries.signature_of(db, member.id),
        is_minor=age is not None and age < rules.adult_age, tab="waiver",
    )  # fmt: skip


@post("/members/{member_id:uuid}/waiver", name="members.sign_waiver", guards=[may("members.edit")])
async def sign_waiver(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """The drawing is developed anew, like any picture from outside, before the transaction begins."""
    form = await read_form(request, Signing)
    drawn = await drawing(form.value.drawing) if form.value else None
    member = await their(db, actor, member_id)
    if form.value is None:
        return await paper(request, db, member, actor, form, 422)
    asked = form.value
    refused = await actions.sign_waiver(
        db, actor, member_id, asked.version_id, typed_name=asked.typed_name, id=asked.id, now=clock.now(), drawing=drawn,
        is_guardian=asked.is_guardian,
    )  # fmt: skip
    if refused:
        return await paper(request, db, member, actor, form.refuse("typed_name", sentence(refused)), 409)
    return go(request, f"/members/{member_id}", toast=_("Signed."))


async def drawing(data_url: str) -> bytes | None:
    """What was drawn on the screen; the typed name counts without it."""
    if not data_url.startswith("data:image/png;base64,"):
        return None
    try:
        data = base64.b64decode(data_url.removeprefix("data:image/png;base64,"), validate=True)
    except binascii.Error:
        return None
    developed = await photos.develop(data, (600,))
    return developed.files[0] if isinstance(developed, photos.Photo) else None


@get("/members/{member_id:uuid}/signatures/{signature_id:uuid}", name="members.signature", guards=[may("members.see")])
async def signature(
    request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], signature_id: FromPath[UUID]
) -> Response[bytes]:
    await their(db, actor, member_id)
    found = await queries.drawing_of(db, member_id, signature_id)
    if found is None:
        raise NotFoundException
    headers = {"Cache-Control": "private, no-cache", "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(found, media_type="image/webp", headers=headers)


# Leaving for good


@get("/members/{member_id:uuid}/erase", name="members.erase_page", guards=[may("members.erase")])
async def erase_page(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return page(request, "members/erase.html", member=await their(db, actor, member_id), form=None, tab="erase")


@post("/members/{member_id:uuid}/erase", name="members.erase", guards=[may("members.erase"), recent])
async def erase(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """The member's number is typed to say: this one, for good."""
    member, form = await their(db, actor, member_id), await read_form(request, Erasing)
    if form.value is None or form.value.typed.lstrip("#") != str(member.number):
        said = form.refuse("typed", _("Please type the member's number."))
        return page(request, "members/erase.html", "erase", status=422, member=member, form=said, tab="erase")
    refused = await actions.erase(db, actor, member_id, now=clock.now())
    if refused:
        return page(
            request,
            "members/erase.html",
            "erase",
            status=409,
            member=member,
            form=form.refuse("", sentence(refused)),
            tab="erase",
        )
    return go(request, "/members", toast=_("Everything personal is gone. Visits and accounts stay, without a name."))


HANDLERS = [
    edit_page, save, photo, take_photo, drop_photo, notes, note, devices, give_card, card, household, found_household, join_household, place,
    waiver, sign_waiver, signature, erase_page, erase,
]  # fmt: skip
