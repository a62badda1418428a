"""What one worker of a run has tried, the others need not try again."""

from pathlib import Path


class Known(set[str]):
    """Names of which this worker knows by itself, and those that the others have written into the run's folder."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.folder: Path | None = None

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (self.folder is not None and self.mark(name).exists())

    def add(self, name: str) -> None:
        super().add(name)
        if self.folder is not None:
            self.mark(name).touch()

    def discard(self, name: str) -> None:
        super().discard(name)
        if self.folder is not None:
            self.mark(name).unlink(missing_ok=True)

    def mark(self, name: object) -> Path:
        assert self.folder is not None
        return self.folder / f"{self.kind}-{name}"
