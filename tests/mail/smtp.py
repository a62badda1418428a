"""A mail server of thirty lines: takes letters, refuses what it is told to refuse, speaks STARTTLS when it has a certificate."""

import asyncio
import base64
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any


@dataclass
class Office:
    letters: list[EmailMessage] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # verb → what is said instead of yes
    tls: ssl.SSLContext | None = None
    port: int = 0
    busy: set[asyncio.Task[Any]] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.add(asyncio.current_task())  # type: ignore[arg-type]
        try:
            await self.converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say = lambda line: writer.write(line.encode() + b"\r\n")  # noqa: E731
        say("220 post.test")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            if verb in self.answers:
                say(self.answers[verb])
            elif verb == "EHLO":
                offer = ["STARTTLS"] if self.tls and not writer.get_extra_info("ssl_object") else ["AUTH PLAIN"]
                for more in ["post.test", "8BITMIME", "SMTPUTF8"]:
                    say(f"250-{more}")
                say(f"250 {offer[0]}")
            elif verb == "STARTTLS":
                say("220 go on")
                await writer.start_tls(self.tls)  # type: ignore[arg-type]
            elif verb == "AUTH":
                self.signed_in.append(base64.b64decode(line.split()[2]).decode().replace("\0", " ").strip())
                say("235 welcome")
            elif verb == "DATA":
                say("354 go on")
                raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                self.letters.append(email.message_from_bytes(raw, policy=email.policy.default))  # type: ignore[arg-type]
                say("250 taken")
            else:
                say("221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                return


@asynccontextmanager
async def office(**more: Any) -> AsyncIterator[Office]:
    found = Office(**more)
    server = await asyncio.start_server(found.talk, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    for task in found.busy:
        task.cancel()
    await asyncio.gather(*found.busy, return_exceptions=True)
