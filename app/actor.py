"""Who is asking: one person, signed in, at one gym, with what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

# Every permission of the house. Roles grant them; a route names exactly one.
PERMISSIONS = (
    "desk.use",  # stand at the desk: board, check-ins, undo, who is in
    "desk.override",  # let somebody in against the verdict
    "desk.policy",  # rule what each reason means at the door
    "members.see",
    "members.edit",
    "members.export",
    "members.erase",
    "memberships.sell",  # sell, renew, freeze, cancel
    "memberships.types",  # what is on sale
    "money.take",  # charges, payments, receipts, own cash-up
    "money.refund",
    "money.totals",  # revenue, arrears, month close
    "plans.publish",  # gym-wide plans
    "exercises.curate",  # the gym's catalogue
    "floor.clear",  # equipment back in order, plates and bars
    "coach.members",  # members who granted it
    "insights.see",
    "people.manage",  # staff, invitations, roles
    "roles.define",  # new kinds of roles
    "settings.manage",
    "audit.see",
    "backups.manage",
    "imports.run",
    "tokens.manage",  # devices and other programs
)

DESK = ("desk.use", "desk.override", "members.see", "members.edit", "memberships.sell", "money.take", "floor.clear")
COACH = ("coach.members", "plans.publish", "exercises.curate")
ROLES: dict[str, tuple[str, ...]] = {
    "owner": PERMISSIONS,
    "manager": tuple(
        code for code in PERMISSIONS if code not in {"backups.manage", "tokens.manage", "members.erase", "roles.define"}
    ),
    "desk": DESK,
    "coach": COACH,
    "member": (),
}


@dataclass(frozen=True, slots=True)
class Actor:
    person_id: UUID
    session_id: UUID
    club_id: UUID
    gym_id: UUID
    gym_ids: tuple[UUID, ...]
    gym_name: str
    name: str
    roles: frozenset[str]
    permissions: frozenset[str]
    zone: ZoneInfo
    locale: str
    currency: str
    units: str  # kg or lb
    theme: str  # light, dark or system
    country: str = ""
    is_demo: bool = False
    accent: str = ""  # the club's colours, where it has its own
    logo: str = ""
    token: bytes = b""  # what this session's CSRF token is made from
    fresh_at: datetime | None = None  # when the password was last given
    step: str = "open"  # or what is still missing: factor, enrol, locked

    def __hash__(self) -> int:
        """Whatever is kept per actor asks for it several times a page; who is equal has the same session."""
        return hash(self.session_id)

    def can(self, code: str) -> bool:
        return code in self.permissions

    @property
    def is_staff(self) -> bool:
        return bool(self.roles - {"member"})

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()
