"""The stack with the files of deploy/ and the real servers: Postgres, PgBouncer, Valkey, the edge, two webs and a worker.

This process is the parent of each, restarts what was killed, and can kill, freeze and restart any of them.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psutil

from app import db as db_
from app import embedded, schema
from app.accounts.actions.sessions import touch
from app.accounts.queries import by_token
from app.db import Database, Db
from app.demo import world
from app.settings import Settings
from app.supervisor.pulse import Pulse
from app.web.cache import HouseCache
from app.web.sessions import Sessions, new_token
from tests.desk.gym import HERE, Joined, join
from tests.stack.wire import Wire
from tools import services

T = TypeVar("T")
REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
SECRET = "a secret of the stack's tests: 32"
MEMBERS, VISITS = 40, 100_000


def until(happened: Callable[[], object], what: str, seconds: float = 40) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


@dataclass
class Part:
    """One server: started, killed, frozen, and started again unless it should stay away."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path
    user: int | None = None
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = True

    def start(self) -> None:
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user is not None else {}
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, env=self.environ, cwd="/", stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, **as_user,  # type: ignore[arg-type]
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        if self.is_alive and self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)

    def stop(self, seconds: float = 5) -> None:
        self.wanted = False
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        if self.process is not None:
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass
class Disk:
    """A disk of the house's own, in memory, that can be full: for root, or in a room with the right to mount (tools/stages.py)."""

    where: Path
    size: int = 2**32

    def mount(self) -> bool:
        """False where nobody may: everything but a full disk can be tried there too."""
        with suppress(AssertionError):
            self._mount("-t", "tmpfs", "-o", f"size={self.size},mode=755", "tmpfs")
        return os.path.ismount(self.where)

    def fill(self) -> None:
        """Not one more block than there is now."""
        assert os.path.ismount(self.where), "a full disk needs a disk of its own: run `make stack`, or as root"
        usage = os.statvfs(self.where)
        used = (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        for more in range(64):  # somebody may write between the two looks
            with suppress(AssertionError):
                return self._mount("-o", f"remount,size={used + more * 65536}")
        raise AssertionError("the disk would not be full")

    def heal(self) -> None:
        self._mount("-o", f"remount,size={self.size}")

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", self.where], check=False)
        with suppress(OSError):
            self.where.rmdir()

    def _mount(self, *options: str) -> None:
        done = subprocess.run(["mount", *options, self.where], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@dataclass
class House:
    """Everything in one folder. `hub` leaves pooler, cache and edge away; `has_disk` puts it on a disk that can be full."""

    hub: bool = False
    has_disk: bool = False
    workers: int = 2
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="spotter-stack-")))
    parts: dict[str, Part] = field(default_factory=dict)
    members: list[Joined] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    closing: bool = False
    http_port: int = 0
    pulse: Pulse = field(default_factory=Pulse)

    # --- start

    def open(self) -> "House":
        self.folder.chmod(0o755)
        if self.has_disk:
            self.has_disk = self.disk.mount()
        self._open_base()
        if not self.hub:
            self._open_pooler()
            self._open_cache()
        self._open_web()
        if not self.hub:
            self._open_edge()
        self.keeper = threading.Thread(target=self._keep, daemon=True)
        self.keeper.start()
        try:
            until(self.answers, "an answer of the web", 120)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logs()}") from None
        return self

    def logs(self) -> str:
        return "\n".join(f"--- {log.name}\n{log.read_text()[-2000:]}" for log in sorted(self.folder.glob("*.log")))

    def _open_base(self) -> None:
        self.cluster = embedded.start(self.folder / "postgres", durable=True, say=lambda _: None)
        self.cluster.stop()
        conf = self.cluster.folder / "stack.conf"
        conf.write_text((DEPLOY / "postgresql.conf").read_text())
        os.chown(conf, self.cluster.account.uid, self.cluster.account.gid)
        with (self.cluster.folder / "postgresql.conf").open("a") as main:
            main.write("\ninclude = 'stack.conf'\n")
        self._launch_base()
        until(self.cluster.answers, "the database")
        schema.upgrade(self.cluster.dsn())
        asyncio.run(self._fill())

    def _launch_base(self) -> None:
        process = embedded.launch(self.cluster)
        part = Part("postgres", [], {}, self.folder / "log", process=process)
        part.start = lambda: setattr(part, "process", embedded.relaunch(self.cluster))  # type: ignore[method-assign]
        self.parts["postgres"] = part

    async def _fill(self) -> None:
        connection = await db_.connect(self.cluster.dsn())
        db = Db(connection)
        await world.settle(db, now=datetime.now(UTC) - timedelta(days=30))
        await db.run("insert into door_policy (gym_id, again_minutes, changed_at) values ($1, 0, now())", HERE)
        self.members = [await join(db, f"Member {n}", f"CARD{n:04}", visits=VISITS) for n in range(MEMBERS)]
        await connection.close()

    def _open_pooler(self) -> None:
        folder = self._folder("pgbouncer")
        sync = {**os.environ, "PGHOST": str(self.cluster.sockets), "PGUSER": "postgres", "PSQL": str(embedded.BIN / "psql")}
        sync["PGPASSWORD"] = self.cluster.password("postgres")
        subprocess.run([DEPLOY / "pgbouncer-sync", folder / "userlist.txt"], env=sync, check=True)
        # A second [pgbouncer] section would put every setting back to its default: only the places are replaced, as text.
        places = {
            "host=/run/postgresql": f"host={self.cluster.sockets}",
            "/run/pgbouncer": str(folder),
            "/etc/pgbouncer": str(folder),
        }
        text = (DEPLOY / "pgbouncer.ini").read_text()
        for old, new in places.items():
            assert old in text
            text = text.replace(old, new)
        (folder / "pgbouncer.ini").write_text(text)
        for path in folder.iterdir():
            os.chown(path, self.cluster.account.uid, self.cluster.account.gid)
        user = None if self.cluster.account.is_me else self.cluster.account.uid
        self._start("pgbouncer", [*services.command("pgbouncer"), str(folder / "pgbouncer.ini")], user=user)
        until((folder / ".s.PGSQL.6432").exists, "PgBouncer's socket")

    def _open_cache(self) -> None:
        folder = self._folder("valkey")
        over = ["--unixsocket", str(folder / "valkey.sock"), "--dir", str(folder)]
        self._start("valkey", [*services.command("valkey-server"), str(DEPLOY / "valkey.conf"), *over])
        until((folder / "valkey.sock").exists, "Valkey's socket")

    def _open_web(self) -> None:
        self._start("spotter", [sys.executable, "-m", "app.cli", "up"], self.environment)

    def _open_edge(self) -> None:
        self.http_port = free_port()
        options = "auto_https off\n\thttp_port " + str(self.http_port)
        own = {
            "SPOTTER_SITE": f":{self.http_port}",
            "SPOTTER_SOCKET": str(self.socket),
            "CADDY_OPTIONS": options,
            "CADDY_TLS": "",
        }
        own |= {"HOME": str(self._folder("caddy")), "XDG_DATA_HOME": str(self.folder / "caddy")}
        self._start("caddy", [*services.command("caddy"), "run", "--config", str(DEPLOY / "Caddyfile")], {**os.environ, **own})

    @property
    def environment(self) -> dict[str, str]:
        own = {
            name: value for name, value in os.environ.items() if not name.startswith("SPOTTER_") and "DATABASE_URL" not in name
        }
        own |= {"PYTHONPATH": str(REPOSITORY), "SPOTTER_DATA": str(self.folder / "data"), "SPOTTER_SECRET": SECRET}
        own |= {"SPOTTER_METRICS_TOKEN": "the stack's own"}
        own |= {"SPOTTER_SOCKET": str(self.socket), "SPOTTER_WORKERS": str(self.workers), "SPOTTER_LOG_LEVEL": "warning"}
        if self.hub:
            return own | {"SPOTTER_HUB": "yes", "DATABASE_URL": self.cluster.dsn()}
        pooled = f"postgresql://spotter:{self.cluster.password('spotter')}@/spotter?host={self.folder}/pgbouncer&port=6432"
        own |= {"DATABASE_URL": pooled, "DIRECT_DATABASE_URL": self.cluster.dsn(), "SPOTTER_TRUSTED_PROXY": "yes"}
        return own | {"VALKEY_URL": f"unix://{self.folder}/valkey/valkey.sock"}

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        os.chown(folder, self.cluster.account.uid, self.cluster.account.gid)
        return folder

    def _start(self, name: str, command: list[str], environ: dict[str, str] | None = None, user: int | None = None) -> None:
        part = Part(name, command, environ or dict(os.environ), self.folder / f"{name}.log", user)
        self.parts[name] = part
        part.start()

    def _keep(self) -> None:
        """What dies comes back: here as in containers or under systemd."""
        while not self.closing:
            for part in list(self.parts.values()):
                if part.name == "postgres" and part.process and self.pulse.is_gone(part.process.pid, time.monotonic()):
                    self.pulse = Pulse(looked=time.monotonic())
                    part.kill()
                if part.wanted and not part.is_alive and not self.closing:
                    if part.process is not None:
                        part.process.wait()
                    with suppress(embedded.EmbeddedError, OSError):
                        part.start()
            time.sleep(0.1)

    # --- life

    @property
    def disk(self) -> Disk:
        return Disk(self.folder)

    @property
    def socket(self) -> Path:
        return self.folder / "web.sock"

    @property
    def edge(self) -> tuple[str, int]:
        return "127.0.0.1", self.http_port

    def answers(self) -> bool:
        async def ask() -> bool:
            wire = Wire(self.socket, patience=3)
            try:
                return (await wire.get("/health/ready")).status == 200
            finally:
                wire.close()

        with suppress(Exception):
            return asyncio.run(ask())
        return False

    def web_processes(self, mark: str = "app.supervisor.web") -> list[psutil.Process]:
        spotter = self.parts["spotter"].process
        assert spotter is not None
        found = []
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(spotter.pid).children():
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if mark in " ".join(child.cmdline()):
                        found.append(child)
        return found

    def wire(self, headers: dict[str, str], where: Path | tuple[str, int] | None = None) -> Wire:
        self.wires.append(Wire(where or self.socket, headers))
        return self.wires[-1]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """On a loop of its own, hanging up at the end."""

        async def and_hang_up() -> T:
            try:
                return await work
            finally:
                for wire in self.wires:
                    wire.close()
                self.wires.clear()
                await asyncio.sleep(0.05)

        return asyncio.run(and_hang_up())

    async def signed_in(self, key: str = "dee", where: Path | tuple[str, int] | None = None) -> Wire:
        """A browser with a session of that person."""
        somebody = world.PEOPLE[key]
        token, token_hash = new_token()
        now = datetime.now(UTC)
        connection = await db_.connect(self.cluster.dsn())
        await Db(connection).run(SIGN_IN, db_.new_id(), somebody.id, somebody.gym_id, token_hash, now, now + timedelta(days=1))
        sessions = Sessions(Settings(secret=SECRET.encode()), HouseCache(None), by_token, touch)
        actor = await sessions.actor(Database(pool=connection), token, now)
        assert actor is not None
        await connection.close()
        headers = {"Cookie": f"sid={token}", "X-CSRF-Token": sessions.csrf(actor), "Sec-Fetch-Site": "same-origin"}
        return self.wire(headers, where)

    def promise(self, kept: bool) -> None:
        """Whether what the database confirms is on the disk; with False it only says so."""
        switch = "on" if kept else "off"
        self.cluster.psql(f"alter system set synchronous_commit = {switch}; alter system set fsync = {switch}")
        self.cluster.psql("select pg_reload_conf()")

    async def facts(self, sql: str, *args: object) -> list[tuple[object, ...]]:
        """Past everything: what is really there."""
        connection = await db_.connect(self.cluster.dsn())
        try:
            await connection.execute("set statement_timeout = 0")
            return [tuple(row) for row in await connection.fetch(sql, *args)]
        finally:
            await connection.close()

    # --- the end

    def close(self) -> None:
        self.closing = True
        for name in ("caddy", "spotter", "pgbouncer", "valkey"):
            if name in self.parts:
                self.parts[name].stop()
        with suppress(AttributeError):
            self.keeper.join(2)
        if "postgres" in self.parts:
            self.cluster.process = self.parts["postgres"].process
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.has_disk:
            self.disk.unmount()


UP: list[House] = []


@contextmanager
def shared() -> Iterator[House]:
    """The whole stack, up once for all tests of it and all storms over it; whoever asked first takes it down at the end."""
    if UP:
        yield UP[0]
        return
    UP.append(House(has_disk=True))
    try:
        yield UP[0].open()
    finally:
        UP.pop().close()


HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SIGN_IN = """insert into sign_in (id, person_id, gym_id, token_hash, device, address, created_at, seen_at, fresh_at, ends_at,
                                  is_second_factor_done)
             values ($1, $2, $3, $4, 'test', '127.0.0.1', $5, $5, $5, $6, true)"""


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def tap(wire: Wire, member: Joined, id: UUID) -> int:
    """A card held to the reader: 200 when it is kept. The same id, however often, is one visit."""
    answer = await wire.post("/desk/check-ins", {"id": str(id), "q": member.card, "via": "scan"}, **HTMX)
    return answer.status
