"""What each chore and job is called when a person reads it."""

from app.words import _


def chore_name(code: str) -> str:
    return {
        "accounts.clear_away": _("Clear away old sign-ins"),
        "desk.close_visits": _("Close forgotten visits"),
        "desk.forget_log": _("Forget old entries"),
        "insights.sum_up": _("Sum up the day"),
        "jobs.forget": _("Forget finished work"),
        "progress.clear_away": _("Clear away finished downloads"),
        "progress.let_go": _("Let go of what members deleted"),
        "training.close_forgotten": _("Close forgotten workouts"),
        "backups.nightly": _("Nightly backup"),
        "backups.weekly": _("Weekly proof of a backup"),
        "backups.backup": _("Backup"),
        "backups.drill": _("Proof of a backup"),
        "backups.restore": _("Restore"),
        "backups.fetch": _("Fetched"),
        "mail.send": _("Mail"),
        "moving.look": _("Looking at a file"),
        "moving.take_in": _("Taking a file in"),
        "moving.take_back": _("Taking a file back"),
        "progress.pack": _("A member's data, packed"),
    }.get(code, code)


def step_name(code: str) -> str:
    """How far a long job is."""
    return {
        "database": _("Reading the database"),
        "keys": _("Packing keys and settings"),
        "uploading": _("Sending it to the second place"),
        "fetching": _("Fetching it"),
        "verifying": _("Checking that it is whole and ours"),
        "decrypting": _("Opening it"),
        "restoring": _("Restoring beside the present"),
        "comparing": _("Counting and comparing"),
        "updating": _("Bringing it to this version"),
        "swapping": _("Changing places"),
        "waiting": _("Waiting"),
    }.get(code, code)


WORDING = {"chore_name": chore_name, "step_name": step_name}
