"""Real PgBouncer, Valkey and Caddy for the tests, without Docker and without root.

On Debian and Ubuntu their packages are fetched once into `.cache/services` and run from there with their own libraries:
nothing is installed on the machine. Debian 12 is too old for both, so there they are Debian 13's. On other systems
(macOS: `brew install pgbouncer valkey caddy`) they come from the PATH.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1] / ".cache" / "services"
FILES, APT = ROOT / "root", ROOT / "apt"
PACKAGES = ("valkey-server", "pgbouncer", "caddy")
OLDEST = {"pgbouncer": (1, 21), "valkey-server": (7, 2), "caddy": (2, 6)}
ASK = {"pgbouncer": "--version", "valkey-server": "--version", "caddy": "version"}
UNWANTED = ("perl", "debconf", "passwd", "adduser", "postgresql-common", "procps", "init-system")
NEWER = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} trixie main\n"


class MissingError(Exception):
    """What is not there, and how it gets there."""


def command(name: str) -> list[str]:
    """How to run it: from the PATH when new enough, else from `.cache/services`."""
    found = on_path(name) or fetched(name)
    if not found:
        raise MissingError(f"{name} is missing: run `make stack`, or install {name} {'.'.join(map(str, OLDEST[name]))} or newer.")
    return found


def on_path(name: str) -> list[str] | None:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return [path] if path and version([path], name) >= OLDEST[name] else None


def fetched(name: str) -> list[str] | None:
    """Started by the loader that came with it, so that the machine's own C library does not matter."""
    program = next((path for path in (FILES / "usr/sbin" / name, FILES / "usr/bin" / name) if path.exists()), None)
    loader = next(FILES.glob("usr/lib*/ld-linux-*.so.*"), None)
    if program is None or loader is None:
        return None
    libraries = next(FILES.glob("usr/lib/*-linux-gnu*"))
    return [str(loader), "--library-path", str(libraries), str(program)]


def version(start: list[str], name: str) -> tuple[int, ...]:
    done = subprocess.run([*start, ASK[name]], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)\.(\d+)", done.stdout + done.stderr)
    return tuple(map(int, found.groups())) if found else (0,)


def fetch() -> None:
    if not shutil.which("apt-get"):
        raise MissingError("PgBouncer, Valkey and Caddy are missing: install them (macOS: brew install pgbouncer valkey caddy).")
    print("  Fetching PgBouncer, Valkey and Caddy into .cache/services (once)", file=sys.stderr)
    shutil.rmtree(ROOT, ignore_errors=True)
    for folder in ("etc/preferences.d", "etc/apt.conf.d", "state/lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True)
    (APT / "status").touch()
    apt("update", "-qq")
    apt("install", "-y", "-qq", "--download-only", "--no-install-recommends", *PACKAGES)
    for package in (APT / "cache/archives").glob("*.deb"):
        if not any(word in package.name for word in UNWANTED):
            subprocess.run(["dpkg-deb", "-x", package, FILES], check=True)
    shutil.rmtree(APT)


def apt(*words: str) -> None:
    """apt-get in folders of our own, knowing of no installed package: it downloads all that is needed and installs nothing."""
    own = {
        "Dir::State": APT / "state",
        "Dir::State::status": APT / "status",
        "Dir::Cache": APT / "cache",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
    }
    if mirror := of_debian_12():
        (APT / "etc/sources.list").write_text(NEWER.format(mirror=mirror))
        own |= {"Dir::Etc": APT / "etc", "Dir::Etc::sourcelist": APT / "etc/sources.list", "Dir::Etc::sourceparts": "/dev/null"}
    options = [part for name, value in own.items() for part in ("-o", f"{name}={value}")]
    done = subprocess.run(["apt-get", *options, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(f"apt-get {words[0]} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def of_debian_12() -> str | None:
    """The mirror that this Debian 12 uses; None on anything newer, whose own packages will do."""
    release = Path("/etc/os-release").read_text()
    if 'VERSION_ID="12"' not in release or "ID=debian" not in release:
        return None
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    texts = "\n".join(path.read_text() for path in files if path.is_file())
    found = re.search(r"https?://\S+/debian/?(?=\s)", texts)
    return found.group(0) if found else "http://deb.debian.org/debian"


def main() -> None:
    try:
        if any(on_path(name) is None and fetched(name) is None for name in PACKAGES):
            fetch()
        for name in PACKAGES:
            command(name)
    except MissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
