"""What the children are told: the settings as environment, and where the database is."""

import hashlib
import os
import shutil
import ssl
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from app.embedded import Cluster
from app.settings import Settings
from app.supervisor.words import StartError

MEMORY = Path("/dev/shm")
METRICS = "PROMETHEUS_MULTIPROC_DIR"
UNSAID = {
    "database_url",
    "direct_database_url",
    "valkey_url",
    "secret",
    "metrics_token",
    "mail_url",
    "mail_password",
}  # secrets travel as they came


def environment(settings: Settings) -> dict[str, str]:
    """What the command line changed reaches every child; what came from the environment is there already."""
    said = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in UNSAID}
    told = {f"SPOTTER_{name.upper()}": as_text(value) for name, value in said.items() if value is not None}
    return {**os.environ, **told, **many_workers(settings)}


def as_text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def many_workers(settings: Settings) -> dict[str, str]:
    """Several workers add up their metrics in files."""
    if settings.workers == 1:
        return {}
    return {METRICS: str(metrics_folder(settings.data))}


def metrics_folder(data: Path) -> Path:
    """In memory where there is such a place: these files are mapped, and a page of them that finds the disk full kills its process."""
    name = "spotter-" + hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:16]
    for folder in (MEMORY / name, data / "run" / "metrics"):
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=folder.parent != MEMORY)
            return folder
    raise StartError(f"The folder {data / 'run'} cannot be used.")


def forget_metrics(environ: dict[str, str]) -> None:
    if METRICS in environ:
        shutil.rmtree(environ[METRICS], ignore_errors=True)


def run_folder(data: Path) -> Path:
    folder = data / "run"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be used: {(error.strerror or str(error)).lower()}.") from None
    return folder


def ready_mark(data: Path) -> Path:
    """Written by a web worker that has taken its place behind the door."""
    return data / "run" / "web.ready"


def expect_base(data: Path) -> dict[str, str]:
    """Where the database's address will stand. It holds a password: a file that only we read, never a command line."""
    path = run_folder(data) / "database.url"
    path.unlink(missing_ok=True)
    return {"DATABASE_URL_FILE": str(path)}


def name_base(data: Path, cluster: Cluster) -> None:
    path = data / "run" / "database.url"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(cluster.dsn())


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    if not settings.https or settings.certificate is None or settings.key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise StartError(f"SPOTTER_CERTIFICATE: {settings.certificate} and its key cannot be used: {error}.") from None
    return context
