"""The screens of movements: the catalogue, one's own, the floor, taking in a file."""

from litestar import Router

from app.exercises.pages import floor, found, own, taking_in

router = Router("/", route_handlers=[*found.HANDLERS, *own.HANDLERS, *floor.HANDLERS, *taking_in.HANDLERS])
