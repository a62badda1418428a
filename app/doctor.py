"""What is looked at when something seems wrong. Findings are sentences; nothing secret is in them."""

import asyncio
import importlib.metadata
import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from app import certificates, db, embedded
from app.accounts.queries.audit import chain
from app.certificates import own_names
from app.mail import post
from app.settings import Settings
from app.supervisor import steps


@dataclass(frozen=True, slots=True)
class Finding:
    state: str  # good, look or bad
    what: str
    advice: str = ""


def examine(config: Settings, dsn: str | None = None) -> list[Finding]:
    """Every check, in the order in which one would ask; what is in the database only when there is one to ask."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(config)
        except Exception as error:  # a check that breaks is a finding too
            found.append(Finding("look", f"{check.__name__} could not be checked ({type(error).__name__})."))
    for inside in (demo_people, audit) if dsn is not None else ():
        try:
            found += asyncio.run(inside(config, dsn or ""))
        except Exception as error:
            found.append(Finding("bad", f"The database could not be asked ({type(error).__name__})."))
    return found


def versions(config: Settings) -> Iterator[Finding]:
    mode = "hub with its own database" if config.database_url is None else "stack"
    yield Finding(
        "good",
        f"Spotter {importlib.metadata.version('spotter')}, {mode}, Python {platform.python_version()}, "
        f"PostgreSQL {embedded.MAJOR}, {platform.system()} {platform.machine()}.",
    )
    if sys.platform != "win32" and os.geteuid() == 0:
        yield Finding(
            "look",
            "Spotter runs as root.",
            "Fine for trying it out. For a gym use the service in deploy/, which runs as its own user.",
        )


def disk(config: Settings) -> Iterator[Finding]:
    if not config.data.exists():
        yield Finding("look", f"{config.data} does not exist yet.", "`spotter up` makes it.")
        return
    usage = shutil.disk_usage(config.data)
    free = f"{usage.free / 2**30:.1f} GB free in {config.data}"
    if usage.free < 200 * 2**20:
        yield Finding(
            "bad", f"The disk is nearly full: {free}.", "Free some space now; check-ins cannot be stored on a full disk."
        )
    elif usage.free < max(2 * 2**30, usage.total // 10):
        yield Finding("look", f"The disk is filling up: {free}.", "Free some space this week.")
    else:
        yield Finding("good", f"{free}.")


def secrets(config: Settings) -> Iterator[Finding]:
    for name in ("secret.key", "postgres.key"):
        path = config.data / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("bad", f"{path} can be read by others.", f"chmod 600 {path}")
    if config.hub and (config.data / "secret.key").exists():
        yield Finding(
            "good", "The keys are private.", "They are part of every full backup; keep a printed copy of the recovery kit."
        )


def port(config: Settings) -> Iterator[Finding]:
    taken = answers("127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host, config.port)
    if running(config) and taken:
        yield Finding("good", f"Spotter is running and port {config.port} answers.")
    elif running(config):
        advice = "If it was started with another --port, ask with SPOTTER_PORT=… in front; otherwise look at its log."
        yield Finding("look", f"Spotter is running, and nothing answers on port {config.port}.", advice)
    elif taken:
        yield Finding("bad", f"Port {config.port} is taken by another program.", "Stop it, or choose another with --port.")
    else:
        yield Finding("look", "Spotter is not running.", "Start it with `spotter up`.")


def running(config: Settings) -> bool:
    return (config.data / "run" / "web.ready").exists() and pid_of(config.data) is not None


def pid_of(data: Path) -> int | None:
    """The supervisor that holds the data folder."""
    try:
        pid = int((data / "spotter.lock").read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def schema(config: Settings) -> Iterator[Finding]:
    known, head = steps.revisions()
    yield Finding("good", f"This Spotter knows {len(known)} steps of the tables, up to {head}.")
    version = config.data / "postgres" / "PG_VERSION"
    if version.exists() and version.read_text().strip() != embedded.MAJOR:
        yield Finding(
            "bad", f"The data folder holds PostgreSQL {version.read_text().strip()}.", "Restore a backup into a new folder."
        )


def https(config: Settings) -> Iterator[Finding]:
    local = config.host in {"127.0.0.1", "::1", "localhost"}
    own = config.data / "tls" / "authority.crt"
    if config.https and config.certificate is not None:
        yield Finding("good", f"https with the certificate {config.certificate}.")
    elif config.https and own.exists():
        what = f"https by this gym's own authority, SHA-256 {certificates.fingerprint(own)[:23]}…"
        yield Finding("good", what, f"New devices open {config.address}/trust once.")
    elif config.trusted_proxy:
        yield Finding("good", "A proxy in front speaks for Spotter; https is its business.")
    if not config.https and not config.trusted_proxy and not local:
        yield Finding(
            "look",
            "Devices reach Spotter over plain http: no camera, no offline work, no passkeys on them.",
            "Start with --https, or put the Caddy of deploy/ in front.",
        )


def names(config: Settings) -> Iterator[Finding]:
    """A hub that devices reach by a public name looks dead when the internet is away."""
    name = (config.origin or "").partition("://")[2].partition(":")[0]
    if not name or name.endswith(".local"):
        return
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        yield Finding("bad", f"{name} does not resolve.", "Add it to the router's names, or use the machine's .local name.")


def mail(config: Settings) -> Iterator[Finding]:
    """Asks the mail server whether it would take a letter; sends none."""
    if config.mail_url is None:
        yield Finding("good", "No mail is set up: invitations, resets and reminders are handed over as QR codes and links.")
        return
    fault, name = post.fault(config), post.name_of(config)
    if fault:
        yield Finding("bad", f"Letters cannot leave by {name}: {fault}.", "Look at SPOTTER_MAIL_URL; letters wait meanwhile.")
    else:
        yield Finding("good", f"Letters leave by {name}, from {config.mail_from}.")


DEMO = """select count(*) filter (where email like '%@demo.spotter' and is_active)::int as people,
                  exists(select from club where is_demo) as is_demo_club,
                  exists(select from club where not is_demo) as is_real_club
             from person"""


async def demo_people(config: Settings, dsn: str) -> list[Finding]:
    """The cast comes with a password that is printed in the manual: nowhere but on one's own machine may it open a door."""
    connection = await asyncpg.connect(dsn, timeout=3)
    try:
        found = await connection.fetchrow(DEMO)
    finally:
        await connection.close()
    people, is_demo_club, is_real_club = found or (0, False, False)
    if not people:
        return [Finding("good", "No demo people.")]
    who = f"{people} demo {'person' if people == 1 else 'people'} (@demo.spotter)"
    if is_real_club or not is_demo_club:
        return [Finding("bad", f"{who} can sign in to a real club, with a password that everybody knows.", LEAVE)]
    if place := open_to(config):
        return [Finding("bad", f"{who}: whoever reaches {place} signs in as the owner by a click.", STAY)]
    return [Finding("look", f"This is a demo club: {who}, with a password that everybody knows.", OWN)]


