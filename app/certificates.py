"""https in the gym's own network: an authority that signs for this machine only, and its certificate.

Devices trust the authority once (`/trust` hands it out); the machine's certificate is renewed by itself.
"""

import ipaddress
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE = timedelta(days=3650)
LIFE = timedelta(days=397)  # browsers refuse more
RENEW = timedelta(days=180)
# What the authority may ever vouch for: names and addresses of a private network. Whoever steals its key gains no bank.
SPACES = (
    "localhost", "local", "lan", "internal", "home.arpa", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip


def ensure(folder: Path, names: list[str], now: datetime) -> tuple[Path, Path]:
    """Certificate and key for these names; made or renewed when needed."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, signer = load_authority(folder, now)
    certificate, key = folder / "server.crt", folder / "server.key"
    names = allowed(names, authority)
    if not is_good(certificate, key, authority, names, now):
        write_server(certificate, key, authority, signer, names, now)
    return certificate, key


def load_authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, key = folder / "authority.crt", folder / "authority.key"
    if not (certificate.exists() and key.exists()):
        signer = ec.generate_private_key(ec.SECP256R1())
        made = make_authority(signer, now)
        keep(key, private(signer))
        keep(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return x509.load_pem_x509_certificate(certificate.read_bytes()), loaded


def make_authority(signer: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Spotter at {socket.gethostname()}"[:64])])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([alternative_space(space) for space in SPACES + hosts()], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )


def hosts() -> tuple[str, ...]:
    host = socket.gethostname().lower()
    return (host,) if host and host.isascii() else ()


def alternative_space(space: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(space))
    except ValueError:
        return x509.DNSName(space)


def allowed(names: list[str], authority: x509.Certificate) -> list[str]:
    """One name outside the authority's space would make devices refuse the whole certificate."""
    try:
        spaces = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return names
    return [name for name in names if any(is_within(name, space) for space in spaces)]


def is_within(name: str, space: x509.GeneralName) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return isinstance(space, x509.DNSName) and (name == space.value or name.endswith(f".{space.value}"))
    return isinstance(space, x509.IPAddress) and address in space.value  # type: ignore[operator]


def fingerprint(path: Path) -> str:
    """As devices show it, to be compared by eye."""
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()


def as_der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(serialization.Encoding.DER)


def write_server(
    path: Path, key: Path, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey, names: list[str], now: datetime
) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(authority.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(min(now + LIFE, authority.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName([alternative(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    keep(key, private(own))
    both = made.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM)
    keep(path, both, 0o644)


def is_good(path: Path, key: Path, authority: x509.Certificate, names: list[str], now: datetime) -> bool:
    """Ours, for these names, and good for half a year more."""
    if not (path.exists() and key.exists()):
        return False
    found = x509.load_pem_x509_certificate(path.read_bytes())
    try:
        found.verify_directly_issued_by(authority)
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:
        return False
    held = {str(name.value) for name in known}
    return set(names) <= held and found.not_valid_after_utc - now > RENEW


def alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def own_names() -> list[str]:
    """What devices of the house call this machine."""
    host = socket.gethostname().lower()
    names = [f"{host.partition('.')[0]}.local", host, "localhost", "127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
            names.append(str(probe.getsockname()[0]))
        except OSError:
            pass
    return list(dict.fromkeys(name for name in names if name and name.isascii()))


def private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def keep(path: Path, text: bytes, mode: int = 0o600) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(text)
    draft.replace(path)
