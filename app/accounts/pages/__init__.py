"""People and access: every screen, in the order in which a club meets them."""

from litestar import Router

from app.accounts import sentences
from app.accounts.pages import addresses, doors, entry, factors, links, office, people, profile, setup

WORDS = {
    "role_name": sentences.role_name,
    "permission_name": sentences.permission,
    "device_name": entry.device_name,
    "permission_groups": sentences.GROUPS,
    "permission_group_name": sentences.group,
}

router = Router(
    "/",
    route_handlers=[
        *setup.HANDLERS,
        *doors.HANDLERS,
        *links.HANDLERS,
        *factors.HANDLERS,
        *profile.HANDLERS,
        *addresses.HANDLERS,
        *people.HANDLERS,
        *office.HANDLERS,
    ],
)
