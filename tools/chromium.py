"""A Chromium for the browser tests: the machine's own, Playwright's, or the distribution's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

# The shell is the same engine without a browser window around each page: tests take half the time.
SHELL = "/usr/bin/chromium-headless-shell"
OWN = (SHELL, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def own() -> str | None:
    return next((path for path in OWN if Path(path).exists()), None)


def playwrights() -> bool:
    try:
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path).exists()
    except Error:
        return False


def install() -> None:
    """Playwright brings one that fits; where it cannot download, the distribution has one."""
    print("  Fetching Chromium for the browser tests (once)", file=sys.stderr)
    as_root = os.geteuid() == 0
    wanted = ["--with-deps"] if as_root else []
    if subprocess.run([sys.executable, "-m", "playwright", "install", *wanted, "chromium"], check=False).returncode == 0:
        return
    if as_root and shutil.which("apt-get"):
        from_apt("chromium")


def from_apt(package: str) -> None:
    """Whether it worked is seen by what is there afterwards."""
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False)


if __name__ == "__main__":
    if not playwrights() and not Path(SHELL).exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        from_apt(Path(SHELL).name)
    if not own() and not playwrights():
        install()
    if not own() and not playwrights():
        sys.exit("The browser tests need Chromium: install the package `chromium`, or run `playwright install chromium`.")
