"""The owner's side of the door: what each reason means, screens, locks, how long the log is kept."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.accounts import actions as accounts
from app.accounts import passwords
from app.actor import Actor
from app.db import Db as Database
from app.desk import actions, chores, entries, queries
from app.desk.forms import OnceForm, PolicyForm, RelayForm, ScreenForm
from app.desk.queries import DoorRules
from app.desk.rules.policy import CHANNELS, EFFECTS, FIXED, TABLE, Policy, changes_only
from app.web.asking import Ask, Db, may
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.web.request import Request
from app.words import _

KIOSK_COOKIE = "kiosk"


async def rules_page(request: Request, db: Database, actor: Actor, status: int = 200, **values: Any) -> Response[str]:
    rules = await queries.door_rules(db, actor.gym_id)
    places = get_currency_precision(actor.currency)
    old = None
    if rules.keep_months:
        before = chores.keeps_from(clock.now(), str(actor.zone), rules.keep_months)
        old = await entries.old(db, actor.gym_id, before)
    shown = {"form": None, "screen_form": None, "relay_form": None, "made": None, **values}
    return page(
        request,
        "desk/rules.html",
        status=status,
        rules=rules,
        policy=Policy(changes=rules.changes),
        table=TABLE,
        channels=CHANNELS,
        effects=EFFECTS,
        fixed=FIXED,
        overdue_amount=f"{rules.overdue_amount / 10**places:.{places}f}",
        screens=await queries.screens(db, actor.gym_id),
        relays=await queries.relays(db, actor.gym_id),
        old=old,
        **shown,
    )


@get("/desk/rules", name="desk.rules", guards=[may("desk.policy")])
async def rules(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await rules_page(request, db, actor)


@post("/desk/rules", name="desk.rule", guards=[may("desk.policy")], status_code=200)
async def rule(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, PolicyForm)
    if form.value is None:
        return await rules_page(request, db, actor, 422, form=form)
    asked = form.value
    decided = DoorRules(
        asked.again_minutes,
        round(asked.overdue_amount * 10 ** get_currency_precision(actor.currency)),
        asked.overdue_days,
        asked.soon_days,
        asked.stay_minutes,
        asked.keep_months,
        changes_only(effects_of(asked.effects)),
    )
    await actions.rule(db, actor, decided, now=clock.now())
    return go(request, "/desk/rules", _("The door keeps to these rules now."))


def effects_of(said: list[str]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in said:
        code, _gap, rest = line.partition(":")
        channel, _gap, effect = rest.partition(":")
        if code in TABLE and channel in CHANNELS and effect in EFFECTS:
            found.setdefault(code, {})[channel] = effect
    return found


# --- screens that nobody signs in at -----------------------------------------------------------------------------------


def new_key() -> tuple[str, bytes]:
    key = secrets.token_urlsafe(24)
    return key, hash_of(key)


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


async def hang_up(db: Db, actor: Actor, kind: str, wanted: ScreenForm) -> str | None:
    """The new screen's key, which is shown once. None: it was sent before."""
    key, key_hash = new_key()
    is_new = await actions.add_screen(
        db, actor, kind, wanted.name, key_hash=key_hash, pin_hash=None, id=wanted.id, now=clock.now()
    )
    return key if is_new else None


@post("/desk/walls", name="desk.add_wall", guards=[may("desk.policy")], status_code=200)
async def add_wall(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, ScreenForm)
    if form.value is None:
        return await rules_page(request, db, actor, 422, screen_form=form)
    key = await hang_up(db, actor, "wall", form.value)
    if key is None:
        return go(request, "/desk/rules", _("That was sent twice. Switch the screen off and add it again to see its address."))
    return await rules_page(request, db, actor, made=f"/wall/{key}")


@post("/desk/codes", name="desk.add_code", guards=[may("desk.policy")], status_code=200)
async def add_code(request: Request, db: Db, actor: Ask) -> Response[str]:
    """A screen at the door with a code that changes: members check in with their own phone."""
    form = await read_form(request, ScreenForm)
    if form.value is None:
        return await rules_page(request, db, actor, 422, screen_form=form)
    key = await hang_up(db, actor, "code", form.value)
    if key is None:
        return go(request, "/desk/rules", _("That was sent twice. Switch the screen off and add it again to see its address."))
    return await rules_page(request, db, actor, made=f"/door/{key}")


