"""Cells of a CSV that a spreadsheet will not run: what looks like a formula gets a leading quote."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from litestar import Response

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(DANGEROUS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_csv(name: str, rows: Iterable[list[Any]]) -> Response[bytes]:
    """A file to keep: quoted throughout, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(b"\xef\xbb\xbf" + out.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)
