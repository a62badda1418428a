"""`spotter`: everything that is done at the machine itself. Each command loads only what it needs."""

import importlib
from typing import Any

import click

COMMANDS = {
    "up": "app.cli.up:up",
    "dev": "app.cli.up:dev",
    "worker": "app.cli.up:worker",
    "health": "app.cli.up:health",
    "doctor": "app.cli.doctor:doctor",
    "demo": "app.cli.demo:demo",
    "db": "app.cli.db:db",
    "users": "app.cli.users:users",
    "backup": "app.cli.backup:backup",
    "exercises": "app.cli.exercises:exercises",
    "openapi": "app.cli.openapi:openapi",
}


class Commands(click.Group):
    """`spotter up` must not wait for what only `spotter db` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: Any = getattr(importlib.import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="spotter", prog_name="spotter")
def main() -> None:
    """Spotter: a gym's own server.

    Start with `spotter up --demo` and open the address that it prints.
    Settings come from the environment and from `.env`; docs/operators.md lists them.
    """
