"""A database that lives and yet neither serves nor recovers.

PostgreSQL 18 whose recovery is killed while it starts anew after an earlier loss waits for ever for somebody who is no longer there. Its
parent can see it: who serves has a WAL writer, who recovers has a startup process, and this one has neither.
"""

import subprocess
from dataclasses import dataclass

SIGNS = ("postgres: startup", "postgres: walwriter")


@dataclass
class Pulse:
    """Asked often; looks seldom, and says so only when it saw the same for a while: helpers that do not stop after a crash are given five
    seconds by PostgreSQL itself, and until then there is neither of the two."""

    look: float = 3.0  # seconds
    patience: float = 7.0
    looked: float = 0.0
    missed_since: float | None = None

    def is_gone(self, pid: int, now: float) -> bool:
        if now - self.looked < self.look:
            return False
        self.looked = now
        if serves_or_recovers(pid):
            self.missed_since = None
            return False
        self.missed_since = now if self.missed_since is None else self.missed_since
        return now - self.missed_since >= self.patience


def serves_or_recovers(pid: int) -> bool:
    """By the names that PostgreSQL gives its helpers. Where nobody can look, all is well."""
    done = subprocess.run(["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True, check=False)
    lines = (line.strip().partition(" ") for line in done.stdout.splitlines())
    return done.returncode != 0 or any(ppid == str(pid) and args.lstrip().startswith(SIGNS) for ppid, _, args in lines)
