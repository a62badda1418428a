"""What the rules' codes mean, said to people."""

from app.words import _


def of(code: str) -> str:
    return SENTENCES[code]()


SENTENCES = {
    "unreadable": lambda: _("There is a character in it that no keyboard makes. Please type it again."),
    "short": lambda: _("At least 8 characters, please. Four words in a row are easy to remember and hard to guess."),
    "long": lambda: _("At most 128 characters, please."),
    "pattern": lambda: _("That is a pattern anybody tries first. Please choose something less regular."),
    "common": lambda: _("This is one of the passwords that everybody tries first. Please choose another one."),
    "about_you": lambda: _("Your own name or the gym's is the first thing somebody would try."),
    "digits": lambda: _("Four to eight digits, please."),
    "own_roles": lambda: _("Nobody changes their own roles. Ask another owner."),
    "above_you": lambda: _("You cannot give or take away more than you may do yourself."),
    "not_your_gym": lambda: _("You can only give roles at gyms you work in."),
    "last_owner": lambda: _("This is the last owner. Make somebody else an owner first."),
    "yourself": lambda: _("You cannot do that to yourself."),
    "email_taken": lambda: _("Somebody here already has this e-mail."),
    "built_in": lambda: _("This role comes with the house and stays as it is. Make a copy and change that."),
    "in_use": lambda: _("Somebody still has this role. Take it from them first."),
    "name": lambda: _("A role needs a name of at most 60 characters."),
    "unknown_permission": lambda: _("One of these permissions does not exist."),
    "unknown": lambda: _("This link or code is not known. Perhaps part of it is missing."),
    "used": lambda: _("This link has been used already. Ask for a new one if that was not you."),
    "replaced": lambda: _("There is a newer link than this one. Please use that."),
    "late": lambda: _("This link is too old. Ask for a new one."),
}


def role_name(role: str) -> str:
    """The roles of the house in the reader's language; an owner's own roles as the owner wrote them."""
    known = {"owner": _("Owner"), "manager": _("Manager"), "desk": _("Front desk"), "coach": _("Coach"), "member": _("Member")}
    return known.get(role, role)


def permission(code: str) -> str:
    return PERMISSIONS[code]()


# Grouped as a person thinks of a gym, not as the code is laid out.
GROUPS = (
    ("desk", ("desk.use", "desk.override", "desk.policy", "floor.clear")),
    ("members", ("members.see", "members.edit", "members.export", "members.erase", "memberships.sell", "memberships.types")),
    ("money", ("money.take", "money.refund", "money.totals")),
    ("training", ("coach.members", "plans.publish", "exercises.curate")),
    ("house", ("insights.see", "people.manage", "roles.define", "settings.manage", "audit.see", "backups.manage", "imports.run", "tokens.manage")),
)  # fmt: skip


def group(key: str) -> str:
    return {
        "desk": _("At the door"),
        "members": _("Members"),
        "money": _("Money"),
        "training": _("Training"),
        "house": _("The house"),
    }[key]


PERMISSIONS = {
    "desk.use": lambda: _("Stand at the desk: check people in, see who is inside"),
    "desk.override": lambda: _("Let somebody in against the verdict"),
    "desk.policy": lambda: _("Decide what each reason means at the door"),
    "floor.clear": lambda: _("Say what equipment is out of order"),
    "members.see": lambda: _("See members"),
    "members.edit": lambda: _("Add and change members"),
    "members.export": lambda: _("Export members"),
    "members.erase": lambda: _("Erase members for good"),
    "memberships.sell": lambda: _("Sell, renew, freeze and cancel memberships"),
    "memberships.types": lambda: _("Decide what is on sale"),
    "money.take": lambda: _("Take payments and cash up"),
    "money.refund": lambda: _("Give money back"),
    "money.totals": lambda: _("See revenue and close the month"),
    "coach.members": lambda: _("Coach members who allow it"),
    "plans.publish": lambda: _("Publish plans for the whole gym"),
    "exercises.curate": lambda: _("Keep the gym's exercises in order"),
    "insights.see": lambda: _("See how the gym is doing"),
    "people.manage": lambda: _("Invite staff and give them roles"),
    "roles.define": lambda: _("Define roles"),
    "settings.manage": lambda: _("Change the gym's settings"),
    "audit.see": lambda: _("Read who did what"),
    "backups.manage": lambda: _("Make and restore backups"),
    "imports.run": lambda: _("Import data"),
    "tokens.manage": lambda: _("Connect devices and other programs"),
}


def act(code: str) -> str:
    """What was done, in the past tense of the one who did it; an act of an older version keeps its code."""
    return ACTS[code]() if code in ACTS else code.replace(".", ": ").replace("_", " ")


