"""https in the house: devices that trust the authority once trust the machine, also after a renewal."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import certificates

NOW = datetime.now(UTC)
NAMES = ["gym.local", "localhost", "127.0.0.1"]


def shakes_hands(folder: Path, name: str) -> bool:
    """TLS in memory: a client that trusts only our authority, by the name it typed."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(folder / "authority.crt"))
    server.load_cert_chain(folder / "server.crt", folder / "server.key")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(to_client, to_server, server_hostname=name), server.wrap_bio(to_server, to_client, server_side=True)]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError:
                return False
    return ends[0].version() is not None


def test_a_device_that_trusts_the_gym_connects_by_name_and_by_address(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, NAMES, NOW)
    assert [shakes_hands(tmp_path, name) for name in NAMES] == [True, True, True]
    assert not shakes_hands(tmp_path, "bank.example")


def test_the_next_start_keeps_the_certificate_and_half_a_year_later_renews_it(tmp_path: Path) -> None:
    path, _ = certificates.ensure(tmp_path, NAMES, NOW)
    authority, first = (tmp_path / "authority.crt").read_bytes(), path.read_bytes()
    certificates.ensure(tmp_path, NAMES, NOW + timedelta(days=30))
    assert path.read_bytes() == first
    certificates.ensure(tmp_path, NAMES, NOW + timedelta(days=220))
    assert path.read_bytes() != first
    assert (tmp_path / "authority.crt").read_bytes() == authority


def test_a_new_name_gets_a_new_certificate(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, NAMES, NOW)
    certificates.ensure(tmp_path, [*NAMES, "10.0.0.7"], NOW)
    assert shakes_hands(tmp_path, "10.0.0.7")


def test_keys_are_private(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, NAMES, NOW)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("authority.key", "server.key")} == {0o600}


def test_the_authority_can_vouch_for_nothing_outside_a_private_network(tmp_path: Path) -> None:
    """Whoever steals its key and signs for a bank with it convinces no device."""
    certificates.ensure(tmp_path, NAMES, NOW)
    authority, signer = certificates.load_authority(tmp_path, NOW)
    certificates.write_server(tmp_path / "server.crt", tmp_path / "server.key", authority, signer, ["bank.example"], NOW)
    assert not shakes_hands(tmp_path, "bank.example")
    certificates.write_server(tmp_path / "server.crt", tmp_path / "server.key", authority, signer, ["8.8.8.8"], NOW)
    assert not shakes_hands(tmp_path, "8.8.8.8")


def test_a_name_that_the_authority_may_not_sign_is_left_out(tmp_path: Path) -> None:
    certificates.ensure(tmp_path, [*NAMES, "192.168.1.20", "front-desk.lan", "gym.example"], NOW)
    seen = [shakes_hands(tmp_path, name) for name in ("gym.local", "192.168.1.20", "front-desk.lan", "gym.example")]
    assert seen == [True, True, True, False]
