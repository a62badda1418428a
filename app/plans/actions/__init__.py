"""The verbs of plans: write, publish, share, follow."""

from app.plans.actions.editing import (
    Asked,
    Changed,
    Conflict,
    Home,
    Refused,
    change,
    copy_linked_unit,
    copy_plan,
    copy_unit,
    discard,
    discard_unit,
    free_name,
    make_plan,
    make_unit,
    resolved,
)
from app.plans.actions.following import assign, day_done, day_undone, start, stop, switch
from app.plans.actions.sharing import grant, make_link, open_to, revoke_grant, revoke_link
from app.plans.actions.tailoring import tailor
from app.plans.actions.undoing import redo, undo
from app.plans.actions.versions import decline_later, publish, take_later

__all__ = [
    "Asked",
    "Changed",
    "Conflict",
    "Home",
    "Refused",
    "assign",
    "change",
    "copy_linked_unit",
    "copy_plan",
    "copy_unit",
    "day_done",
    "day_undone",
    "decline_later",
    "discard",
    "discard_unit",
    "free_name",
    "grant",
    "make_link",
    "make_plan",
    "make_unit",
    "open_to",
    "publish",
    "redo",
    "resolved",
    "revoke_grant",
    "revoke_link",
    "start",
    "stop",
    "switch",
    "tailor",
    "take_later",
    "undo",
]
