"""What every way in shares: cookies, new ids, where to go next, and how to ask for patience."""

import secrets
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar import Response

from app.accounts import actions, keys, queries, rules
from app.accounts.actions.guessing import Knock
from app.accounts.queries import tokens
from app.actor import Actor
from app.db import Db, new_id
from app.visit import Visit
from app.web.asking import Request
from app.web.sessions import new_token
from app.words import _, ngettext

YEAR = 365 * 24 * 3600


async def start(request: Request, db: Db, known: queries.Credentials, now: datetime, *, second_factor_done: bool = False) -> None:
    """A session with a new id; whatever cookie came in is worth nothing from here on."""
    visit = request.visit
    token, token_hash = new_token()
    life = rules.lifetime(known.permissions)
    desk = await tokens.by_key(db, keys.hashed(request.cookies.get("desk", "")), ("desk",)) if "desk" in request.cookies else None
    id = new_id()
    await actions.open_session(
        db, known.person_id, known.home_gym_id, token_hash,
        id=id, now=now, ends_at=now + life.whole, device=request.headers.get("user-agent", "").replace("\x00", ""), address=visit.address,
        desk_id=desk.id if desk else None, second_factor_done=second_factor_done,
    )  # fmt: skip
    if visit.actor is not None or visit.halfway is not None:
        await actions.close_session(db, (visit.actor or visit.halfway).session_id)  # type: ignore[union-attr]
        request.app.state.sessions.forget(visit)
    if known.permissions:
        await actions.audit(db, None, "signed_in", subject="person", subject_id=known.person_id, now=now)
    request.app.state.sessions.give(visit, token, life.whole)


def rotate(request: Request, who: Actor) -> bytes:
    """Another power, another id: the browser gets it, the database keeps its hash, the old one dies with the commit."""
    token, token_hash = new_token()
    sessions = request.app.state.sessions
    sessions.give(request.visit, token, rules.lifetime(who.permissions).whole)
    sessions.forget(request.visit)
    return token_hash


def leave(request: Request) -> None:
    sessions = request.app.state.sessions
    sessions.forget(request.visit)
    sessions.take_back(request.visit)


def knocking(request: Request, email: str) -> Knock:
    """A browser that has signed this account in before queues on its own, so no storm of guesses keeps its owner out."""
    account = keys.hashed(email.strip().lower())
    browser = keys.known_browser(request.app.state.settings.secret, account, request.cookies.get("browser", ""))
    return Knock(account, f"browser {browser}" if browser else request.visit.address, browser is not None)


def remember_browser(request: Request, account: bytes) -> None:
    settings = request.app.state.settings
    if keys.known_browser(settings.secret, account, request.cookies.get("browser", "")):
        return
    browser = secrets.token_hex(8)
    cookie(request, "browser", f"{browser}.{keys.browser_mark(settings.secret, account, browser)}", YEAR)


def cookie(request: Request, name: str, value: str, age: int) -> None:
    secure = "; Secure" if request.visit.secure else ""
    request.visit.cookies.append(f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")


def patience(wait: int) -> str:
    return ngettext("Too many tries. Please wait %(num)d second.", "Too many tries. Please wait %(num)d seconds.", wait)


def retry_after(answer: Response[str], wait: int) -> Response[str]:
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def safe_next(wanted: str) -> str:
    """Only a path of ours: `//evil.example` and `/\\evil` are not."""
    fine = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and wanted.isascii()
    return wanted[:500] if fine else "/"


def home_of(actor: Actor) -> str:
    """Where this person's day starts."""
    if actor.can("insights.see"):
        return "/owner"
    return "/desk" if actor.can("desk.use") else "/today"


def onward(visit: Visit) -> str | None:
    """Past the door: home, or to the step that is still missing. None for somebody we do not know."""
    if visit.halfway is not None:
        return step_url(visit.halfway)
    return home_of(visit.actor) if visit.actor is not None else None


def step_url(who: Actor) -> str:
    return {"factor": "/sign-in/second", "enrol": "/me/second-factor", "locked": "/locked"}.get(who.step, "/")


def relying_party(request: Request) -> tuple[str, str] | None:
    """Our name for passkeys and the origin they must come from; none where the address is a number or not secure."""
    origin: str = request.app.state.settings.address
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return (host, origin) if parts.scheme == "https" or host == "localhost" else None
    return None


MACHINES = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("mac os", "Mac"),
    ("windows", "Windows"),
    ("linux", "Linux"),
)
BROWSERS = (("edg/", "Edge"), ("firefox/", "Firefox"), ("chrome/", "Chrome"), ("safari/", "Safari"))


def device_name(agent: str) -> str:
    """What a person would call it: Chrome on Android."""
    said = agent.lower()
    machine = next((name for mark, name in MACHINES if mark in said), "")
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    return (
        _("%(browser)s on %(machine)s", browser=browser, machine=machine)
        if browser and machine
        else browser or machine or _("A program")
    )
