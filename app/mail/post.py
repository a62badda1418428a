"""To the mail server, and what can be said about it. Blocking work, so it runs in a thread."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from app.settings import Settings

PATIENCE = 20.0  # seconds for each answer of the mail server


class RefusedError(Exception):
    """The mail server says that trying again will not help."""


@dataclass(frozen=True, slots=True)
class Server:
    """What SPOTTER_MAIL_URL says."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    tls: str  # "whole", "start" or "no"


def server(config: Settings) -> Server:
    parts = urlsplit(config.mail_url or "")
    host = parts.hostname or ""
    wanted = parse_qs(parts.query).get("tls", [""])[0]
    tls = "whole" if parts.scheme == "smtps" else "no" if wanted == "no" or is_here(host) else "start"
    password = unquote(parts.password or "") or config.mail_password or ""
    return Server(
        parts.scheme, host, parts.port or {"whole": 465, "start": 587}.get(tls, 25), unquote(parts.username or ""), password, tls
    )


def is_here(host: str) -> bool:
    """On this very machine nobody listens in between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def deliver(config: Settings, message: EmailMessage) -> None:
    place = urlsplit(config.mail_url or "")
    if place.scheme == "file":
        await asyncio.to_thread(put_down, Path(place.path), message)
    else:
        await asyncio.to_thread(hand_over, config, message)


def put_down(folder: Path, message: EmailMessage) -> None:
    """Instead of posting: for trying it out. One file per letter, so the same letter twice is one file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = message["Message-ID"].strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def hand_over(config: Settings, message: EmailMessage) -> None:
    try:
        with conversation(config) as smtp:
            smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = {code for code, _words in refused.recipients.values()}
        if min(codes, default=0) >= 500:
            raise RefusedError(f"the mail server refuses the address ({min(codes)})") from None
        raise
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code >= 500:
            raise RefusedError(f"{told(refused)} ({refused.smtp_code})") from None
        raise
    except smtplib.SMTPNotSupportedError as lacking:
        raise RefusedError(told(lacking)) from None


@contextmanager
def conversation(config: Settings, patience: float = PATIENCE) -> Iterator[smtplib.SMTP]:
    """Connected, encrypted, signed in. A password never crosses the wire in the clear."""
    place, name = server(config), parseaddr(config.mail_from)[1].rpartition("@")[2]
    if place.tls == "whole":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            place.host, place.port, name, timeout=patience, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(place.host, place.port, name, patience)
    with smtp:
        smtp.ehlo()
        if place.tls == "start":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if place.user:
            smtp.login(place.user, place.password)
        yield smtp


def told(error: BaseException) -> str:
    """What is wrong, without a word of what was sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server refuses the user name or password"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "the mail server refuses the sender's address"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server does not offer encryption or sign-in"
    if isinstance(error, ssl.SSLError):
        return "the mail server's certificate does not fit"
    if isinstance(error, smtplib.SMTPResponseException):
        return "the mail server refuses the letter"
    return "the mail server does not answer"


def fault(config: Settings) -> str:
    """Empty when the mail server lets us in. Nothing is sent."""
    place = urlsplit(config.mail_url or "")
    if place.scheme == "file":
        return ""
    try:
        with conversation(config, patience=5.0) as smtp:
            smtp.noop()
    except (OSError, smtplib.SMTPException) as error:
        return told(error)
    return ""


def name_of(config: Settings) -> str:
    """For people who look after the gym: where letters go, without the password."""
    place = urlsplit(config.mail_url or "")
    return f"files in {place.path}" if place.scheme == "file" else f"{place.hostname}"
