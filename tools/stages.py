"""Every test, stage after stage, and at the end what each of them said.

    python -m tools.stages            all of them
    python -m tools.stages fast real  only these

A red stage does not keep the next from running; any red one makes the end red. Stages of real processes and real time try what
failed once more, alone: a test that needed it is named at the end, so that nobody mistakes it for green.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

OTHERS = [f"--ignore=tests/{folder}" for folder in ("browser", "stack", "storm")]
SUMMARY = re.compile(r"^=*\s?((?:\d+ \w+(?:, )?)+) in [\d.]+s")
MEMORY, ROOM = Path("/dev/shm"), 3 * 2**30
# Who is not root may mount in a room of their own.
ROOM_TO_MOUNT = ["unshare", "--map-current-user", "--keep-caps", "--mount"]
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)")


@dataclass(frozen=True)
class Stage:
    name: str
    words: list[str]
    at_once: list[str] = field(default_factory=list)  # workers (three where they wait for Postgres), and how tests are dealt out
    tries: int = 2
    environment: dict[str, str] = field(default_factory=dict)
    in_memory: bool = True  # its folders; not where the disk is part of what is tried
    mounts: bool = False  # a disk of its own, to be full


STAGES = (
    Stage("fast", ["-m", "not real", *OTHERS], ["-n", "3", "--dist", "worksteal"], tries=1, environment={"STRANGERS": "first"}),
    Stage("real", ["-m", "real", *OTHERS], ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]),
    Stage("browser", ["tests/browser"], ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]),
    Stage(
        "stack",
        ["tests/stack", "tests/storm"],
        ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"],
        in_memory=False,
        mounts=True,
    ),
)


@dataclass
class Outcome:
    stage: Stage
    seconds: float = 0.0
    said: str = "did not finish"
    failed: list[str] = field(default_factory=list)
    shaky: list[str] = field(default_factory=list)  # failed, then passed alone
    is_green: bool = False

    def line(self) -> str:
        mark = "ok " if self.is_green and not self.shaky else "2nd" if self.is_green else "RED"
        return f"{mark}  {self.stage.name:8} {self.seconds:5.0f} s  {self.said}"


def run(stage: Stage) -> Outcome:
    print(f"\n== {stage.name.capitalize()}", flush=True)
    began, outcome = time.monotonic(), Outcome(stage)
    environment, room = stage.environment | os.environ, room_to_mount() if stage.mounts else []
    with folder_in_memory(stage.in_memory) as folder:
        more, there = ([f"--basetemp={folder}/t"], {"TMPDIR": folder}) if folder else ([], {})
        code, outcome.said, outcome.failed = pytest([*stage.at_once, *more, *stage.words], environment | there, room)
    outcome.is_green = code == 0
    if code == 1 and outcome.failed and stage.tries > 1:
        print("\n== Again, alone: what failed", flush=True)
        code, _said, still = pytest(["--last-failed", "--last-failed-no-failures", "none", *stage.words], environment, room)
        outcome.is_green = code == 0
        outcome.shaky = [test for test in outcome.failed if test not in still]
        outcome.failed = still
    outcome.seconds = time.monotonic() - began
    return outcome


@contextmanager
def folder_in_memory(is_wanted: bool) -> Iterator[str]:
    """Where there is room: a test's files are written to be thrown away, and a disk takes longer over each than most tests.
    Named after this process, so that the next run sweeps away what a killed one left (tests/postgres.py)."""
    try:
        has_room = is_wanted and shutil.disk_usage(MEMORY).free >= ROOM
        folder = tempfile.mkdtemp(prefix=f"spt-{os.getpid()}-", dir=MEMORY) if has_room else ""
        if folder:
            os.chmod(folder, 0o1777)  # as the one whose place it takes: the database's own user goes through it
    except OSError:
        folder = ""
    try:
        yield folder
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def room_to_mount() -> list[str]:
    """Before the command of a stage that mounts; nothing for root, or where the system has no such rooms."""
    if os.geteuid() == 0 or not shutil.which(ROOM_TO_MOUNT[0]):
        return []
    tried = subprocess.run([*ROOM_TO_MOUNT, "true"], capture_output=True, check=False)
    return [] if tried.returncode else ROOM_TO_MOUNT


def pytest(words: list[str], environment: dict[str, str], room: Sequence[str] = ()) -> tuple[int, str, list[str]]:
    """How it ended, its last line, and the tests that failed."""
    said, failed = "did not finish", dict[str, None]()
    command = [*room, sys.executable, "-m", "pytest", "-q", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if found := SUMMARY.match(line):
                said = found.group(1)
            if found := FAILED.match(line):
                failed[found.group(1)] = None
    return process.returncode, said, list(failed)


def main(names: list[str]) -> int:
    began = time.monotonic()
    outcomes = [run(stage) for stage in STAGES if not names or stage.name in names]
    print(f"\n== In all {time.monotonic() - began:.0f} s")
    for outcome in outcomes:
        print(outcome.line())
        for test in outcome.failed:
            print(f"       failed: {test}")
        for test in outcome.shaky:
            print(f"       failed, then passed alone: {test}")
    return 0 if outcomes and all(outcome.is_green for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