ACTS = {
    "signed_in": lambda: _("Signed in"),
    "person.invited": lambda: _("Invited"),
    "person.deactivated": lambda: _("Switched off"),
    "person.reactivated": lambda: _("Switched on again"),
    "role.granted": lambda: _("Gave a role"),
    "role.revoked": lambda: _("Took a role away"),
    "role.defined": lambda: _("Defined a role"),
    "role.changed": lambda: _("Changed a role"),
    "role.dropped": lambda: _("Removed a role"),
    "link.invitation": lambda: _("Made an invitation"),
    "link.reset": lambda: _("Made a reset link"),
    "link.code": lambda: _("Showed a sign-in code"),
    "password.changed": lambda: _("Changed a password"),
    "password.by_link": lambda: _("Set a password by link"),
    "email.asked": lambda: _("Asked for a new e-mail"),
    "email.changed": lambda: _("Changed an e-mail"),
    "pin.set": lambda: _("Set a desk PIN"),
    "pin.removed": lambda: _("Removed a desk PIN"),
    "session.ended": lambda: _("Signed a device out"),
    "sessions.ended": lambda: _("Signed out everywhere"),
    "authenticator.added": lambda: _("Added an authenticator app"),
    "authenticator.removed": lambda: _("Removed an authenticator app"),
    "codes.made": lambda: _("Made new one-time codes"),
    "passkey.added": lambda: _("Added a passkey"),
    "passkey.removed": lambda: _("Removed a passkey"),
    "device.added": lambda: _("Connected a device"),
    "device.revoked": lambda: _("Shut a device out"),
    "gym.changed": lambda: _("Changed the gym's details"),
    "gym.added": lambda: _("Added a gym"),
    "audit.exported": lambda: _("Exported the audit"),
    "club.set_up": lambda: _("Set the club up"),
    "club.renamed": lambda: _("Renamed the club"),
    "club.painted": lambda: _("Changed the club's colour"),
    "club.logo": lambda: _("Changed the logo"),
    "club.keeping": lambda: _("Changed how long former members are kept"),
    "gym.hours": lambda: _("Changed the opening hours"),
    "gym.holiday": lambda: _("Changed a holiday"),
    "mail.test": lambda: _("Sent a test letter"),
    "money.remind": lambda: _("Reminded somebody of a debt"),
    "money.ask": lambda: _("Asked for money to be given back or forgiven"),
    "money.grant": lambda: _("Granted a request about money"),
    "money.decline": lambda: _("Declined a request about money"),
    "money.discount": lambda: _("Gave a discount"),
    "money.goodwill": lambda: _("Gave a credit"),
    "money.exported": lambda: _("Exported the ledger"),
    "month.close": lambda: _("Closed a month"),
    "rota.plan": lambda: _("Planned a shift"),
    "rota.drop": lambda: _("Took a shift out of the rota"),
    "hours.correct": lambda: _("Put hours right"),
    "hours.exported": lambda: _("Exported hours"),
    "import.take_in": lambda: _("Took a file in"),
    "import.take_back": lambda: _("Took an import back"),
    "membership_type.offer": lambda: _("Put a membership on sale or changed it"),
    "membership_type.withdraw": lambda: _("Took a membership off sale"),
    "membership_type.return": lambda: _("Put a membership back on sale"),
    "member.edit": lambda: _("Changed a member's details"),
    "member.photo": lambda: _("Changed a member's photo"),
    "member.alert": lambda: _("Changed a member's alert"),
    "member.merge": lambda: _("Made one of two members"),
    "member.erase": lambda: _("Erased a member for good"),
    "members.export": lambda: _("Exported the members"),
    "membership.freeze": lambda: _("Froze a membership"),
    "membership.thaw": lambda: _("Ended a freeze"),
    "membership.suspend": lambda: _("Suspended a membership"),
    "membership.lift": lambda: _("Lifted a suspension"),
    "membership.cancel": lambda: _("Cancelled a membership"),
    "membership.keep": lambda: _("Took a cancellation back"),
    "membership.void": lambda: _("Declared a membership void"),
    "household.join": lambda: _("Brought somebody into a household"),
    "household.leave": lambda: _("Took somebody out of a household"),
    "household.pay": lambda: _("Changed who pays for a household"),
    "waiver.publish": lambda: _("Published a new waiver"),
    "card.lost": lambda: _("Noted a card as lost"),
    "card.back": lambda: _("Noted a card as handed back"),
    "card.block": lambda: _("Blocked a card"),
    "card.unblock": lambda: _("Let a card open again"),
    "money.refund": lambda: _("Gave money back"),
    "money.reverse": lambda: _("Reversed a payment"),
    "money.write_off": lambda: _("Wrote a debt off"),
    "shift.close": lambda: _("Closed a shift and counted the drawer"),
    "gym_rules.set": lambda: _("Changed the rules of memberships"),
    "door_policy.rule": lambda: _("Changed what the door asks"),
    "door_screen.add": lambda: _("Put up a door screen"),
    "door_screen.end": lambda: _("Took down a door screen"),
    "relay.add": lambda: _("Connected a door"),
    "relay.remove": lambda: _("Disconnected a door"),
    "entries.forget": lambda: _("Deleted old lines of the entry log"),
    "floor.clear": lambda: _("Put equipment back into use"),
    "exercises.import": lambda: _("Took exercises in from a file"),
    "wall.add": lambda: _("Put up a wall screen"),
    "wall.end": lambda: _("Took down a wall screen"),
    "backups.backup": lambda: _("Asked for a backup"),
    "backups.drill": lambda: _("Asked for a backup to be proven"),
    "backups.fetch": lambda: _("Fetched a backup from the other place"),
    "backups.upload": lambda: _("Brought a backup in"),
    "backups.file": lambda: _("Took a backup along"),
    "backups.kit": lambda: _("Printed the recovery kit"),
    "backups.kit_seen": lambda: _("Had the recovery kit in hand"),
    "backups.place": lambda: _("Changed where backups go"),
    "backups.ask_restore": lambda: _("Asked to go back to a backup"),
    "backups.restore": lambda: _("Went back to a backup"),
    "backups.ask_undo": lambda: _("Asked to take a restore back"),
    "backups.undo": lambda: _("Took a restore back"),
}
