"""Today: what needs the owner, each number a way to the people behind it; and how the house itself is."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from app import clock
from app.actor import Actor
from app.backups import queries as backups
from app.db import Db as Database
from app.insights.queries import radar
from app.insights.queries import today as today_
from app.jobs import queries as jobs
from app.web.asking import Ask, Db, Request, may
from app.web.live import stream
from app.web.pages import page, regions

FULL, FILLING = 0.02, 0.1  # shares of the disk that are still free
MAIL_STUCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class House:
    """Lights: green, amber or red; mail is `none` where nobody set it up."""

    disk: str
    disk_free: int
    mail: str
    mail_waiting: int
    mail_parked: int
    work: str
    parked: int
    late: int


async def house(request: Request, db: Database, now: datetime) -> House:
    config = request.app.state.settings
    found, usage = await jobs.health(db, now), shutil.disk_usage(config.data if config.data.exists() else "/")
    free = usage.free / usage.total
    mail_stuck = bool(found.mail_oldest and now - found.mail_oldest > MAIL_STUCK)
    has_mail = bool(config.mail_url or found.mail_waiting or found.mail_parked)
    return House(
        disk="red" if free < FULL else "amber" if free < FILLING else "green",
        disk_free=usage.free,
        mail="none" if not has_mail else "red" if found.mail_parked else "amber" if mail_stuck else "green",
        mail_waiting=found.mail_waiting,
        mail_parked=found.mail_parked,
        work="red" if found.parked > found.mail_parked else "amber" if found.late else "green",
        parked=found.parked - found.mail_parked,
        late=found.late,
    )


@get("/", name="insights.today", guards=[may("insights.see")])
async def board(request: Request, db: Db, actor: Ask) -> Response[str]:
    now = clock.now()
    async with db.held() as held:
        watched = await radar.radar(held, (actor.gym_id,), actor.today(now), actor.currency)
        values: dict[str, Any] = {
            "seen": await today_.now_at(held, actor.gym_id, now, actor.zone),
            "watched": watched[:5],
            "away": len(watched),
            "safety": await backups.safety(held, now),
            "house": await house(request, held, now),
        }
    return page(request, "insights/today.html", **values)


@get("/live", name="insights.live", guards=[may("insights.see")])
async def live(request: Request, actor: Ask) -> Stream:
    return stream(request, f"desk:{actor.gym_id}", lambda db: moving(request, db, actor))


async def moving(request: Request, db: Database, actor: Actor) -> str:
    seen = await today_.now_at(db, actor.gym_id, clock.now(), actor.zone)
    return regions(request, "insights/today.html", "moving", seen=seen)


handlers = [board, live]
