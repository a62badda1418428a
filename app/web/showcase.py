"""`/ui`: every macro on one page, for whoever writes a page. Only in `spotter dev`."""

from dataclasses import dataclass, field

from litestar import Response, Router, get

from app.web.asking import Request, public
from app.web.pages import page


@dataclass(frozen=True)
class Typed:
    """A form that came back with two fields to correct."""

    typed: dict[str, str] = field(
        default_factory=lambda: {
            "name": "Mo Haddad",
            "email": "mo@",
            "price": "12,x",
            "units": "lb",
            "pay": "card",
            "note": "Knees!",
        }
    )
    errors: dict[str, str] = field(
        default_factory=lambda: {"email": "Please give a whole address.", "price": "Please give an amount, like 12.50."}
    )


@get("/ui", name="system.ui", guards=[public()], include_in_schema=False)
async def ui(request: Request) -> Response[str]:
    return page(request, "showcase.html", form=Typed() if "wrong" in request.query_params else None)


router = Router("/", route_handlers=[ui])
