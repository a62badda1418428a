"""Routes that belong to no feature."""

from typing import Any

from litestar import Response, Router, get
from litestar.exceptions import PermissionDeniedException

from app.web import trust
from app.web.asking import Request, public
from app.web.pages import page


@get("/refused/from-elsewhere", guards=[public()], include_in_schema=False)
async def refused(request: Request) -> Response[Any]:
    """Where the front door sends a write that another site started."""
    raise PermissionDeniedException


@get("/offline", name="system.offline", guards=[public()], include_in_schema=False)
async def offline(request: Request) -> Response[str]:
    return page(request, "plain/offline.html")


router = Router("/", route_handlers=[refused, offline, *trust.HANDLERS])
