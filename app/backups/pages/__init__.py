"""The owner's shelf: what there is, bringing one back, and where else they are kept."""

from litestar import Router

from app.backups.pages import place, restoring, shelf, uploads

WORDS = {"refusal": restoring.refusal}
router = Router("/", route_handlers=[*shelf.handlers, *uploads.handlers, *restoring.handlers, *place.handlers])
