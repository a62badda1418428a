"""For whoever watches from outside: alive, ready, and numbers. Details only for this machine or with the token."""

import asyncio
import hmac
import shutil
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from litestar import Response, Router, get
from litestar.exceptions import NotFoundException

from app import metrics
from app.mail import post
from app.settings import Settings
from app.supervisor.steps import revisions
from app.web.asking import Request, public

LOOPBACK = {"127.0.0.1", "::1", "", "::ffff:127.0.0.1"}
NO_STORE = {"Cache-Control": "no-store"}
ALIVE = b"alive\n"
LITTLE_SPACE = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_good: bool
    told: str


@get("/health/live", name="health.live", guards=[public()], include_in_schema=False)
async def live(request: Request) -> Response[str]:
    """This process answers. Asks nobody else, so that a slow database does not get web servers killed."""
    return Response(ALIVE.decode(), media_type="text/plain", headers=NO_STORE)


@get("/health/ready", name="health.ready", guards=[public()], include_in_schema=False)
async def ready(request: Request) -> Response[Any]:
    """Work can be done here: the database answers, its tables are ours, there is room."""
    checks = await examine(request)
    is_ready = all(check.is_good for check in checks)
    body: dict[str, Any] = {"ready": is_ready}
    if may_look(request):
        body["checks"] = {check.name: check.told for check in [*checks, await letters(request)]}
    return Response(body, status_code=200 if is_ready else 503, headers=NO_STORE)


@get("/metrics", name="health.metrics", guards=[public()], include_in_schema=False)
async def numbers(request: Request) -> Response[bytes]:
    if not may_look(request):
        raise NotFoundException
    return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8", headers=NO_STORE)


def may_look(request: Request) -> bool:
    """With the token; without one configured, only from this very machine and not through a proxy on it."""
    settings: Settings = request.app.state.settings
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if settings.metrics_token:
        return hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    return request.visit.address in LOOPBACK and "x-forwarded-for" not in request.headers


async def examine(request: Request) -> list[Check]:
    settings: Settings = request.app.state.settings
    checks = [await database(request), disk(settings.data)]
    if settings.https and settings.certificate:
        checks.append(certificate(settings.certificate))
    return checks


async def database(request: Request) -> Check:
    """SELECT that touches a table: an answering server with somebody else's tables is not ready either."""
    db = request.app.state.database.reading()
    request.visit.dbs.append(db)
    try:
        async with asyncio.timeout(2):
            found = await db.value("select version_num from alembic_version")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        return Check("database", False, type(error).__name__)
    known, head = revisions_once()
    return Check("database", found in known, f"at {found}" if found == head else f"at {found}, newest {head}")


async def letters(request: Request) -> Check:
    """Told, never held against us: a gym without mail opens all the same."""
    settings: Settings = request.app.state.settings
    if settings.mail_url is None:
        return Check("mail", True, "not set up")
    db = request.app.state.database.reading()
    request.visit.dbs.append(db)
    try:
        async with asyncio.timeout(2):
            waiting, parked = await db.value(
                "select array[count(*) filter (where parked_at is null), count(parked_at)] from job where kind = 'mail.send'"
            )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        return Check("mail", False, type(error).__name__)
    return Check("mail", not parked, f"by {post.name_of(settings)}, {waiting} waiting, {parked} set aside")


_revisions: tuple[set[str], str] | None = None


def revisions_once() -> tuple[set[str], str]:
    global _revisions
    _revisions = _revisions or revisions()
    return _revisions


def disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("disk", False, error.strerror or "unknown")
    return Check("disk", free > LITTLE_SPACE, f"{free // 2**20} MB free")


def certificate(path: Path) -> Check:
    """Days left; under a week somebody must be told even though it still works."""
    text = ssl._ssl._test_decode_cert(str(path))  # type: ignore[attr-defined]
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(text["notAfter"]), UTC)
    days = (ends - datetime.now(UTC)).days
    return Check("certificate", days >= 0, f"{days} days left")


router = Router("/", route_handlers=[live, ready, numbers])
