"""A database that lives and yet neither serves nor recovers.

PostgreSQL 18 whose recovery is killed while it starts anew after an earlier loss waits for ever for somebody who is no longer there. Its
parent can see it: who serves has a WAL writer, who recovers has a startup process, and this one has neither, although the two who help
either of them are there. (One that stops or clears away after a crash has sent those away as well.)
"""

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

AT_WORK = ("startup", "walwriter")
HELPING = ("checkpointer", "background writer")


@dataclass
class Pulse:
    """Asked often; looks seldom, and says so only when it saw the same for a while: each of them ends and begins at another moment."""

    look: float = 1.0  # seconds
    patience: float = 2.0
    looked: float = 0.0
    missed_since: float | None = None

    def is_gone(self, pid: int, now: float) -> bool:
        if now - self.looked < self.look:
            return False
        self.looked = now
        if not waits_for_nobody(pid):
            self.missed_since = None
            return False
        self.missed_since = now if self.missed_since is None else self.missed_since
        return now - self.missed_since >= self.patience


def waits_for_nobody(pid: int) -> bool:
    """By the names that PostgreSQL gives its helpers. Where nobody can look, all is well."""
    names = {name for line in children(pid) for name in (*AT_WORK, *HELPING) if line.startswith(f"postgres: {name}")}
    return names == set(HELPING)


def children(pid: int) -> list[str]:
    try:
        numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return from_a_list(pid)
    found = []
    for number in numbers:
        with suppress(OSError):
            found.append(Path(f"/proc/{number}/cmdline").read_text(errors="replace"))
    return found


def from_a_list(pid: int) -> list[str]:
    """Where the system keeps no files about it; a few milliseconds."""
    done = subprocess.run(["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True, check=False)
    lines = (line.strip().partition(" ") for line in done.stdout.splitlines())
    return [args.lstrip() for ppid, _, args in lines if ppid == str(pid)]
