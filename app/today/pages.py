"""The member's first screen: what comes next, one tap away; the way in; how the week looks."""

from datetime import date, timedelta
from functools import lru_cache

import segno
from litestar import Response, Router, get
from markupsafe import Markup

from app import clock
from app.members.queries.sold import Held
from app.members.rules import Status, first_to_use, status, to_explain
from app.plans.queries import due
from app.today.queries import Morning, morning
from app.web.asking import Ask, Db, Request, signed_in
from app.web.pages import page


@get("/today", name="today.phone", guards=[signed_in()])
async def phone(request: Request, db: Db, actor: Ask) -> Response[str]:
    now = clock.now()
    today = actor.today(now)
    mine = await morning(db, actor.person_id, today, now)
    return page(
        request,
        "today/phone.html",
        "next",
        mine=mine,
        due=due(mine.plan, today) if mine.plan else None,
        membership=membership_of(mine, today),
        code=drawn(mine.card) if mine.card else None,
        today=today,
        days=[today - timedelta(days=n) for n in reversed(range(7))],
    )


def membership_of(mine: Morning, today: date) -> tuple[Held, Status] | None:
    """The one that the door would use, else the one that explains why not."""
    passes: dict[object, Held] = {one.id: one for one in mine.held}
    chosen = first_to_use(mine.held, today) or to_explain(mine.held, today)
    return (passes[chosen.id], status(chosen, today)) if chosen else None


@lru_cache(2_000)
def drawn(card: str) -> Markup:
    """The card as a QR code, dark on light whatever the theme: scanners want it so."""
    return Markup(segno.make(card, error="m", micro=False).svg_inline(border=3, omitsize=True, svgclass="qr", lineclass=None))


router = Router("/", route_handlers=[phone])
