"""Tokens for devices and other programs, and who they are."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import MediaType, Response, Router, delete, get, post
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.params import JSONBody
from msgspec import Meta, Struct

from app import clock
from app.accounts import keys, passwords, queries, rules
from app.accounts.actions import factors
from app.accounts.actions import tokens as actions
from app.accounts.actions.guessing import Knock, forgive, knock
from app.accounts.forms import Email
from app.accounts.queries import tokens
from app.db import new_id
from app.web.asking import Ask, Db, Request, Swift, device, may, public
from app.web.pages import page


class Entry(Struct, forbid_unknown_fields=True):
    """A person's password (with a code where they have a second factor), or a device's key."""

    email: Email | None = None
    password: Annotated[str, Meta(max_length=128)] | None = None
    code: Annotated[str, Meta(max_length=40)] | None = None
    device_key: Annotated[str, Meta(max_length=200)] | None = None
    name: Annotated[str, Meta(max_length=60)] = ""


class Renewal(Struct, forbid_unknown_fields=True):
    refresh_token: Annotated[str, Meta(max_length=300)]


class Pair(Struct):
    access_token: str
    token_type: str
    expires_at: datetime
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token this is and what it may do."""

    person_id: UUID
    name: str
    gym_id: UUID
    gym: str
    roles: list[str]
    permissions: list[str]
    locale: str
    units: str


class Slower(HTTPException):
    status_code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


class NotYou(NotAuthorizedException):
    """One answer for every reason, so that none of them can be told apart."""


@post("/tokens", name="accounts.api_tokens", guards=[public()], status_code=201, tags=["tokens"], summary="Get a token")
async def make_tokens(request: Request, swift: Swift, db: Db, data: JSONBody[Entry]) -> Pair:
    now, asked = clock.now(), data
    if asked.device_key is not None:
        return await for_device(request, db, swift, asked.device_key, now)
    who = Knock(keys.hashed((asked.email or "").strip().lower()), request.visit.address)
    if wait := await knock(swift, who, now):
        raise Slower(wait)
    known = await queries.credentials(swift, asked.email or "")
    try:
        fits = await passwords.verify(known.password_hash if known else None, asked.password or "")
    except passwords.TooBusy:
        raise Slower(2) from None
    if known is None or not fits or not await second_step(request, db, known, asked.code, now):
        raise NotYou
    await forgive(db, who, now)
    family_id = new_id()
    await actions.start_family(db, id=family_id, person_id=known.person_id, gym_id=known.home_gym_id, name=asked.name, now=now)
    return await pair(request, db, family_id, known.person_id, 1, now)


async def second_step(request: Request, db: Db, known: queries.Credentials, code: str | None, now: datetime) -> bool:
    """Programs of staff need the code too; who must have a second factor and has none gets no token."""
    if known.has_factor:
        return await factors.use_code(db, known.person_id, code or "", request.app.state.settings.secret, now=now)
    return not rules.needs_second_factor(known.permissions, is_demo=known.is_demo)


async def for_device(request: Request, db: Db, swift: Swift, key: str, now: datetime) -> Pair:
    who = Knock(keys.hashed("device"), request.visit.address)
    if wait := await knock(swift, who, now):
        raise Slower(wait)
    found = await tokens.by_key(db, keys.hashed(key), ("door", "program"))
    if found is None:
        raise NotYou
    await forgive(db, who, now)
    family_id = new_id()
    await actions.start_family(db, id=family_id, device_id=found.id, gym_id=found.gym_id, name=found.name, now=now)
    return await pair(request, db, family_id, found.id, 1, now)


@post(
    "/tokens/refresh", name="accounts.api_refresh", guards=[public()], status_code=200, tags=["tokens"], summary="Renew a token"
)
async def refresh(request: Request, swift: Swift, db: Db, data: JSONBody[Renewal]) -> Pair:
    """Each refresh token works once. One that comes a second time ends everything that grew from it."""
    given = request.app.state.tokens.read_refresh(data.refresh_token)
    if given is None:
        raise NotYou
    now = clock.now()
    family = await actions.renew(db, given.family_id, given.generation, now=now)
    if family is None:
        # The end of the family must outlive this refusal, so it is written on a connection of its own.
        await actions.revoke_family(swift, given.family_id, now=now)
        await request.app.state.sessions.cache.new_epoch()
        raise NotYou
    return await pair(request, db, family.id, family.device_id or family.person_id or family.id, family.generation, now)


