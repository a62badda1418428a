"""Answers: a whole page, or just the regions that changed, to whoever asked for which."""

from typing import Any
from urllib.parse import quote

from litestar import MediaType, Response
from markupsafe import Markup

from app import clock
from app.visit import here
from app.web.request import Request

LONGEST_FLASH = 300


def page(
    request: Request,
    template: str,
    *regions: str,
    status: int = 200,
    push: str | None = None,
    toast: str | None = None,
    **values: Any,
) -> Response[str]:
    """The named regions when htmx asked, the whole page for a plain visit."""
    visit = request.visit
    visit.now = visit.now or clock.now()
    templates = request.app.state.templates
    values = {"actor": visit.actor, "now": visit.now, "flash": take_flash(request), **values}
    if regions and request.wants_regions:
        body = templates.regions(template, regions, values) + (toast_region(toast).encode() if toast else b"")
        headers = {"HX-Push-Url": push} if push else {}
        return Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)
    if toast:
        values["flash"] = toast
    return Response(templates.whole(template, values), status_code=status, media_type=MediaType.HTML)


def regions(request: Request, template: str, *names: str, **values: Any) -> str:
    """The regions alone, as text: what a live stream sends."""
    values = {"actor": request.visit.actor, "now": clock.now(), "flash": "", **values}
    return str(request.app.state.templates.regions(template, names, values), "utf-8")


def toast_region(text: str) -> str:
    said = Markup('<output class="toast" role="status">{}</output>').format(text)
    return f'<hx-partial hx-target="#toasts" hx-swap="beforeend">{said}</hx-partial>'


def go(request: Request, url: str, toast: str | None = None) -> Response[str]:
    """To another page: 303 for browsers, HX-Location for htmx, which would follow a 303 into the form's place."""
    if toast:
        flash(toast)
    if request.headers.get("hx-request"):
        return Response("", status_code=200, media_type=MediaType.HTML, headers={"HX-Location": url})
    return Response("", status_code=303, media_type=MediaType.HTML, headers={"Location": url})


def done(request: Request, url: str, template: str, *regions: str, toast: str | None = None, **values: Any) -> Response[str]:
    """A write that succeeded: what changed for htmx, Post/Redirect/Get for a plain form."""
    if request.wants_regions:
        return page(request, template, *regions, toast=toast, **values)
    return go(request, url, toast)


def flash(text: str) -> None:
    visit = here()
    secure = "; Secure" if visit.secure else ""
    visit.cookies.append(f"flash={quote(text[:LONGEST_FLASH])}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60{secure}")


def take_flash(request: Request) -> str:
    text = request.visit.flash
    if text:
        request.visit.cookies.append("flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
        request.visit.flash = ""
    return text
