"""Settings in one place: every section in a sentence, searched by its words, and the way to change it."""

from dataclasses import dataclass

from litestar import Response, get

from app import clock
from app.accounts.queries import gyms, hours
from app.backups.queries import safety
from app.desk.queries import door_rules
from app.members.queries import gym_rules
from app.moving.rules.columns import fold
from app.office import queries
from app.office.forms import Search
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_query
from app.web.pages import page
from app.words import _


@dataclass(frozen=True, slots=True)
class Section:
    """`words` are what people type when they look for it."""

    key: str
    title: str
    words: str
    code: str = "settings.manage"


def sections() -> list[Section]:
    return [
        Section(
            "gym",
            _("The gym"),
            _("name time zone language currency units kilograms pounds country how many fit in gyms another gym"),
        ),
        Section("hours", _("Opening hours"), _("open closed holidays weekdays times")),
        Section(
            "door", _("At the door"), _("verdict rules warn stop kiosk wall locks overdue grace try a member"), "desk.policy"
        ),
        Section(
            "types",
            _("Memberships and prices"),
            _("prices types packs trial freeze cancel renew waiver joining fee"),
            "memberships.types",
        ),
        Section("floor", _("Plates and equipment"), _("bars plates machines floor out of order"), "floor.clear"),
        Section("brand", _("Name, logo and colour"), _("brand club accent picture appearance")),
        Section(
            "people",
            _("People and roles"),
            _("staff invite permissions rota shifts hours audit log who did what"),
            "people.manage",
        ),
        Section("devices", _("Devices and programs"), _("tokens api turnstile keys desk browser"), "tokens.manage"),
        Section("mail", _("Mail"), _("smtp send test messages letters")),
        Section("keeping", _("What is kept, and how long"), _("retention delete erase forget privacy former members entry log")),
        Section("moving", _("Moving in"), _("import csv spreadsheet members cards visits old system"), "imports.run"),
        Section("backups", _("Backups"), _("restore recovery kit safe keeping copies"), "backups.manage"),
    ]


def found(said: str, actor: Ask) -> list[Section]:
    """Every word typed must begin a word of the section."""
    wanted = fold(said).split()
    return [
        one
        for one in sections()
        if actor.can(one.code)
        and all(any(word.startswith(want) for word in fold(f"{one.title} {one.words}").split()) for want in wanted)
    ]


@get("/owner/settings", name="office.settings", guards=[may("settings.manage")])
async def settings(request: Request, db: Db, actor: Ask) -> Response[str]:
    asked, now = read_query(request, Search).value or Search(), clock.now()
    config = request.app.state.settings
    return page(
        request, "office/settings.html", "sections", find=asked.find, sections=found(asked.find, actor), club=await queries.club(db),
        gym=await gyms.gym(db, actor.gym_id), hours=await hours.hours(db, actor.gym_id, actor.today(now)), today=actor.today(now),
        house=await queries.house(db, actor.gym_id, actor.gym_ids, now), door=await door_rules(db, actor.gym_id),
        rules=await gym_rules(db, actor.gym_id), safety=await safety(db, now) if actor.can("backups.manage") else None,
        mail_from=config.mail_from if config.mail_url else None,
    )  # fmt: skip


HANDLERS = [settings]
