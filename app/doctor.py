"""What is looked at when something seems wrong. Findings are sentences; nothing secret is in them."""

import importlib.metadata
import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app import embedded
from app.mail import post
from app.settings import Settings
from app.supervisor import steps


@dataclass(frozen=True, slots=True)
class Finding:
    state: str  # good, look or bad
    what: str
    advice: str = ""


def examine(config: Settings) -> list[Finding]:
    """Every check, in the order in which one would ask."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(config)
        except Exception as error:  # a check that breaks is a finding too
            found.append(Finding("look", f"{check.__name__} could not be checked ({type(error).__name__})."))
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
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host, config.port)) == 0
    if running(config):
        state = "answers" if taken else "does not answer"
        yield Finding(
            "good" if taken else "bad", f"Spotter is running and port {config.port} {state}.", "" if taken else "Look at its log."
        )
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


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (versions, disk, secrets, port, schema, https, names, mail)
