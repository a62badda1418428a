"""The owner's screens."""

from litestar import Router

from app.insights.pages import overview, radar, today, wall

office = Router("/owner", route_handlers=[*today.handlers, *overview.handlers, *radar.handlers, *wall.handlers])
router = Router("/", route_handlers=[office, *wall.public_handlers])
