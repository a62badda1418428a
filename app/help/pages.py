"""Help: found by words, read in one's own language; what is new; and what to send when something broke."""

import platform
from importlib.metadata import PackageNotFoundError, version

from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.help import articles
from app.web.asking import Ask, MaybeAsk, Request, public, signed_in
from app.web.pages import page
from app.words import _


@get("/", name="help.home", guards=[public()])
async def home(request: Request, maybe_actor: MaybeAsk) -> Response[str]:
    said = request.query_params.get("q", "").strip()[:80]
    return page(request, "help/home.html", "found", q=said, found=articles.find(request.visit.locale, said))


@get("/whats-new", name="help.whats_new", guards=[public()])
async def whats_new(request: Request, maybe_actor: MaybeAsk) -> Response[str]:
    return page(request, "help/whats_new.html", releases=articles.releases())


@get("/report", name="help.report", guards=[signed_in()])
async def report(request: Request, actor: Ask) -> Response[str]:
    """Everything that would be sent stands on the page before anybody copies it."""
    visit = request.visit
    lines = {
        _("When"): clock.now().isoformat(timespec="seconds"),
        _("Page"): came_from(request),
        _("Version"): f"{house_version()} · Python {platform.python_version()}",
        _("Language and look"): f"{visit.locale}, {visit.theme}",
        _("Gym's clock"): str(actor.zone),
        _("Role"): ", ".join(sorted(actor.roles)),
        _("Browser"): request.headers.get("user-agent", "")[:300],
        _("Request"): visit.request_id,
    }
    return page(request, "help/report.html", lines=lines)


def came_from(request: Request) -> str:
    """The path of the page before, without what was asked there."""
    told = request.headers.get("referer", "")
    return "/" + told.split("://", 1)[-1].partition("/")[2].split("?", 1)[0][:200] if "://" in told else "–"


def house_version() -> str:
    try:
        return version("spotter")
    except PackageNotFoundError:
        return "–"


@get("/{slug:str}", name="help.page", guards=[public()])
async def one(request: Request, maybe_actor: MaybeAsk, slug: FromPath[str]) -> Response[str]:
    if slug not in articles.ORDER:
        raise NotFoundException
    found = articles.article(request.visit.locale, slug)
    return page(request, "help/page.html", article=found, others=articles.articles(request.visit.locale))


router = Router("/help", route_handlers=[home, whats_new, report, one])
