"""The second factor: an authenticator app with one-time codes, or a passkey."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import keys, rules
from app.accounts.actions import audit
from app.accounts.queries import factors
from app.actor import Actor
from app.db import Db

CODES = 10
ANSWER_WITHIN = timedelta(minutes=5)


async def begin_authenticator(db: Db, person_id: UUID, sealed: bytes, *, now: datetime) -> bool:
    """Keeps a secret until its first code proves that the phone has it. A confirmed one is never replaced here."""
    return bool(
        await db.run(
            """insert into authenticator (person_id, secret, made_at) values ($1, $2, $3)
               on conflict (person_id) do update set secret = excluded.secret, made_at = excluded.made_at
                where authenticator.confirmed_at is null""",
            person_id, sealed, now,
        )
    )  # fmt: skip


async def confirm_authenticator(db: Db, actor: Actor, steps: list[int], *, now: datetime) -> bool:
    step = rules.usable_step(steps, None)
    done = step is not None and await db.run(
        "update authenticator set confirmed_at = $2, last_step = $3 where person_id = $1 and confirmed_at is null",
        actor.person_id, now, step,
    )  # fmt: skip
    if done:
        await audit(db, actor, "authenticator.added", subject="person", subject_id=actor.person_id, now=now)
    return bool(done)


async def new_codes(db: Db, actor: Actor, *, now: datetime) -> list[str]:
    """Ten codes for the day the phone is lost. The old ones are worth nothing from here on."""
    codes = [keys.new_code() for _each in range(CODES)]
    await db.run("delete from one_time_code where person_id = $1", actor.person_id)
    await db.many(
        "insert into one_time_code (person_id, code_hash) values ($1, $2)",
        [(actor.person_id, keys.hashed(code)) for code in codes],
    )
    await audit(db, actor, "codes.made", subject="person", subject_id=actor.person_id, now=now)
    return codes


async def use_code(db: Db, person_id: UUID, code: str, secret: bytes, *, now: datetime) -> bool:
    """A code of the app (once per half minute) or one of the ten (once at all)."""
    if len(code) == 6 and code.isascii() and code.isdigit():
        return await use_step(db, person_id, code, secret, now=now)
    return bool(
        await db.run(
            "update one_time_code set used_at = $3 where person_id = $1 and code_hash = $2 and used_at is null",
            person_id, keys.hashed(keys.tidy(code)), now,
        )
    )  # fmt: skip


async def use_step(db: Db, person_id: UUID, code: str, secret: bytes, *, now: datetime) -> bool:
    kept = await factors.authenticator(db, person_id)
    plain = keys.unseal(secret, kept.secret, person_id.bytes) if kept and kept.confirmed_at else None
    if kept is None or plain is None:
        return False
    step = rules.usable_step(keys.matching_steps(plain.decode(), code, now), kept.last_step)
    return step is not None and bool(
        await db.run(
            "update authenticator set last_step = $2 where person_id = $1 and (last_step is null or last_step < $2)",
            person_id,
            step,
        )
    )


async def remove_authenticator(db: Db, actor: Actor | None, person_id: UUID, *, now: datetime) -> None:
    await db.run("delete from one_time_code where person_id = $1", person_id)
    if await db.run("delete from authenticator where person_id = $1", person_id):
        await audit(db, actor, "authenticator.removed", subject="person", subject_id=person_id, now=now)


async def remove_all_factors(db: Db, actor: Actor | None, person_id: UUID, *, now: datetime) -> None:
    """For somebody who lost phone and codes: the next sign-in enrols anew."""
    await remove_authenticator(db, actor, person_id, now=now)
    await db.run("delete from challenge where person_id = $1", person_id)
    if await db.run("delete from passkey where person_id = $1", person_id):
        await audit(db, actor, "passkey.removed", subject="person", subject_id=person_id, now=now)


async def challenge(db: Db, person_id: UUID | None, value: bytes, *, id: UUID, now: datetime) -> None:
    await db.run("delete from challenge where ends_at < $1", now)
    await db.run(
        "insert into challenge (id, person_id, value, ends_at) values ($1, $2, $3, $4)", id, person_id, value, now + ANSWER_WITHIN
    )


async def answered(db: Db, id: UUID, person_id: UUID, *, now: datetime) -> bytes | None:
    """The challenge, once."""
    value: bytes | None = await db.value(
        "delete from challenge where id = $1 and person_id is not distinct from $2 and ends_at > $3 returning value",
        id,
        person_id,
        now,
    )
    return value


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str


async def add_passkey(db: Db, actor: Actor, made: NewPasskey, *, id: UUID, now: datetime) -> bool:
    new = await db.run(
        """insert into passkey (id, person_id, credential_id, public_key, sign_count, name, made_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing""",
        id, actor.person_id, made.credential_id, made.public_key, made.sign_count, made.name, now,
    )  # fmt: skip
    if new:
        await audit(db, actor, "passkey.added", subject="person", subject_id=actor.person_id, after={"name": made.name}, now=now)
    return bool(new)


async def passkey_used(db: Db, id: UUID, sign_count: int, *, now: datetime) -> None:
    await db.run("update passkey set sign_count = $2, used_at = $3 where id = $1", id, sign_count, now)


async def remove_passkey(db: Db, actor: Actor, id: UUID, *, now: datetime) -> bool:
    gone = await db.run("delete from passkey where id = $1 and person_id = $2", id, actor.person_id)
    if gone:
        await audit(db, actor, "passkey.removed", subject="person", subject_id=actor.person_id, now=now)
    return bool(gone)