@post("/desk/kiosks", name="desk.add_kiosk", guards=[may("desk.policy")], status_code=200)
async def add_kiosk(request: Request, db: Db, actor: Ask) -> Response[str]:
    """This very browser becomes the kiosk: whoever set it up is signed out here, and only the PIN leads back."""
    form = await read_form(request, ScreenForm)
    if form.value is not None and not form.value.pin:
        form = form.refuse("pin", _("Four to eight digits."))
    if form.value is None:
        return await rules_page(request, db, actor, 422, screen_form=form)
    pin_hash = await passwords.make_hash(form.value.pin)
    key, key_hash = new_key()
    is_new = await actions.add_screen(
        db, actor, "kiosk", form.value.name, key_hash=key_hash, pin_hash=pin_hash, id=form.value.id, now=clock.now()
    )
    if not is_new:
        return go(request, "/desk/rules", _("That was sent twice. Switch the screen off and add it again to see its address."))
    give_key(request, key)
    await accounts.close_session(db, actor.session_id)
    request.app.state.sessions.forget(request.visit)
    request.app.state.sessions.take_back(request.visit)
    return go(request, "/kiosk")


def give_key(request: Request, key: str, age: int = 31_536_000) -> None:
    secure = "; Secure" if request.visit.secure else ""
    request.visit.cookies.append(f"{KIOSK_COOKIE}={key}; Path=/kiosk; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")


@post("/desk/screens/{screen_id:uuid}/end", name="desk.end_screen", guards=[may("desk.policy")], status_code=200)
async def end_screen(request: Request, db: Db, actor: Ask, screen_id: FromPath[UUID]) -> Response[str]:
    if not await actions.end_screen(db, actor, screen_id, now=clock.now()):
        raise NotFoundException
    return go(request, "/desk/rules", _("That screen is switched off."))


# --- locks ---------------------------------------------------------------------------------------------------------------


@post("/desk/relays", name="desk.add_relay", guards=[may("desk.policy")], status_code=200)
async def add_relay(request: Request, db: Db, actor: Ask) -> Response[str]:
    form: Form[RelayForm] = await read_form(request, RelayForm)
    if form.value is None:
        return await rules_page(request, db, actor, 422, relay_form=form)
    asked = form.value
    channels = [channel for channel in CHANNELS if channel in asked.channels] or ["device"]
    await actions.add_relay(db, actor, asked.name, asked.url, channels, id=asked.id, now=clock.now())
    return go(request, "/desk/rules", _("The lock is connected."))


@post("/desk/relays/{relay_id:uuid}/remove", name="desk.remove_relay", guards=[may("desk.policy")], status_code=200)
async def remove_relay(request: Request, db: Db, actor: Ask, relay_id: FromPath[UUID]) -> Response[str]:
    if not await actions.remove_relay(db, actor, relay_id, now=clock.now()):
        raise NotFoundException
    return go(request, "/desk/rules", _("The lock is gone from the list."))


@post("/desk/entries/forget", name="desk.forget", guards=[may("desk.policy")], status_code=200)
async def forget(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Now, what would go tonight anyway."""
    await read_form(request, OnceForm)
    rules = await queries.door_rules(db, actor.gym_id)
    if not rules.keep_months:
        return go(request, "/desk/rules", _("Everything is kept: there is no limit."))
    now = clock.now()
    gone = await entries.forget(db, actor.gym_id, chores.keeps_from(now, str(actor.zone), rules.keep_months))
    await accounts.audit(db, actor, "entries.forget", now=now, subject_id=actor.gym_id, after={"lines": gone})
    return go(request, "/desk/rules", _("%(count)s lines of the log are gone.", count=gone))


HANDLERS = [rules, rule, add_wall, add_code, add_kiosk, end_screen, add_relay, remove_relay, forget]
