"""The owner's own pages: settings in one place, months of money."""

from litestar import Router

from app.office.pages.house import HANDLERS as HOUSE
from app.office.pages.mail import HANDLERS as MAIL
from app.office.pages.months import HANDLERS as MONTHS
from app.office.pages.settings import HANDLERS as SETTINGS
from app.office.pages.trying import HANDLERS as TRYING

router = Router("/", route_handlers=[*SETTINGS, *HOUSE, *TRYING, *MAIL, *MONTHS])
