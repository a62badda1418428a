"""The front desk's screens."""

from litestar import Router

from app.desk.pages import board, fixes, kiosk, log, own, rules, visits

SCREENS = (board, fixes, log, rules, kiosk, own, visits)

router = Router("/", route_handlers=[handler for screen in SCREENS for handler in screen.HANDLERS])
