"""The verbs of the door, by what they touch."""

from app.desk.actions.doors import Door as Door
from app.desk.actions.doors import Tap as Tap
from app.desk.actions.doors import desk_of as desk_of
from app.desk.actions.leaving import TooLate as TooLate
from app.desk.actions.leaving import Undone as Undone
from app.desk.actions.leaving import check_out as check_out
from app.desk.actions.leaving import everybody_out as everybody_out
from app.desk.actions.leaving import undo as undo
from app.desk.actions.policy import rule as rule
from app.desk.actions.screens import PIN_PAUSE as PIN_PAUSE
from app.desk.actions.screens import PIN_TRIES as PIN_TRIES
from app.desk.actions.screens import add_relay as add_relay
from app.desk.actions.screens import add_screen as add_screen
from app.desk.actions.screens import end_screen as end_screen
from app.desk.actions.screens import leave_kiosk as leave_kiosk
from app.desk.actions.screens import remove_relay as remove_relay
from app.desk.actions.screens import try_pin as try_pin
from app.desk.actions.taps import Outcome as Outcome
from app.desk.actions.taps import Reused as Reused
from app.desk.actions.taps import Unsettled as Unsettled
from app.desk.actions.taps import check_in as check_in
from app.desk.actions.taps import said as said
