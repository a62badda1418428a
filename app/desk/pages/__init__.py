"""The front desk's screens."""

from litestar import Router

from app.desk.pages import board, fixes, kiosk, log, rules, visits

router = Router(
    "/", route_handlers=[*board.HANDLERS, *fixes.HANDLERS, *log.HANDLERS, *rules.HANDLERS, *kiosk.HANDLERS, *visits.HANDLERS]
)
