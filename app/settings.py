"""Settings: read once from the environment and `.env`, checked, then never changed.

Secrets may also come from a file: `SPOTTER_SECRET_FILE=/run/secrets/spotter` instead of `SPOTTER_SECRET=…`.
"""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

LEVELS = ("debug", "info", "warning", "error")
FROM_FILE = (
    "SPOTTER_SECRET",
    "SPOTTER_METRICS_TOKEN",
    "SPOTTER_MAIL_URL",
    "SPOTTER_MAIL_PASSWORD",
    "DATABASE_URL",
    "DIRECT_DATABASE_URL",
    "VALKEY_URL",
)
KNOWN = (
    "DATA", "HOST", "PORT", "SOCKET", "WORKERS", "DEMO", "DEV", "HTTPS", "CERTIFICATE", "KEY", "ORIGIN", "HUB", "SECRET",
    "OLD_POOLER", "POOL_SIZE", "LOG_LEVEL", "LOG_JSON", "SLOW_MS", "TRUSTED_PROXY", "METRICS_TOKEN",
    "MAIL_URL", "MAIL_PASSWORD", "MAIL_FROM", "BACKUP_PLACE",
)  # fmt: skip
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


class SettingsError(Exception):
    """One sentence that names the setting."""


@dataclass(frozen=True, slots=True)
class Settings:
    data: Path = Path("data")  # where the database, the photos and the keys live
    host: str = "127.0.0.1"
    port: int = 8000
    socket: Path | None = None  # listen on this Unix socket instead of host and port
    workers: int = 1
    demo: bool = False  # a demo club with people who sign in by a button
    dev: bool = False  # reload, component page, errors in the browser
    https: bool = False
    certificate: Path | None = None  # PEM files, when we speak https ourselves
    key: Path | None = None
    origin: str | None = None  # how browsers reach us: https://gym.example
    hub: bool = True  # one box with its own database, or many behind a pooler
    database_url: str | None = None  # None: the embedded database in the data folder
    direct_database_url: str | None = None  # past the pooler: LISTEN, session locks, migrations
    valkey_url: str | None = None
    old_pooler: bool = False  # PgBouncer before 1.21: no prepared statements, reads in transactions
    pool_size: int = 6
    secret: bytes = field(default=b"", repr=False)
    log_level: str = "info"
    log_json: bool = False
    slow_ms: int = 200  # statements slower than this are logged
    trusted_proxy: bool = False  # believe the last X-Forwarded-For
    metrics_token: str | None = field(default=None, repr=False)
    mail_url: str | None = field(default=None, repr=False)  # smtp://user:password@host:587
    mail_password: str | None = field(default=None, repr=False)  # when it is not in the address
    mail_from: str = "Spotter <spotter@localhost>"
    backup_place: str | None = None  # a second home for backups: a folder, or s3://bucket/prefix

    @property
    def direct(self) -> str | None:
        return self.direct_database_url or self.database_url

    @property
    def address(self) -> str:
        """What a person types into a browser."""
        if self.origin:
            return self.origin
        host = "localhost" if self.host in {"0.0.0.0", "::", "127.0.0.1", "::1"} else self.host
        return f"{'https' if self.https else 'http'}://{host}:{self.port}"


