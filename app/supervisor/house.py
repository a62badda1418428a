"""From the lock to the last goodbye. One thread; signals wake it, children are tended in turn."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from app import embedded
from app.embedded import Cluster, EmbeddedError
from app.settings import Settings
from app.supervisor import births, steps, wiring
from app.supervisor.bell import Bell, awake
from app.supervisor.births import Nursery, bury_strangers
from app.supervisor.child import Child, Process, python, stop_all
from app.supervisor.errand import Errand
from app.supervisor.listener import open_listener, take_place, waits_beside
from app.supervisor.lock import only_one
from app.supervisor.pulse import Pulse
from app.supervisor.reload import Watch
from app.supervisor.sorry import Sorry
from app.supervisor.words import Say, StartError

HOPELESS = 6  # refusals in a row after which the database is left alone
# Seconds to stop in. All of it is promised in five; what a slow machine needs besides must fit in too.
WEB_PATIENCE, BASE_PATIENCE = 2.6, 1.0
STOPPED = 3.6
FIRST_PAGE_FIRST = 5.0  # seconds that background work waits at most for the web to have its place
TICK = 0.1


def run(settings: Settings, say: Say, ready: Callable[[bool], None] = lambda is_new: None, *, only_web: bool = False) -> int:
    """Until somebody asks to stop. Raises `StartError` for what a person must settle first.

    `only_web` is for stacks, where tables and background work have processes of their own.
    """
    with only_one(settings.data):
        refuse_full_disk(settings.data)
        wiring.run_folder(settings.data)
        wiring.ready_mark(settings.data).unlink(missing_ok=True)
        with open_listener(settings) as listener, awake() as bell:
            return House(settings, listener, bell, say, ready, only_web=only_web).live()


def refuse_full_disk(folder: Path) -> None:
    if shutil.disk_usage(folder).free < 50 * 2**20:
        raise StartError(f"The disk of {folder} is full (under 50 MB free): free some space and start again.")


class House:
    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        bell: Bell,
        say: Say,
        ready: Callable[[bool], None],
        *,
        only_web: bool = False,
    ) -> None:
        self.only_web = only_web
        self.settings, self.listener, self.bell, self.say, self.ready = settings, listener, bell, say, ready
        self.cluster: Cluster | None = None
        self.base: Child | None = None
        self.sorry = Sorry(listener, wiring.tls_of(settings))
        self.environ = wiring.environment(settings)
        self.gate, self.bolt = os.pipe()  # who waits at the gate goes on when the bolt is drawn
        self.nursery = Nursery(self._launch_nursery) if births.IS_POSSIBLE else None
        self.webs = [Child(name, self._launch_web) for name in names_of_webs(settings.workers)]
        self.worker = Child("worker", self._launch_worker)
        self.errand = Errand(settings.data, self.environ)
        self.watch = Watch() if settings.dev else None
        self.down_since: float | None = None
        self.pulse = Pulse()

    @property
    def ours(self) -> list[Child]:
        return self.webs if self.only_web else [*self.webs, self.worker]

    def live(self) -> int:
        try:
            if self._open():
                self._serve()
            else:
                self._apologise()
        finally:
            self._close()
        return 0

    # --- start

    def _open(self) -> bool:
        """False when the database will not start: somebody must look, and the page stays up meanwhile."""
        if not waits_beside(self.settings.socket):
            self.sorry.on("Spotter is starting.")
        if self.settings.database_url is None:
            self.environ |= wiring.expect_base(self.settings.data)
        self._tend_ours(
            self.webs, time.monotonic()
        )  # they load while the database starts; schema and demo club come before a question
        if self.settings.database_url is None and not self._open_base():
            return False
        if not self.only_web:
            steps.upgrade(self.environ, self.cluster, self.bell, self.say)
            if self.settings.demo:
                steps.fill_demo(self.environ, self.cluster, self.bell)
        self._draw_bolt()
        return True

    def _draw_bolt(self) -> None:
        if self.bolt >= 0:
            os.close(self.bolt)
            self.bolt = -1

    def _open_base(self) -> bool:
        try:
            folder = self.settings.data / "postgres"
            self.cluster = cluster = embedded.start(folder, slow_ms=self.settings.slow_ms, say=self.say)
        except embedded.WillNotStartError as error:
            self._give_up(str(error))
            return False
        except EmbeddedError as error:
            raise StartError(str(error)) from None
        wiring.name_base(self.settings.data, cluster)
        self.base = Child("database", lambda: embedded.relaunch(cluster), process=cluster.process, born=time.monotonic())
        return True

    # --- life

    def _serve(self) -> None:
        told = False
        self.worker.due = time.monotonic() + FIRST_PAGE_FIRST
        while not self.bell.stopping:
            self._tend(time.monotonic())
            if not told and wiring.ready_mark(self.settings.data).exists():
                told, self.worker.due = True, 0.0
                take_place(self.settings.socket)
                self.ready(self.cluster is not None and steps.is_unused(self.cluster))
            self.bell.wait(TICK)

    def _tend(self, now: float) -> None:
        if self.base is not None:
            self._feel_the_pulse(self.base, now)
            self._tell(self.base.tend(now))
            if self.base.refusals >= HOPELESS:
                self._leave_base_alone()
        if self.watch is not None and self.watch.changed():
            self._start_again("The code changed: starting again")
        if not self.only_web and self.errand.tend():
            self._start_again("A backup was brought back: starting again")
        self._tend_ours(self.ours, now)
        self._mind_the_door(now)
        if self.nursery is not None:
            bury_strangers(self._numbers())

    def _tend_ours(self, ours: list[Child], now: float) -> None:
        if self.nursery is not None:
            self._tell(self.nursery.tend(now))
        for child in ours:
            if child.process is not None or self.nursery is None or self.nursery.is_open:
                self._tell(child.tend(now))

    def _numbers(self) -> set[int]:
        known = [self.base, self.nursery.child if self.nursery else None, *self.webs, self.worker]
        found = {child.process.pid for child in known if child is not None and child.process is not None}
        return found | ({self.errand.process.pid} if self.errand.process is not None else set())

    def _feel_the_pulse(self, base: Child, now: float) -> None:
        if base.process is not None and base.is_alive and self.pulse.is_gone(base.process.pid, now):
            self.say("The database neither serves nor recovers: starting it again")
            self.pulse = Pulse(looked=now)
            base.tell(signal.SIGKILL)

    def _start_again(self, why: str) -> None:
        self.say(why)
        self._stop_ours(1.0)
        for child in self.ours:
            child.wanted, child.due = True, 0.0

    def _mind_the_door(self, now: float) -> None:
        """Say sorry when nobody has answered for a while, and stop as soon as somebody can."""
        if any(web.is_alive for web in self.webs):
            self.down_since = None
            self.sorry.off()
        elif self.down_since is None:
            self.down_since = now
        elif now - self.down_since > 1.0:
            self.sorry.on("The web server stopped and is being started again.")

    def _leave_base_alone(self) -> None:
        assert self.cluster is not None
        self._stop_ours(1.0)
        self.base = None
        self._give_up(embedded.in_words(embedded.tail(self.cluster.log), self.cluster.folder))
        self._apologise()

    def _give_up(self, why: str) -> None:
        self.say(f"{why} The page on the port says so; run `spotter doctor`, then start again.")
        self.sorry.on(why)

    def _apologise(self) -> None:
        """The database was tried often enough; its files are not touched again until somebody restarts us."""
        while not self.bell.stopping:
            self.bell.wait(1.0)

    def _stop_ours(self, patience: float) -> None:
        if self.nursery is not None:
            self.nursery.stop()
        stop_all(self.ours, patience)

    def _launch_nursery(self, line: int) -> subprocess.Popen[bytes]:
        given = (self.listener.fileno(), self.gate, line)
        return python("app.supervisor.nursery", *map(str, given), environ=self.environ, keep=given)

    def _launch_web(self) -> Process:
        if self.nursery is not None:
            return self.nursery.ask(births.WEB)
        given = (self.listener.fileno(), self.gate)
        return python(births.WEB, *map(str, given), environ=self.environ, keep=given)

    def _launch_worker(self) -> Process:
        return self.nursery.ask(births.WORKER) if self.nursery is not None else python(births.WORKER, environ=self.environ)

    def _tell(self, what: str | None) -> None:
        if what and not self.bell.stopping:
            self.say(what)

    # --- the end

    def _close(self) -> None:
        """Web and jobs first, the database last."""
        began = time.monotonic()
        self.sorry.off()
        self.errand.stop()
        self._stop_ours(WEB_PATIENCE)
        wiring.forget_metrics(self.environ)
        self._draw_bolt()
        os.close(self.gate)
        if self.cluster is not None:  # what the others did not need of the five seconds is for its last checkpoint
            self.cluster.stop(max(BASE_PATIENCE, STOPPED - (time.monotonic() - began)))


def names_of_webs(count: int) -> list[str]:
    return ["web"] if count == 1 else [f"web {number}" for number in range(1, count + 1)]
