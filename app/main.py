"""The table of contents: every router, put together; start-up and shutdown."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import NoRouteMatchFoundException
from litestar.handlers import HTTPRouteHandler

from app import db, settings
from app.accounts import api as accounts_api
from app.accounts import pages as accounts_pages
from app.accounts.actions.sessions import touch
from app.accounts.queries import by_access_token, by_token
from app.backups import pages as backups_pages
from app.desk import api as desk_api
from app.desk import pages as desk_pages
from app.desk import relay
from app.exercises import pages as exercises_pages
from app.help.pages import router as help_router
from app.insights import wording as insights_words
from app.insights.pages import router as insights
from app.jobs import pages as jobs_pages
from app.jobs import wording as jobs_words
from app.members import pages as members_pages
from app.money import pages as money_pages
from app.moving.pages import router as moving
from app.office.pages import router as office
from app.plans import pages as plans_pages
from app.progress import api as progress_api
from app.progress import pages as progress_pages
from app.staff.pages import router as staff
from app.today.pages import router as today
from app.training import pages as training_pages
from app.web import bell, errors, figures
from app.web.asking import DEPENDENCIES, Policy, same_form
from app.web.assets import Assets
from app.web.cache import open_cache
from app.web.front import Front
from app.web.health import router as health
from app.web.request import Request
from app.web.sessions import Sessions
from app.web.showcase import router as showcase
from app.web.system import router as system
from app.web.templating import Templates
from app.web.tokens import Tokens

PATIENCE = 10.0  # seconds that a web waits for a database that recovers
ROUTERS: list[Router] = [
    system,
    health,
    accounts_pages.router,
    accounts_api.router,
    members_pages.router,
    money_pages.router,
    desk_pages.router,
    desk_api.router,
    today,
    insights,
    office,
    moving,
    staff,
    backups_pages.router,
    jobs_pages.router,
    training_pages.router,
    exercises_pages.router,
    plans_pages.router,
    progress_pages.router,
    progress_pages.agents,
    progress_api.router,
    help_router,
]


def create_app(given: settings.Settings | None = None, database: db.Database | None = None) -> Front:
    """The whole app, as ASGI. A test brings its own database; otherwise a pool opens with the server."""
    config = given or settings.load()
    db.Slow.seconds = config.slow_ms / 1000
    assets = Assets(dev=config.dev)
    cache = open_cache(config.valkey_url, config.data / "run" if config.hub else None)
    sessions = Sessions(config, cache, by_token, touch)
    tokens = Tokens(sessions, by_access_token)
    templates = Templates(assets, dev=config.dev, keeps=True)
    house = database or db.Database(pool=None, direct_dsn=config.direct or "")
    state = State(
        {"settings": config, "assets": assets, "templates": templates, "sessions": sessions, "tokens": tokens, "database": house}
    )
    state["bell"] = bell.open_bell(config.valkey_url, config.workers, config.direct or "", house.pool)
    app = Litestar(
        route_handlers=[*ROUTERS, showcase] if config.dev else ROUTERS,
        dependencies=DEPENDENCIES,
        guards=[same_form],
        request_class=Request,
        exception_handlers=errors.handlers(),
        lifespan=[open_house],
        state=state,
        include_in_schema=False,
        openapi_config=accounts_api.described(),
        request_max_body_size=20_000_000,
        debug=False,
        logging_config=None,
    )
    refuse_routes_without_policy(app)
    has_route = lru_cache(lambda name: app.get_handler_index_by_name(name) is not None)
    templates.add(url=url_for(app), has_route=has_route, settings=config)
    templates.add(
        **accounts_pages.WORDS, **insights_words.WORDING, **jobs_words.WORDING, **backups_pages.WORDS, **plans_pages.WORDS
    )
    return Front(app, config, house, sessions, assets, tokens.actor)


@asynccontextmanager
async def open_house(app: Litestar) -> AsyncIterator[None]:
    """Opens what the app needs, unless a test has brought it."""
    config, house = app.state.settings, app.state.database
    owns_pool = house.pool is None
    if owns_pool:
        cached = not config.old_pooler
        house.pool = await db.open_pool(config.database_url, size=config.pool_size, statement_cache=cached, patience=PATIENCE)
        if isinstance(app.state.bell, bell.OverPostgres):
            app.state.bell.pool = house.pool
    await app.state.bell.open()
    counting = asyncio.create_task(figures.keep_counting(house, app.state.sessions.cache, app.state.bell)) if owns_pool else None
    try:
        yield
    finally:
        if counting is not None:
            counting.cancel()
        await app.state.bell.close()
        await relay.settled()  # a door that said yes still opens
        await app.state.sessions.cache.close()
        if owns_pool:
            await house.pool.close()


def refuse_routes_without_policy(app: Litestar) -> None:
    """Default deny: a handler that does not say who may come in keeps the house from opening."""
    for handler in handlers(app):
        policies = [guard for guard in handler.guards or () if isinstance(guard, Policy)]
        if len(policies) != 1:
            raise RuntimeError(
                f"{handler} must carry exactly one policy, may(…), signed_in(), public() or device(…): it has {policies}"
            )


def handlers(app: Litestar) -> list[HTTPRouteHandler]:
    """Every handler of ours, once."""
    found = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler) and handler.fn.__module__.startswith("app."):
                found[str(handler)] = handler
    return list(found.values())


def url_for(app: Litestar) -> Callable[..., str]:
    """Addresses by name. Litestar looks through all routes for each; a page asks for dozens, so their parts are remembered.
    A name that means two addresses is refused: Litestar would take either, another one after the next start."""

    @lru_cache
    def pattern(name: str, wanted: frozenset[str]) -> str:
        example = {each: UUID(int=number) for number, each in enumerate(wanted)}
        found = app.route_reverse(name, **example)
        for each, value in example.items():
            found = found.replace(str(value), "{" + each + "}", 1)
        return found

    def url(name: str, /, **values: Any) -> str:
        if name in two_ways:
            raise LookupError(f"{name!r} has several addresses: write out the one that is meant")
        try:
            if values and all(isinstance(value, UUID) for value in values.values()):
                return pattern(name, frozenset(values)).format_map(values)
            return whole(name, **values)
        except NoRouteMatchFoundException:
            raise LookupError(f"no route {name!r} with {sorted(values)}") from None

    whole = lru_cache(maxsize=10_000)(app.route_reverse)
    two_ways = ambiguous(app)
    return url


def ambiguous(app: Litestar) -> set[str]:
    """Names of handlers with two paths that take the same parameters."""
    seen: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.name:
                seen.setdefault((handler.name, tuple(re.findall(r"{(\w+):", route.path))), set()).add(route.path)
    return {name for (name, _), paths in seen.items() if len(paths) > 1}
