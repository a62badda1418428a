"""`spotter up`, `dev` and `worker`."""

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click

from app import certificates, clock
from app.accounts.codes import setup_code
from app.cli.house import DATA, fail, load, say
from app.settings import Settings
from app.supervisor import StartError, run

HOST = click.option("--host", help="Address to listen on; 0.0.0.0 lets the gym's other devices in.  [default: 127.0.0.1]")
PORT = click.option("--port", type=int, help="Port to listen on.  [default: 8000]")


@click.command()
@DATA
@HOST
@PORT
@click.option("--workers", type=int, help="Web processes.  [default: 1]")
@click.option("--demo", is_flag=True, default=None, help="Fill a new data folder with a demo club that has lived for a year.")
@click.option("--https", is_flag=True, default=None, help="Speak https; makes a private certificate when none is given.")
@click.option("--only", type=click.Choice(["web"]), help="In a stack: the web alone, without tables and background work.")
def up(only: str | None, **given: Any) -> None:
    """Start the gym: database, web and background work. Ctrl-C stops it.

    Everything lives in the data folder: the database, photos, keys. A new folder is set up by itself.
    """
    live(load(**given), only_web=only == "web")


@click.command()
@DATA
@HOST
@PORT
def dev(**given: Any) -> None:
    """The same for people who change the code: demo club, restarts at every change, component page at /ui."""
    live(load(**given, dev=True, demo=True))


def live(config: Settings, *, only_web: bool = False) -> None:
    if config.https and config.certificate is None:
        config = with_own_certificate(config)
    try:
        run(config, say, lambda is_new: welcome(config, click.echo, is_new=is_new), only_web=only_web)
    except StartError as error:
        fail(str(error))
    click.echo("  Stopped.", err=True)


def with_own_certificate(config: Settings) -> Settings:
    """Signed by this gym's own authority, which devices trust once."""
    try:
        path, key = certificates.ensure(config.data / "tls", certificates.own_names(), clock.now())
    except OSError as error:
        fail(f"{error.filename or config.data} cannot be used: {(error.strerror or str(error)).lower()}.")
    return replace(config, certificate=path, key=key)


def welcome(config: Settings, write: Callable[[str], Any], *, is_new: bool) -> None:
    write("")
    write(f"  Spotter is ready: {config.address}")
    if config.demo:
        write("  Sign in by a click as Ana (owner), Dee (desk), Cal (coach), Mo (member) or another of the cast,")
        write("  or with dee@demo.spotter and the password spotter-demo.")
    if is_new:
        write("  Open it to set up your club and yourself as its owner.")
        write(f"  On another device than this one it asks for this code: {setup_code(config.secret)}")
    if config.https and config.certificate == config.data / "tls" / "server.crt":
        write(f"  Devices must trust this gym's own authority once: they open {config.address}/trust and compare")
        write(f"  {certificates.fingerprint(config.data / 'tls' / 'authority.crt')}")
    if config.host in {"0.0.0.0", "::"}:
        write(f"  Other devices in the gym reach it at this machine's name or address, port {config.port}.")
    write(f"  Data: {shown(config.data)}. Stop with Ctrl-C.")
    write("")


def shown(path: Path) -> str:
    home = str(Path.home())
    return str(path).replace(home, "~", 1) if str(path).startswith(home + os.sep) else str(path)


@click.command()
@DATA
def health(data: Path | None) -> None:
    """Is the web here ready? For containers and watchers: ends with 0 or 1."""
    config = load(data=data)
    connection = (
        Unix(str(config.socket)) if config.socket else HTTPConnection(config.host.replace("0.0.0.0", "127.0.0.1"), config.port, 3)
    )
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except OSError as error:
        fail(f"No answer: {(error.strerror or str(error)).lower()}.")
    click.echo("ready" if status == 200 else f"not ready ({status})")
    sys.exit(0 if status == 200 else 1)


class Unix(HTTPConnection):
    """http over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=3)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(3)
        self.sock.connect(self.path)


@click.command()
def worker() -> None:
    """Only the background work, for a stack of several servers: chores, mail, imports, backups."""
    os.execv(sys.executable, [sys.executable, "-m", "app.worker"])
