"""The verbs of money: lines of the ledger, what is sold, the drawer."""

from app.money.actions.drawer import close_shift as close_shift
from app.money.actions.drawer import open_shift as open_shift
from app.money.actions.ledger import Taken as Taken
from app.money.actions.ledger import charge as charge
from app.money.actions.ledger import credit as credit
from app.money.actions.ledger import refund as refund
from app.money.actions.ledger import reverse as reverse
from app.money.actions.ledger import take_payment as take_payment
from app.money.actions.ledger import write_off as write_off
from app.money.actions.reminding import Wording as Wording
from app.money.actions.reminding import remind as remind
from app.money.actions.requests import ask_for as ask_for
from app.money.actions.requests import decide as decide
from app.money.actions.requests import forgive as forgive
from app.money.actions.selling import DayPass as DayPass
from app.money.actions.selling import cancel as cancel
from app.money.actions.selling import freeze as freeze
from app.money.actions.selling import keep as keep
from app.money.actions.selling import merge as merge
from app.money.actions.selling import renew as renew
from app.money.actions.selling import sell as sell
from app.money.actions.selling import sell_day_pass as sell_day_pass
from app.money.actions.selling import take_back_sale as take_back_sale
