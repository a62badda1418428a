"""Bytes become rows of cells: encoding, delimiter, hint rows; a chunk at a time, whatever the size of the file."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.ansi import ansi
from app.progress.contract.issues import BadFile

CHUNK = 1 << 16
DELIMITERS = (",", ";", "\t", "|")
FENCE = "```"
MOST_COLUMNS = 400
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells and where it began in the file."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Opened:
    encoding: str
    delimiter: str
    rows: Iterator[Line]


class Broken(Exception):
    """A quote that never closes, or a cell without end: nothing after it can be trusted."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def open_rows(file: BinaryIO) -> Opened | BadFile:
    encoding = sniff(file)
    if isinstance(encoding, BadFile):
        return encoding
    file.seek(0)
    lines = io.TextIOWrapper(Unclosed(file), encoding=encoding, newline="")  # type: ignore[type-var]
    first = first_line(lines)
    if first is None:
        return BadFile("empty_file")
    number, text, is_fenced = first
    delimiter = max(DELIMITERS, key=text.count)
    return Opened(encoding, delimiter, rows(chained(text, lines), number, delimiter, is_fenced=is_fenced))


def sniff(file: BinaryIO) -> str | BadFile:
    """utf-8 with or without its mark, else what a spreadsheet calls ANSI; its utf-16 is known by the mark."""
    file.seek(0)
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16" if decodes(file, "utf-16") else BadFile("not_text")
    if has_nul(file):
        return BadFile("not_text")
    if not decodes(file, "utf-8"):
        return ansi(bytes_in(file))
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"


def chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def bytes_in(file: BinaryIO) -> frozenset[int]:
    found: set[int] = set()
    for chunk in chunks(file):
        found.update(chunk)
    return frozenset(found)


def has_nul(file: BinaryIO) -> bool:
    return any(b"\x00" in chunk for chunk in chunks(file))


def decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class Unclosed(io.RawIOBase):
    """The file as a reader sees it; the reader's end is not the file's end."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        chunk = self.file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def read1(self, size: int = -1) -> bytes:
        return self.file.read(CHUNK if size < 0 else size)


def first_line(lines: Iterator[str]) -> tuple[int, str, bool] | None:
    """The heading: past empty lines, remarks, and the fence that a chat puts around its answer."""
    is_fenced = False
    for number, text in enumerate(lines, 1):
        bare = text.strip("﻿ \t\r\n")
        if bare.startswith(FENCE):
            is_fenced = True
        elif bare and not bare.startswith("#"):
            return number, text.lstrip("﻿"), is_fenced
    return None


def chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def unfenced(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith(FENCE):
            yield line


def rows(lines: Iterator[str], start: int, delimiter: str, *, is_fenced: bool) -> Iterator[Line]:
    reader = csv.reader(unfenced(lines) if is_fenced else lines, delimiter=delimiter, strict=True)
    while True:
        number = start + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Broken("cell_too_long" if "field limit" in str(error) else "quotes", number) from error
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            yield Line(number, cells)
