"""The screens of plans: library, plan, editor, sharing, links, units."""

from litestar import Router

from app.plans.pages import editor, library, lines, links, sharing, sheet, texts, units
from app.plans.words import WORDS as WORDS

router = Router(
    "/",
    route_handlers=[
        *library.HANDLERS,
        *sheet.HANDLERS,
        *editor.HANDLERS,
        *texts.HANDLERS,
        *lines.HANDLERS,
        *sharing.HANDLERS,
        *links.HANDLERS,
        *units.HANDLERS,
    ],
)
