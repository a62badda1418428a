"""One line per request: who, what, how long, how many statements."""

import structlog

from app.visit import Visit

log = structlog.get_logger("spotter")


def request_line(visit: Visit, method: str, status: int, seconds: float) -> None:
    log.info(
        "request",
        method=method,
        path=visit.path,
        status=status,
        ms=round(seconds * 1000, 1),
        statements=visit.statements,
        request_id=visit.request_id,
        person=str(visit.actor.person_id) if visit.actor else None,
    )
