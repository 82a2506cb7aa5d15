"""The daemon: starts the threads, keeps systemd and the journal told how it is, drains and stops.

In: the path of a config file. Out: an exit code. Threads: one for the pipeline (all CPU work), one for playbook steps
(with lanes of its own), one for Elasticsearch, one for retention, one that looks how things are and tells of trouble; this
one waits for signals and never for the journal, so that the watchdog hears of a lock and is not stopped by it.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import sdnotify

from sentinel import __version__
from sentinel.assembly import Parts
from sentinel.clock import SECOND, Clock, SystemClock
from sentinel.config.model import Config, SourceConfig
from sentinel.corpus.library import Library, folder_of, key_of
from sentinel.daemon import once as to_the_end
from sentinel.daemon import reload
from sentinel.daemon.health import Health
from sentinel.daemon.outage import Outage, Past
from sentinel.daemon.stages import stages
from sentinel.daemon.trouble import Trouble
from sentinel.daemon.workers import Worker
from sentinel.errors import JournalError, SentinelError
from sentinel.evidence import keys
from sentinel.journal import checkpoints, counts, outbox, retention
from sentinel.journal.alone import Alone
from sentinel.journal.batch import Batch, Decided
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Pipeline, Stages
from sentinel.playbooks.direct import Messenger
from sentinel.playbooks.engine import Engine
from sentinel.playbooks.guard import Guard
from sentinel.sources.reader import Reader
from sentinel.telemetry import Metrics

if TYPE_CHECKING:
    from sentinel.elastic.ship import Shipper

log = logging.getLogger("sentinel")

_STOP_SECONDS = 8.0
_GRACE_SECONDS = 4.0
_LOOK_SECONDS = 1.0
_RETENTION_SECONDS = 600.0
_DAY = 86_400 * SECOND


def run(config: Path, *, once: bool = False, dry_run: bool = False, mode: str | None = None) -> int:
    """Run until SIGTERM, or with `once` until everything is read and every queue is drained.

    Raises: ConfigError, JournalError: it could not start.
    """
    return Service(config, dry_run=dry_run, mode=mode).run(once=once)


class Service:
    """One daemon."""

    def __init__(self, config: Path, *, dry_run: bool = False, mode: str | None = None,
                 clock: Clock | None = None) -> None:
        self._path, self._dry_run, self._mode = config, dry_run, mode
        self._clock = clock or SystemClock()
        self._stop, self._wake, self._reload = threading.Event(), threading.Event(), threading.Event()
        self._pending: Parts | None = None
        self._handing, self._looking = threading.Lock(), threading.Lock()
        self._metrics = Metrics()
        self._systemd = sdnotify.SystemdNotifier()
        self._library: Library | None = None
        self._failed = False
        self._give_up_at = 0.0
        self._state_said = "running"
        # Why the journal could not be written at the last look, and outages that are over and not written down yet.
        self._unwritten = ""
        self._pasts: list[Past] = []

    def run(self, *, once: bool) -> int:
        if not once:
            # First of all: from the moment a source is open, an end must write down what has come in.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_stop)
            signal.signal(signal.SIGHUP, self._on_reload)
        parts = reload.sound(self._path, self._mode)
        for mistake in parts.broken:
            log.error("%s; the other rules go on", mistake)
        self._journal = Journal(parts.config.journal)
        self._alone = Alone(parts.config.journal, self._clock.now())
        self._state = State(self._journal)
        self._start(parts)
        try:
            return self._drain() if once else self._serve()
        finally:
            self._end()
            self._alone.close()

    def _start(self, parts: Parts) -> None:
        config = parts.config
        self._engine = Engine(self._journal, parts.actions, self._clock, guard=Guard.of(config.playbooks),
                              dry_run=self._dry_run)
        self._shipper = self._shipping(config)
        self._parts, self._stages = parts, self._made(parts)
        self._reader = self._opened(parts)
        self._pipeline = Pipeline(self._reader, self._stages, self._journal, self._state, self._clock, self._metrics,
                                  self._decided)
        self._health = Health(self._journal, self._clock, self._metrics, dry_run=self._dry_run)
        self._trouble = Trouble(self._journal, self._clock, self._metrics, parts)
        self._outage = Outage(self._clock, self._metrics, self._note, self._tell)
        self._workers = [Worker("playbooks", self._engine.turn, self._metrics),
                         Worker("retention", self._retain, self._metrics), Worker("lookout", self._look, self._metrics)]
        if self._shipper is not None:
            self._workers.append(Worker("elastic", self._shipper.turn, self._metrics))
        self._engine.woken = self._workers[0].wake
        if config.metrics:
            self._metrics.listen(config.metrics.address, config.metrics.port)
        self._health.say(self._pipeline, self._parts, self._reader, state="running")
        # Rules, patterns and formats stay as long as the process: the collector need not go through them (4 % of an access line).
        gc.collect()
        gc.freeze()
        for worker in self._workers:
            worker.start()
        log.info("sentinel %s reads %d source(s) with %d rule(s), mode %s%s", __version__, len(config.sources),
                 len(parts.rules), config.playbooks.mode, ", dry run" if self._dry_run else "")

    def _shipping(self, config: Config) -> Shipper | None:
        if config.elasticsearch is None or self._dry_run:
            return None
        from sentinel.elastic.ship import Shipper  # its client takes a third of a second to import

        return Shipper(config.elasticsearch, self._journal, self._clock, config.host)

    def _made(self, parts: Parts) -> Stages:
        key = keys.load_or_create(parts.config.journal.parent / "pseudonym.key")
        if self._library is None:
            self._library = Library(folder_of(parts.config.journal), key_of(key))
            self._library.refresh()
        return stages(parts, self._state, key, dry_run=self._dry_run, library=self._library)

    def _opened(self, parts: Parts) -> Reader:
        return Reader(parts.config.sources, checkpoints.known(self._journal), parts.config.host, self._clock)

    def _decided(self, batch: Batch, decided: Decided) -> None:
        """After a commit: whoever has work now is woken."""
        self._trouble.saw(batch)
        for worker in self._workers:
            if worker.name == "elastic" or (worker.name == "playbooks" and decided.incidents):
                worker.wake()

    # The pipeline's thread

    def _pump(self) -> None:
        """Batches until told to stop; between two of them, what a reload left is taken."""
        try:
            while not self._stop.is_set():
                self._take_reload()
                self._turn()
            self._empty()
        except Exception:
            # Nothing was committed. A fault here is ours, not the log's: stop, be restarted, read again.
            log.exception("the pipeline failed; stopping so that systemd starts it again")
            self._failed = True
            self._stop.set()
            self._wake.set()

    def _turn(self) -> None:
        began = self._clock.now()
        if self._pipeline.turn(self._late) is not None:
            self._health.busy()
        elif not self._stop.is_set():
            self._health.idle_since(min(began, self._reader.looked_at))
            self._reader.wait(1.0)

    def _late(self) -> bool:
        """Told to stop, and so long ago that what is in hand is given up."""
        return self._stop.is_set() and self._clock.monotonic() > self._give_up_at

    def _empty(self, keep: Sequence[SourceConfig] = ()) -> None:
        """Write down what came in over inputs that end now and cannot come again. Args: keep: sources that go on."""
        self._reader.stop(keep)
        until = self._clock.monotonic() + _GRACE_SECONDS
        while not (self._reader.emptied or self._late() or self._clock.monotonic() > until):
            if self._pipeline.turn(self._late) is None:
                self._reader.wait(0.05)
        if not self._reader.emptied:
            log.warning("there was no time to write down all that had come in; what its senders do not send again is lost")

    def _take_reload(self) -> None:
        with self._handing:
            parts, self._pending = self._pending, None
        if parts is None:
            return
        made = self._made(parts)
        if parts.config.sources != self._parts.config.sources:
            self._empty(parts.config.sources)
            self._reader.use(parts.config.sources, checkpoints.known(self._journal))
        self._pipeline.use(made)
        with self._looking:
            self._trouble.use(parts)
            self._parts, self._stages = parts, made

    # The lookout's thread

    def _look(self) -> float:
        """Say how things are, and tell of what is wrong. What cannot be written now is told at the next look."""
        if self._library is not None:
            self._library.refresh()
        try:
            with self._looking:
                self._health.say(self._pipeline, self._parts, self._reader, state=self._state_said)
                changed = self._trouble.look(self._reader.lag(), self._shipper, self._stages.planner)
                while self._pasts:
                    self._trouble.past(self._pasts[0], self._stages.planner)
                    del self._pasts[0]
                    changed = True
        except JournalError as error:
            self._unwritten = str(error)
        else:
            self._unwritten = ""
            if changed:
                self._engine.woken()
        return _LOOK_SECONDS

    # This thread

    def _serve(self) -> int:
        pump = threading.Thread(target=self._pump, name="pipeline", daemon=True)
        pump.start()
        self._systemd.notify("READY=1")
        watchdog = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6
        while not self._stop.is_set():
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()
            if self._reload.is_set():
                self._reload.clear()
                self._do_reload()
            self._beat(watchdog)
        self._systemd.notify("STOPPING=1")
        self._state_said = "draining"
        self._reader.wake()
        pump.join(_STOP_SECONDS)
        if pump.is_alive():
            log.error("the pipeline did not stop within %.0f s; what it had in hand is read again at the next start",
                      _STOP_SECONDS)
        return 1 if self._failed or pump.is_alive() else 0

    def _beat(self, watchdog: float) -> None:
        """Tell systemd that the pipeline moves (not merely that this thread does), and whether the journal can be written."""
        idle = self._clock.monotonic() - self._pipeline.progress_at
        if not watchdog or idle < watchdog / 2:
            self._systemd.notify("WATCHDOG=1")
        problem = self._pipeline.problem or self._unwritten
        self._systemd.notify(f"STATUS={problem or self._health.status}")
        if past := self._outage.look(problem):
            self._pasts.append(past)

    def _note(self, problem: str, now: int) -> None:
        """For `status`, beside the journal that cannot be written."""
        self._alone.say(problem, now, {name: (lag.bytes, lag.seconds) for name, lag in self._reader.lag().items()})

    def _tell(self, outage: Past, over: Callable[[], bool]) -> None:
        """Tell people that the journal cannot be written, without it."""
        parts = self._parts
        messenger = Messenger(parts.playbooks, parts.actions, self._stages.planner.mode, self._clock)
        messenger.tell(self._trouble.change_of(outage), over)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        if not self._stop.is_set():
            self._give_up_at = self._clock.monotonic() + _GRACE_SECONDS
        self._stop.set()
        self._wake.set()

    def _on_reload(self, number: int, frame: FrameType | None) -> None:
        self._reload.set()
        self._wake.set()

    def _do_reload(self) -> None:
        """Take the new files whole, or say what is wrong with them and go on with the old."""
        self._systemd.notify("RELOADING=1")
        try:
            parts = reload.fresh(self._path, self._mode, self._parts)
            self._engine.use(parts.actions, Guard.of(parts.config.playbooks))
        except SentinelError as error:
            log.error("reload refused, the old files stay in force:\n%s", error)
            self._metrics.reloads.labels("refused").inc()
        else:
            with self._handing:
                self._pending = parts
            self._reader.wake()
            log.info("reloaded: %d rule(s), mode %s", len(parts.rules), parts.config.playbooks.mode)
            self._metrics.reloads.labels("done").inc()
        self._systemd.notify("READY=1")

    # `--once`

    def _drain(self) -> int:
        """Read to the end, then let every queue run dry (what is far from due is said and left)."""
        before = counts.all_of(self._journal)
        to_the_end.read(self._reader, self._pipeline)
        log.info("%s", to_the_end.summary(before, counts.all_of(self._journal)))
        self._health.idle_since(self._clock.now())
        self._look()
        queues = [self._engine.due_in, *([self._shipper.due_in] if self._shipper is not None else [])]
        if not to_the_end.drain(queues, self._wake_all, self._clock):
            log.warning("some steps or documents are still waiting; the next run goes on with them")
        return 0

    def _wake_all(self) -> None:
        for worker in self._workers:
            worker.wake()

    def _end(self) -> None:
        for worker in self._workers:
            worker.stop()
        until = self._clock.monotonic() + _STOP_SECONDS
        late = [worker.name for worker in self._workers if not worker.join(until - self._clock.monotonic())]
        if late:
            log.warning("%s still waits for an answer; the journal remembers what was tried", ", ".join(late))
        self._last_words()
        self._reader.close()
        if not late:
            self._engine.close()
            if self._shipper is not None:
                self._shipper.close()
            self._journal.close()

    def _last_words(self) -> None:
        try:
            self._health.say(self._pipeline, self._parts, self._reader, state="stopped")
            self._trouble.keep()
        except JournalError as error:
            log.warning("%s", error)

    def _retain(self) -> float:
        keep, now = self._parts.config.retention, self._clock.now()
        while retention.drop(
            self._journal, now=now, events_for=int(keep.events_days * _DAY),
            incidents_before=now - int(keep.incidents_days * _DAY),
            shipped=outbox.position(self._journal, "elastic:events") if self._shipper is not None else None,
        ):
            if self._stop.is_set():
                break
        return _RETENTION_SECONDS


__all__ = ["Service", "run"]
