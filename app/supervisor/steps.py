"""What happens between the database and the web: the schema, and the demo club of a new folder."""

import re
import subprocess
import sys

from app.embedded import Cluster
from app.places import MIGRATIONS
from app.supervisor.bell import Bell
from app.supervisor.words import Say, StartError

REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
PARENT = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def upgrade(environ: dict[str, str], cluster: Cluster | None, bell: Bell, say: Say) -> None:
    """Nothing to do costs nothing: the versions are compared without loading what migrates."""
    known, head = revisions()
    now = revision_of(cluster) if cluster else None
    if now == head:
        return
    if now is not None and now not in known:
        raise StartError(
            f"The data was written by a newer Spotter (schema {now}, this one knows {head}): start that one instead."
        )
    say("Preparing the tables")
    if command(environ, bell, "db", "upgrade"):
        raise StartError("The update of the tables did not finish; the data is as it was before. The lines above say why.")


def revisions() -> tuple[set[str], str]:
    texts = [path.read_text() for path in MIGRATIONS.joinpath("versions").glob("*.py")]
    known = {found.group(1) for text in texts if (found := REVISION.search(text))}
    parents = {found.group(1) for text in texts if (found := PARENT.search(text))}
    return known, max(known - parents, default="")


def revision_of(cluster: Cluster) -> str | None:
    done = cluster.psql("select version_num from alembic_version", "spotter", check=False)
    return done.stdout.strip() or None


def fill_demo(environ: dict[str, str], cluster: Cluster | None, bell: Bell) -> None:
    """Only a house without any club gets the demo club."""
    if cluster is not None and not is_unused(cluster):
        return
    if command(environ, bell, "demo"):
        raise StartError("The demo club could not be made; the lines above say why.")


def is_unused(cluster: Cluster) -> bool:
    """Nobody has set up a club yet."""
    return cluster.psql("select count(*) from club", "spotter").stdout.strip() == "0"


def command(environ: dict[str, str], bell: Bell, *words: str) -> int:
    """One of our own commands, given up when somebody asks to stop."""
    process = subprocess.Popen([sys.executable, "-m", "app.cli", *words], env=environ, stdin=subprocess.DEVNULL)
    while process.poll() is None:
        bell.wait(0.2)
        if bell.stopping:
            process.terminate()
            process.wait()
            return 0
    return process.returncode
