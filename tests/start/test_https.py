"""`spotter up --https`, whole: a client that took the authority from /trust is let in without a warning, and no other name passes."""

import hashlib
import re
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.start.house import Gym

pytestmark = pytest.mark.real


@dataclass
class SafeGym(Gym):
    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def status(self, path: str = "/health/live", seconds: float = 3) -> int:
        """As a device before it trusts anybody."""
        context = ssl._create_unverified_context()
        try:
            with urllib.request.urlopen(self.url + path, timeout=seconds, context=context) as answer:
                return int(answer.status)
        except OSError:
            return 0


@pytest.fixture(scope="module")
def safe() -> Iterator[SafeGym]:
    with TemporaryDirectory(prefix="spotter-https-") as name:
        gym = SafeGym(Path(name) / "gym").start("--https")
        yield gym
        gym.stop()


def curl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["curl", "-sS", "--max-time", "10", *words], capture_output=True, check=False)


def test_a_device_takes_the_authority_and_is_let_in(safe: SafeGym, tmp_path: Path) -> None:
    assert curl(f"{safe.url}/trust").returncode == 60, "nobody is trusted for nothing"
    page = curl("-k", f"{safe.url}/trust").stdout.decode()
    fetched = curl("-k", f"{safe.url}/trust/authority.crt").stdout
    shown = re.search(r"([0-9A-F]{2}(?::[0-9A-F]{2}){31})", page)
    assert shown, page
    assert hashlib.sha256(fetched).hexdigest() == shown.group(1).replace(":", "").lower(), "the page shows what devices show"
    authority = tmp_path / "authority.crt"
    authority.write_text(ssl.DER_cert_to_PEM_cert(fetched))
    for name in ("localhost", "127.0.0.1"):
        answer = curl(
            "--cacert", str(authority), "-o", "/dev/null", "-w", "%{http_code}", f"https://{name}:{safe.port}/health/live"
        )
        assert (answer.returncode, answer.stdout) == (0, b"200"), answer.stderr
    other = curl(
        "--cacert", str(authority), "--resolve", f"bank.example:{safe.port}:127.0.0.1", f"https://bank.example:{safe.port}/"
    )
    assert other.returncode == 60
