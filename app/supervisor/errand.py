"""A restore that somebody asked for on the page: a child does it, and when the databases have changed places all start again."""

import json
import subprocess
from pathlib import Path

from app.supervisor.child import python

ASKED, TOLD = "restore.asked", "restore.json"  # as app/backups/errand.py writes them


class Errand:
    def __init__(self, data: Path, environ: dict[str, str]) -> None:
        self.asked, self.told, self.environ = data / "run" / ASKED, data / "run" / TOLD, environ
        self.process: subprocess.Popen[bytes] | None = None
        self.has_recovered = False

    def tend(self) -> bool:
        """True once, when everybody must look again."""
        if self.process is not None:
            return self._ended()
        if not self.has_recovered:
            self.has_recovered = True
            if self._was_cut_short():
                self.process = python("app.backups.errand", "--recover", environ=self.environ)
        elif self.asked.exists():
            self.process = python("app.backups.errand", environ=self.environ)
        return False

    def _ended(self) -> bool:
        assert self.process is not None
        if self.process.poll() is None:
            return False
        was_recovery = "--recover" in self.process.args  # type: ignore[operator]
        code, self.process = self.process.returncode, None
        if code not in {0, 3}:  # it died: what became of it is found out before the next one
            self.has_recovered = False
        return code == 0 and not was_recovery

    def _was_cut_short(self) -> bool:
        try:
            return json.loads(self.told.read_text())["state"] in {"waiting", "running"}
        except (FileNotFoundError, ValueError, KeyError):
            return self.asked.exists()

    def stop(self) -> None:
        """A restore in the middle has changed nothing yet; the next start says so."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