LEAVE = "Switch each of them off under Settings, Staff; or begin in a new folder with `spotter up --data FOLDER`."
STAY = "Keep a demo on this machine (--host 127.0.0.1, no SPOTTER_ORIGIN), or begin your own club in a new folder."
OWN = "Fine for looking around. Your own club begins in a new folder: `spotter up --data FOLDER`."


def open_to(config: Settings) -> str:
    """What others can call this Spotter by; nothing when only this machine reaches it."""
    if config.origin or config.trusted_proxy:
        return config.origin or "the proxy in front"
    if config.host not in {"127.0.0.1", "::1", "localhost"}:
        return f"{config.host}, port {config.port}"
    return next((f"{name}, port {config.port}" for name in own_addresses() if answers(name, config.port)), "")


def own_addresses() -> list[str]:
    """Of this machine, as others see it: it may have been started with another --host than we were."""
    found = set()
    for name in own_names():
        with suppress(OSError):
            found |= {str(entry[4][0]) for entry in socket.getaddrinfo(name, None, socket.AF_INET)}
    return sorted(address for address in found if not address.startswith("127."))


def answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


async def audit(config: Settings, dsn: str) -> list[Finding]:
    """The chain of the audit, computed again from its first line."""
    connection = await db.connect(dsn, timeout=5)
    try:
        found = await chain(db.Db(connection))
    finally:
        await connection.close()
    if found.is_whole:
        told = f"{found.lines} lines, the last seal begins with {found.head[:12]}" if found.lines else "nothing in it yet"
        return [Finding("good", f"The audit is whole: {told}.")]
    place = (
        f"the first line that does not fit is of {found.broken_at}"
        if found.is_broken
        else f"{found.seals} seals, {found.lines} lines"
    )
    return [Finding("bad", f"The audit was changed behind our back: {place}.", COMPARE)]


COMPARE = "Keep the data folder as it is, and compare with a backup of the day before."

CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (versions, disk, secrets, port, schema, https, names, mail)
