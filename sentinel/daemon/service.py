"""The daemon: starts the threads, keeps systemd and the journal told how it is, drains and stops.

In: the path of a config file. Out: an exit code. Threads: one for the pipeline (all CPU work), one for playbook steps
(with lanes of its own), one for Elasticsearch, one for retention; this one waits for signals and says how things are.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path
from types import FrameType

import sdnotify

from sentinel import __version__
from sentinel.assembly import Parts, assemble
from sentinel.clock import SECOND, Clock, SystemClock
from sentinel.daemon.alone import Alone
from sentinel.daemon.health import Health
from sentinel.daemon.workers import Worker
from sentinel.detectors import Inspector as Texts
from sentinel.detectors import load as load_detectors
from sentinel.elastic.ship import Shipper
from sentinel.errors import ConfigError, SentinelError
from sentinel.evidence import keys
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.journal import checkpoints, outbox, retention
from sentinel.journal.batch import Batch, Decided
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Inspector, Pipeline, Stages
from sentinel.playbooks.engine import Engine
from sentinel.playbooks.guard import Guard
from sentinel.playbooks.plan import Planner
from sentinel.rules.ruleset import RuleSet
from sentinel.rules.section import in_memory
from sentinel.sources.reader import Reader
from sentinel.telemetry import Metrics

log = logging.getLogger("sentinel")

# What is opened once at the start.
_FIXED = ("journal", "host", "elasticsearch", "metrics")
_STOP_SECONDS = 8.0
_DRAIN_SECONDS = 120.0
_TOO_FAR_SECONDS = 20.0
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
        self._handing = threading.Lock()
        self._metrics = Metrics()
        self._systemd = sdnotify.SystemdNotifier()
        self._failed = False

    def run(self, *, once: bool) -> int:
        parts = self._assemble()
        for mistake in parts.broken:
            log.error("%s; the other rules go on", mistake)
        self._journal = Journal(parts.config.journal)
        alone = Alone(parts.config.journal)
        self._state = State(self._journal)
        self._start(parts)
        try:
            return self._drain() if once else self._serve()
        finally:
            self._end()
            alone.close()

    def _start(self, parts: Parts) -> None:
        config = parts.config
        self._engine = Engine(self._journal, parts.actions, self._clock, guard=Guard.of(config.playbooks),
                              dry_run=self._dry_run)
        self._shipper = (Shipper(config.elasticsearch, self._journal, self._clock, config.host)
                         if config.elasticsearch and not self._dry_run else None)
        reader = Reader(config.sources, checkpoints.known(self._journal), config.host, self._clock)
        self._reader, self._parts = reader, parts
        self._pipeline = Pipeline(reader, self._stages(parts), self._journal, self._state, self._clock,
                                  self._metrics, self._decided)
        self._health = Health(self._journal, self._clock, self._metrics, dry_run=self._dry_run)
        self._workers = [Worker("playbooks", self._engine.turn, self._metrics),
                         Worker("retention", self._retain, self._metrics)]
        if self._shipper is not None:
            self._workers.append(Worker("elastic", self._shipper.turn, self._metrics))
        self._engine.woken = self._workers[0].wake
        if config.metrics:
            self._metrics.listen(config.metrics.address, config.metrics.port)
        self._health.say(self._pipeline, self._parts, reader, state="running")
        for worker in self._workers:
            worker.start()
        log.info("sentinel %s reads %d source(s) with %d rule(s), mode %s%s", __version__, len(config.sources),
                 len(parts.rules), config.playbooks.mode, ", dry run" if self._dry_run else "")

    def _assemble(self) -> Parts:
        """Raises: ConfigError, also for mistakes that `assemble` leaves in the result."""
        parts = assemble(self._path, mode=self._mode)
        if parts.mistakes:
            raise ConfigError(parts.mistakes)
        return parts

    def _stages(self, parts: Parts) -> Stages:
        config = parts.config
        key = keys.load_or_create(config.journal.parent / "pseudonym.key")
        redactor = Redactor(key)
        detectors = load_detectors(redactor.pseudonym)
        return Stages(
            formats=parts.formats, detectors=detectors, rules=RuleSet(parts.rules, self._state.section),
            redactor=Redactor(key, Texts(detectors).everything),
            planner=Planner(parts.playbooks, "dry-run" if self._dry_run else config.playbooks.mode),
            seal=Seal(key), window=config.incidents.window_minutes * 60 * SECOND)

    def _decided(self, batch: Batch, decided: Decided) -> None:
        """After a commit: whoever has work now is woken."""
        for worker in self._workers:
            if worker.name == "elastic" or (worker.name == "playbooks" and decided.incidents):
                worker.wake()

    # The pipeline's thread

    def _pump(self) -> None:
        """Batches until told to stop; between two of them, what a reload left is taken."""
        while not self._stop.is_set():
            try:
                self._take_reload()
                began = self._clock.now()
                worked = self._pipeline.turn(self._stop.is_set)
            except Exception:
                # Nothing was committed. A fault here is ours, not the log's: stop, be restarted, read again.
                log.exception("the pipeline failed; stopping so that systemd starts it again")
                self._failed = True
                self._stop.set()
                self._wake.set()
                return
            if worked is None:
                self._health.idle_since(began)
                self._reader.wait(1.0)
            else:
                self._health.busy()

    def _take_reload(self) -> None:
        with self._handing:
            parts, self._pending = self._pending, None
        if parts is None:
            return
        if parts.config.sources != self._parts.config.sources:
            self._reader.close()
            self._reader = Reader(parts.config.sources, checkpoints.known(self._journal), parts.config.host, self._clock)
        self._pipeline.use(self._stages(parts), self._reader)
        self._parts = parts

    # This thread

    def _serve(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGHUP, self._on_reload)
        pump = threading.Thread(target=self._pump, name="pipeline", daemon=True)
        pump.start()
        self._systemd.notify("READY=1")
        watchdog = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6
        while not self._stop.is_set():
            self._wake.wait(1.0)
            self._wake.clear()
            if self._reload.is_set():
                self._reload.clear()
                self._do_reload()
            self._beat(watchdog)
        self._systemd.notify("STOPPING=1")
        self._say("draining")
        self._reader.wake()
        pump.join(_STOP_SECONDS)
        if pump.is_alive():
            log.error("the pipeline did not stop within %.0f s; what it had in hand is read again at the next start",
                      _STOP_SECONDS)
        return 1 if self._failed or pump.is_alive() else 0

    def _beat(self, watchdog: float) -> None:
        """Tell systemd that the pipeline moves (not merely that this thread does), and the journal how things are."""
        idle = self._clock.monotonic() - self._pipeline.progress_at
        if not watchdog or idle < watchdog / 2:
            self._systemd.notify("WATCHDOG=1")
        self._say("running")

    def _say(self, state: str) -> None:
        try:
            self._health.say(self._pipeline, self._parts, self._reader, state=state)
        except SentinelError as error:
            # A full disk stops this too; the pipeline says so and waits.
            log.warning("%s", error)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
        self._wake.set()

    def _on_reload(self, number: int, frame: FrameType | None) -> None:
        self._reload.set()
        self._wake.set()

    def _do_reload(self) -> None:
        """Take the new files whole, or say what is wrong with them and go on with the old."""
        self._systemd.notify("RELOADING=1")
        try:
            parts = self._assemble()
            if parts.broken:
                raise ConfigError(parts.broken)
            for key in _FIXED:
                if getattr(parts.config, key) != getattr(self._parts.config, key):
                    raise SentinelError(f"{key}: cannot be changed by a reload; restart instead")
            # Compiled once for the proof: a pattern that the scan refuses must be refused here, not in the pipeline.
            Inspector(load_detectors(), RuleSet(parts.rules), in_memory())
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
        self._reader.finish()
        self._pipeline.finish()
        while self._pipeline.turn() is not None:
            pass
        self._health.idle_since(self._clock.now())
        until = self._clock.monotonic() + _DRAIN_SECONDS
        while self._clock.monotonic() < until:
            if not self._waiting():
                break
            for worker in self._workers:
                worker.wake()
            self._clock.sleep(0.05)
        else:
            log.warning("some steps or documents are still waiting; the next run goes on with them")
        return 0

    def _waiting(self) -> bool:
        """Whether a queue has work whose time comes soon."""
        due = [self._engine.due_in(), self._shipper.due_in() if self._shipper is not None else None]
        return any(seconds is not None and seconds <= _TOO_FAR_SECONDS for seconds in due)

    def _end(self) -> None:
        for worker in self._workers:
            worker.stop()
        until = self._clock.monotonic() + _STOP_SECONDS
        late = [worker.name for worker in self._workers if not worker.join(until - self._clock.monotonic())]
        if late:
            log.warning("%s still waits for an answer; the journal remembers what was tried", ", ".join(late))
        self._say("stopped")
        self._reader.close()
        if not late:
            self._engine.close()
            if self._shipper is not None:
                self._shipper.close()
            self._journal.close()

    def _retain(self) -> float:
        keep, now = self._parts.config.retention, self._clock.now()
        while retention.drop(
            self._journal, events_before=now - int(keep.events_days * _DAY),
            incidents_before=now - int(keep.incidents_days * _DAY),
            shipped=outbox.position(self._journal, "elastic:events") if self._shipper is not None else None,
        ):
            if self._stop.is_set():
                break
        return _RETENTION_SECONDS


__all__ = ["Service", "run"]
