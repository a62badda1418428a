"""The pages of a member's progress, all in the phone frame."""

from litestar import Router

from app.progress.pages import belongings, catalogue, day, files, looked, numbers, pack, plans

router = Router(
    "/progress",
    route_handlers=[
        day.router,
        catalogue.router,
        numbers.router,
        plans.router,
        files.router,
        looked.router,
        pack.router,
        belongings.router,
    ],
)

agents = pack.agents
