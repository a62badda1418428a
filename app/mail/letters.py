"""A letter: what it says, as plain text and as simple HTML, and the envelope around both."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from markupsafe import Markup
from msgspec import Struct

PAPER = "margin:0;padding:24px;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif"
SHEET = "max-width:34rem;margin:0 auto;padding:24px;background:#fff;border-radius:12px"
BUTTON = (
    "display:inline-block;padding:12px 20px;background:#18181b;color:#fff;border-radius:8px;text-decoration:none;font-weight:600"
)


class Letter(Struct, frozen=True):
    """One letter to one person, already in their language (`with speaking(locale): …`)."""

    to: str
    subject: str
    lines: list[str]  # one paragraph each
    link: str = ""  # what the button opens
    label: str = ""  # what it says
    sender: str = ""  # the gym's name: who it seems to come from
    small: list[str] = []  # below the button
    locale: str = "en"


def plain(letter: Letter) -> str:
    parts = [*letter.lines, *([f"{letter.label}:\n{letter.link}"] if letter.link else []), *letter.small]
    return "\n\n".join([*parts, *([f"-- \n{letter.sender}"] if letter.sender else [])]) + "\n"


def html(letter: Letter) -> str:
    """One column, no pictures, nothing fetched from anywhere."""
    said = Markup("").join(Markup("<p>{}</p>").format(line) for line in letter.lines)
    button = Markup('<p><a href="{}" style="{}">{}</a></p>').format(letter.link, BUTTON, letter.label) if letter.link else ""
    small = Markup("").join(Markup('<p style="font-size:14px;color:#52525b">{}</p>').format(line) for line in letter.small)
    return Markup(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>{}</title><body style="{}"><div style="{}">{}{}{}<p style="color:#52525b">{}</p></div></body></html>\n'
    ).format(letter.locale, letter.subject, PAPER, SHEET, said, button, small, letter.sender)


def envelope(letter: Letter, mail_from: str, *, id: UUID, now: datetime) -> EmailMessage:
    """Its id is the job's: whoever gets it twice can see that it is one letter."""
    name, address = parseaddr(mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((one_line(letter.sender) or name, address))
    message["To"] = letter.to
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.locale
    message.set_content(plain(letter))
    message.add_alternative(html(letter), subtype="html")
    return message


def one_line(text: str) -> str:
    """No name of a gym or a person starts a header of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:200]
