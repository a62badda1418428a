"""`spotter doctor`."""

import sys
from pathlib import Path

import click

from app import doctor as doctor_
from app.cli.house import DATA, load

MARKS = {"good": ("✓", "green"), "look": ("!", "yellow"), "bad": ("✗", "red")}


@click.command()
@DATA
def doctor(data: Path | None) -> None:
    """Check everything and say what to do. The output holds no secrets and may be pasted anywhere."""
    findings = doctor_.examine(load(data=data))
    for finding in findings:
        mark, colour = MARKS[finding.state]
        click.secho(f"{mark} {finding.what}", fg=colour)
        if finding.advice:
            click.echo(f"    {finding.advice}")
    sys.exit(1 if any(finding.state == "bad" for finding in findings) else 0)
