"""The pages of a member's progress, all in the phone frame."""

from litestar import Router

from app.progress.pages import catalogue, day, numbers, plans

router = Router("/progress", route_handlers=[day.router, catalogue.router, numbers.router, plans.router])
