"""Somebody is working on the code: notice it."""

import time
from pathlib import Path

from app.places import APP, ASSETS, TEMPLATES

KINDS = {".py", ".html", ".css", ".js", ".po", ".toml", ".json"}
PAUSE = 0.7  # seconds between looks


class Watch:
    """Looks at the files' times. Half a thousand files cost a few milliseconds, and no library."""

    def __init__(self, folders: tuple[Path, ...] = (APP, TEMPLATES, ASSETS)) -> None:
        self.folders = folders
        self.looked = time.monotonic()
        self.seen = self._look()

    def changed(self) -> bool:
        if time.monotonic() - self.looked < PAUSE:
            return False
        self.looked = time.monotonic()
        before, self.seen = self.seen, self._look()
        return before != self.seen

    def _look(self) -> dict[Path, int]:
        files = (path for folder in self.folders for path in folder.rglob("*") if path.suffix in KINDS)
        return {path: path.stat().st_mtime_ns for path in files if path.exists()}