@delete(
    "/tokens/current",
    name="accounts.api_leave",
    guards=[device()],
    status_code=204,
    tags=["tokens"],
    summary="Give the token back",
)
async def leave(request: Request, db: Db, actor: Ask) -> None:
    """Everything that grew from the same sign-in ends with it, at once and on every server."""
    await actions.revoke_family(db, actor.session_id, now=clock.now())
    request.app.state.sessions.forget(request.visit)


@get("/me", name="accounts.api_me", guards=[device()], tags=["me"], summary="Who am I")
async def me(actor: Ask) -> Me:
    return Me(
        actor.person_id,
        actor.name,
        actor.gym_id,
        actor.gym_name,
        sorted(actor.roles),
        sorted(actor.permissions),
        actor.locale,
        actor.units,
    )


@get("/docs", name="accounts.api_docs", guards=[may("settings.manage")], include_in_schema=False, media_type=MediaType.HTML)
async def docs(request: Request) -> Response[str]:
    """The API on one page, drawn from the same description that machines read."""
    schema = request.app.openapi_schema.to_schema()
    return page(request, "accounts/api.html", calls=calls(schema), fields=partial(fields_of, schema))


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    summary: str
    description: str
    tag: str
    takes: str
    gives: str
    statuses: list[str]


def calls(schema: dict[str, Any]) -> list[Call]:
    found = []
    for path, item in schema.get("paths", {}).items():
        for method, call in item.items():
            body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            answers = call.get("responses", {})
            first: dict[str, Any] = next((answer for status, answer in answers.items() if status.startswith("2")), {})
            gives = first.get("content", {}).get("application/json", {}).get("schema", {})
            found.append(
                Call(
                    method.upper(), path, call.get("summary", ""), call.get("description", ""), (call.get("tags") or [""])[0],
                    named(body), named(gives), sorted(answers),
                )
            )  # fmt: skip
    return sorted(found, key=lambda call: (call.tag, call.path, call.method))


def fields_of(schema: dict[str, Any], name: str) -> str:
    """Entry: email, password, code…"""
    known = schema.get("components", {}).get("schemas", {})
    kept: dict[str, Any] = next(
        (one for key, one in known.items() if key.rsplit("_", 1)[-1] == name.removesuffix("[]") or key == name), {}
    )
    inside = ", ".join(kept.get("properties", {}))
    return f"{name}: {inside}" if inside else name


def named(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return named(schema.get("items", {})) + "[]"
    return str(schema.get("type", ""))


async def pair(request: Request, db: Db, family_id: UUID, subject: UUID, generation: int, now: datetime) -> Pair:
    signer, id = request.app.state.tokens, new_id()
    ends_at = await actions.hand_out(db, family_id, id=id, now=now)
    return Pair(signer.sign(id, subject, now, ends_at), "Bearer", ends_at, signer.sign_refresh(family_id, generation))


router = Router("/api/v1", route_handlers=[make_tokens, refresh, leave, me, docs], include_in_schema=True)


def described() -> OpenAPIConfig:
    """What machines read: only /api/v1, with both ways of showing who one is. For whoever may change settings."""
    schemes: dict[str, SecurityScheme | Reference] = {
        "bearer": SecurityScheme(
            type="http", scheme="bearer", bearer_format="JWT", description="From POST /api/v1/tokens; ten minutes."
        ),
        "cookie": SecurityScheme(
            type="apiKey", name="__Host-sid", security_scheme_in="cookie", description="A signed-in browser."
        ),
    }
    return OpenAPIConfig(
        title="Spotter",
        version="1",
        description="A gym's own server. Errors are application/problem+json.",
        components=Components(security_schemes=schemes),
        security=[{"bearer": []}, {"cookie": []}],
        use_handler_docstrings=True,
        openapi_router=Router("/api/v1", route_handlers=[], guards=[may("settings.manage")]),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    )
