"""Try it on this member: what a door would say to somebody at any moment, without anything happening."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Response, get

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.db import new_id
from app.desk.facts import Facts, facts
from app.desk.queries import is_member
from app.desk.rules.policy import CHANNELS
from app.desk.rules.verdict import Verdict, verdict
from app.members import queries as members
from app.office.forms import Trying
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_query
from app.web.pages import page


def as_then(facts: Facts, at: datetime) -> Facts:
    """A visit that is still to come at that moment has not happened."""
    member = facts.member
    last = member.last_visit if member else None
    if member is None or last is None or last.at <= at:
        return facts
    return replace(facts, member=replace(member, last_visit=None))


async def dry_run(db: Database, actor: Actor, asked: Trying, at: datetime) -> tuple[Facts, Verdict] | None:
    """Facts are read and ruled upon; no tap is written."""
    if asked.member is None or not await is_member(db, asked.member, actor.gym_ids):
        return None
    then = as_then(await facts(db, actor.gym_id, at, card="", member_id=asked.member, id=new_id()), at)
    return then, verdict(then.standing, then.moment(at), asked.channel)


@get("/owner/settings/try", name="office.try", guards=[may("desk.policy")])
async def trying(request: Request, db: Db, actor: Ask) -> Response[str]:
    form, now = read_query(request, Trying), clock.now()
    asked = form.value or Trying(q=str(form.typed.get("q", ""))[:200])
    at = (
        asked.at.replace(tzinfo=asked.at.tzinfo or actor.zone).astimezone(clock.UTC)
        if asked.at and 2000 <= asked.at.year <= 2199
        else now
    )
    tried = await dry_run(db, actor, asked, at)
    values: dict[str, Any] = {
        "asked": asked, "at": at, "local": f"{at.astimezone(actor.zone):%Y-%m-%dT%H:%M}", "channels": CHANNELS,
        "found": await members.find(db, asked.q, actor.gym_ids, actor.today(now)) if len(asked.q.strip()) >= 3 else [],
        "facts": tried[0] if tried else None, "ruling": tried[1] if tried else None,
    }  # fmt: skip
    return page(request, "office/try.html", "answer", **values)


HANDLERS = [trying]
