"""The owner's screens."""

from litestar import Router

from app.insights.pages import overview, radar, today

router = Router("/owner", route_handlers=[*today.handlers, *overview.handlers, *radar.handlers])