def load(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """The environment wins over `.env`. Raises `SettingsError` on nonsense."""
    given = {**read_env(env_file), **(os.environ if environ is None else environ)}
    given = {name: value for name, value in given.items() if is_ours(name)}
    refuse_unknown(given)
    given |= {name: read_secret_file(name, given[f"{name}_FILE"]) for name in FROM_FILE if f"{name}_FILE" in given}
    values = Values(given)
    data = Path(values.text("SPOTTER_DATA", "data")).expanduser().absolute()
    database_url = values.url("DATABASE_URL", ("postgresql", "postgres"))
    hub = values.flag("SPOTTER_HUB", database_url is None)
    settings = Settings(
        data=data,
        host=values.text("SPOTTER_HOST", "127.0.0.1"),
        port=values.number("SPOTTER_PORT", 8000, 1, 65535),
        socket=values.path("SPOTTER_SOCKET"),
        workers=values.number("SPOTTER_WORKERS", 1, 1, 64),
        demo=values.flag("SPOTTER_DEMO", False),
        dev=values.flag("SPOTTER_DEV", False),
        https=values.flag("SPOTTER_HTTPS", False),
        certificate=values.path("SPOTTER_CERTIFICATE"),
        key=values.path("SPOTTER_KEY"),
        origin=values.origin("SPOTTER_ORIGIN"),
        hub=hub,
        database_url=database_url,
        direct_database_url=values.url("DIRECT_DATABASE_URL", ("postgresql", "postgres")),
        valkey_url=values.url("VALKEY_URL", ("valkey", "valkeys", "redis", "rediss", "unix")),
        old_pooler=values.flag("SPOTTER_OLD_POOLER", False),
        pool_size=values.number("SPOTTER_POOL_SIZE", 6, 1, 100),
        secret=values.secret(data if hub else None),
        log_level=values.choice("SPOTTER_LOG_LEVEL", "info", LEVELS),
        log_json=values.flag("SPOTTER_LOG_JSON", False),
        slow_ms=values.number("SPOTTER_SLOW_MS", 200, 0, 600_000),
        trusted_proxy=values.flag("SPOTTER_TRUSTED_PROXY", False),
        metrics_token=values.get("SPOTTER_METRICS_TOKEN"),
        mail_url=values.mail("SPOTTER_MAIL_URL"),
        mail_password=values.get("SPOTTER_MAIL_PASSWORD"),
        mail_from=values.sender("SPOTTER_MAIL_FROM", "Spotter <spotter@localhost>"),
        backup_place=values.get("SPOTTER_BACKUP_PLACE"),
    )
    refuse_contradictions(settings)
    return settings


class Values:
    """One reader per kind of value; each refusal names the setting and shows what was there."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given

    def get(self, name: str) -> str | None:
        return self.given.get(name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.get(name) or default

    def path(self, name: str) -> Path | None:
        value = self.get(name)
        return Path(value).expanduser().absolute() if value else None

    def flag(self, name: str, default: bool) -> bool:
        value = self.given.get(name)
        if value is None:
            return default
        if value.strip().lower() not in YES | NO:
            raise SettingsError(f"{name} must be yes or no, not {value!r}.")
        return value.strip().lower() in YES

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.get(name) or str(default)
        if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
            raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = (self.get(name) or default).lower()
        if value not in choices:
            raise SettingsError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        value = self.get(name)
        if value and value.partition("://")[0] not in schemes:
            raise SettingsError(f"{name} must start with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
        return value

    def mail(self, name: str) -> str | None:
        value = self.url(name, ("smtp", "smtps", "file"))
        parts = urlsplit(value or "")
        try:
            fine = bool(parts.path if parts.scheme == "file" else parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            fine = False
        if value and not fine:
            raise SettingsError(f"{name} must look like smtp://user@mail.example:587 or file:///folder.")
        return value

    def sender(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if "@" not in parseaddr(value)[1] or not value.isprintable():
            raise SettingsError(f"{name} must look like Our gym <desk@gym.example>, not {value!r}.")
        return value

    def origin(self, name: str) -> str | None:
        value = (self.get(name) or "").rstrip("/")
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query or "@" in parts.netloc:
            raise SettingsError(f"{name} must look like https://gym.example, not {value!r}.")
        return value

    def secret(self, folder: Path | None) -> bytes:
        """Given, or made once for a hub and kept beside its database."""
        given = self.get("SPOTTER_SECRET")
        if given is None and folder is None:
            raise SettingsError("SPOTTER_SECRET is needed beside DATABASE_URL: all servers share the same 32 characters or more.")
        if given is not None and len(given) < 32:
            raise SettingsError("SPOTTER_SECRET must have 32 characters or more.")
        return given.encode() if given is not None else kept_secret(folder or Path())


def is_ours(name: str) -> bool:
    return name.startswith("SPOTTER_") or name.removesuffix("_FILE") in FROM_FILE


def refuse_unknown(given: Mapping[str, str]) -> None:
    """A typing mistake in a setting's name must not pass silently."""
    known = {f"SPOTTER_{name}" for name in KNOWN} | set(FROM_FILE) | {f"{name}_FILE" for name in FROM_FILE}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of Spotter.")


def refuse_contradictions(settings: Settings) -> None:
    if settings.dev and settings.workers > 1:
        raise SettingsError("SPOTTER_WORKERS must be 1 with SPOTTER_DEV.")
    if settings.direct_database_url and not settings.database_url:
        raise SettingsError("DIRECT_DATABASE_URL needs DATABASE_URL beside it.")
    if (settings.certificate is None) != (settings.key is None):
        raise SettingsError("SPOTTER_CERTIFICATE and SPOTTER_KEY go together.")
    if settings.origin and settings.https and settings.origin.startswith("http://"):
        raise SettingsError("SPOTTER_ORIGIN must start with https:// when SPOTTER_HTTPS is on.")


def read_env(path: Path) -> dict[str, str]:
    """`NAME=value` lines, `#` comments, optional quotes and `export`."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from None
    lines = [line.strip().removeprefix("export ") for line in lines if "=" in line and not line.lstrip().startswith("#")]
    pairs = [line.partition("=") for line in lines]
    return {name.strip(): unquoted(value.strip()) for name, _, value in pairs}


def unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def read_secret_file(name: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE cannot be read: {error}.") from None


def kept_secret(folder: Path) -> bytes:
    """The key of this data folder. Written beside and then linked, so that two starts at once agree on one."""
    path = folder / "secret.key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f".secret.{os.getpid()}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"SPOTTER_DATA: the folder {folder} cannot be used: {error.strerror or error}.") from None
    if len(secret) < 32:
        raise SettingsError(f"SPOTTER_DATA: {path} is damaged: it must hold 32 characters or more.")
    return secret
