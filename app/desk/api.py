"""Turnstiles and other programs: a tap as JSON, the verdict as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.exceptions import ClientException
from litestar.params import JSONBody

from app import clock
from app.desk import actions, queries, relay
from app.desk.actions import Door, Reused, Tap
from app.desk.forms import CheckInBody
from app.web.asking import Ask, Db, Swift, device
from app.web.live import ring
from app.web.request import Request


@dataclass(frozen=True, slots=True)
class Said:
    id: UUID
    outcome: str  # allowed, warned, again, refused
    open: bool
    reasons: tuple[str, ...]
    first_name: str
    visits_left: int | None
    at: datetime
    is_replay: bool


class Conflict(ClientException):
    status_code = 409


@post("/check-ins", name="api.check_in", guards=[device("desk.use")], status_code=200)
async def check_in(request: Request, swift: Swift, actor: Ask, data: JSONBody[CheckInBody]) -> Said:
    """One round trip: sent again with the same id, the same answer comes back and nothing is counted twice."""
    door = Door(actor.gym_id, "device", actor.person_id, data.device or actor.name)
    tap = Tap(data.id, data.card, device_at=data.at)
    said = await actions.check_in(swift, door, tap, now=clock.now(), with_board=False)
    if isinstance(said, Reused):
        raise Conflict("This id already stands for another tap.")
    relay.open_after(request.visit.after, request.app.state.database, said)
    ring(request, f"desk:{actor.gym_id}")
    name = said.member.name.split()[0] if said.member and said.member.name.split() else ""
    return Said(said.id, said.kind, said.opens, said.verdict.codes, name, said.visits_left, said.at, said.is_replay)


@get("/occupancy", name="api.occupancy", guards=[device("desk.use")])
async def occupancy(db: Db, actor: Ask) -> dict[str, Any]:
    found = await queries.board(db, actor.gym_id, clock.now())
    return {"inside": found.inside, "capacity": found.capacity, "visits_today": found.came}


router = Router("/api/v1", route_handlers=[check_in, occupancy])
