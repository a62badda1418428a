"""Screens on which money changes hands, or could."""

from litestar import Router

from app.money.pages.arrears import HANDLERS as ARREARS
from app.money.pages.joining import HANDLERS as JOINING
from app.money.pages.journal import HANDLERS as JOURNAL
from app.money.pages.mine import HANDLERS as MINE
from app.money.pages.payments import HANDLERS as PAYMENTS
from app.money.pages.record import HANDLERS as RECORD
from app.money.pages.requests import HANDLERS as REQUESTS
from app.money.pages.till import HANDLERS as TILL

router = Router("/", route_handlers=[*JOINING, *MINE, *PAYMENTS, *RECORD, *TILL, *ARREARS, *REQUESTS, *JOURNAL])
