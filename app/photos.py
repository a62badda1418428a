"""Photos people upload: looked at, refused with a code, or developed into WebP pictures of the sizes asked for."""

import asyncio
import contextlib
import io
import json
import re
import struct
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 8 * 1024 * 1024
PATIENCE = 10.0  # the child may use five seconds of processor; a busy machine may need longer to give them
DARKROOM = Path(__file__).with_name("darkroom.py")
SIDES = (200, 640, 1600)

PROGRAMS = re.compile(rb"<script|<!doctype|<html|<\?php|<svg|<iframe|%pdf-", re.IGNORECASE)
HEIC = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_room = asyncio.Semaphore(2)  # two at a time: the desk goes on working while phones upload


@dataclass(frozen=True, slots=True)
class Photo:
    width: int
    height: int
    files: tuple[bytes, ...]  # WebP, in the order of the sides asked for, smallest first as a rule


@dataclass(frozen=True, slots=True)
class Refused:
    """`empty`, `too_big`, `svg`, `not_a_photo`, `polyglot`, `too_many_pixels`, `broken`, `too_slow`."""

    code: str


async def develop(data: bytes, sides: tuple[int, ...] = SIDES) -> Photo | Refused:
    """Never call it inside a transaction: it waits for another process."""
    refusal = at_a_glance(data)
    if refusal is not None:
        return refusal
    async with _room:
        return await in_the_darkroom(data, sides)


def at_a_glance(data: bytes) -> Refused | None:
    """What the first and last bytes say. The name and the type that the browser claims are never asked."""
    if not data:
        return Refused("empty")
    if len(data) > MAX_BYTES:
        return Refused("too_big")
    kind = sniff(data)
    if kind not in {"jpeg", "png", "webp", "avif", "heic"}:
        return Refused(kind)
    return Refused("polyglot") if is_two_things(data) else None


def sniff(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "avif" if data[8:12] in (b"avif", b"avis") else "heic" if data[8:12] in HEIC else "not_a_photo"
    return "svg" if b"<svg" in data[:4096].lower() else "not_a_photo"


def is_two_things(data: bytes) -> bool:
    """A picture that is an archive, a page or a program as well. A phone's moving photo (JPEG and MP4) is fine."""
    return PROGRAMS.search(data) is not None or zipfile.is_zipfile(io.BytesIO(data[-70_000:]))


async def in_the_darkroom(data: bytes, sides: tuple[int, ...]) -> Photo | Refused:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(DARKROOM), *map(str, sides),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(child.communicate(data), PATIENCE)
    except TimeoutError:
        return Refused("too_slow")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return read_answer(out, child.returncode or 0)


def read_answer(out: bytes, returncode: int) -> Photo | Refused:
    """A child that the kernel stopped says nothing: out of time (SIGXCPU, SIGKILL) or out of memory."""
    if len(out) < 4:
        return Refused("too_slow" if returncode < 0 else "too_many_pixels")
    (length,) = struct.unpack(">I", out[:4])
    head = json.loads(out[4 : 4 + length])
    if head["code"]:
        return Refused(head["code"])
    files, at = [], 4 + length
    for size in head["files"]:
        files.append(out[at : at + size])
        at += size
    return Photo(head["width"], head["height"], tuple(files))
