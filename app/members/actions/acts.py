"""What was asked under an id and what was said to it: the same act sent twice changes nothing and is answered as then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.actor import Actor
from app.db import Db
from app.members.rules import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Told:
    membership_id: UUID
    what: str
    is_refused: bool
    said: Any


async def once(
    db: Db,
    actor: Actor,
    id: UUID,
    what: str,
    membership_id: UUID,
    shape: Any,
    do: Callable[[], Awaitable[T | Refused]],
    *,
    now: datetime,
) -> T | Refused:
    """The id goes in first and everything hangs on it. A refusal is kept as well: paying later must not turn it into a yes."""
    is_first = await db.run(
        """insert into membership_act (id, membership_id, what, "by", at) select $1, id, $3, $4, $5 from membership where id = $2
           on conflict (id) do nothing""",
        id, membership_id, what, actor.person_id, now,
    )  # fmt: skip
    if not is_first:
        return await _as_then(db, id, what, membership_id, shape)
    said = await do()
    await db.run(
        "update membership_act set is_refused = $2, said = $3 where id = $1",
        id,
        isinstance(said, Refused),
        msgspec.to_builtins(said),
    )
    return said


async def _as_then(db: Db, id: UUID, what: str, membership_id: UUID, shape: Any) -> Any:
    told = await db.one(_Told, "select membership_id, what, is_refused, said from membership_act where id = $1", id)
    if told is None:
        return Refused("gone")
    if (told.membership_id, told.what) != (membership_id, what):
        return Refused("other_act")
    if told.is_refused:
        return msgspec.convert(told.said, Refused)
    return msgspec.convert(told.said, shape)
