"""`spotter openapi`: the interface for other programs."""

from pathlib import Path
from typing import Any

import click
import msgspec

from app.main import create_app
from app.settings import Settings


@click.group()
def openapi() -> None:
    """The interface for other programs, as an OpenAPI document."""


@openapi.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=False)
def export(file: Path | None) -> None:
    """Write the document to FILE (or to the terminal)."""
    document: Any = create_app(Settings(secret=b"-" * 32)).app.openapi_schema.to_schema()
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    if file:
        file.write_text(text)
    else:
        click.echo(text, nl=False)
