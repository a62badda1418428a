"""The members' screens: the list, one record, what is on sale."""

from litestar import Router

from app.members.pages.lists import HANDLERS as LISTS
from app.members.pages.people import HANDLERS as PEOPLE
from app.members.pages.sale import HANDLERS as SALE

router = Router("/", route_handlers=[*LISTS, *PEOPLE, *SALE])
