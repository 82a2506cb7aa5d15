"""What the daemon says of itself, for `status` and `watch` in other processes.

In: the pipeline's counters and the reader's lag. Out: rows in the journal's health table.
"""

from __future__ import annotations

import os

from sentinel import __version__
from sentinel.assembly import Parts
from sentinel.clock import Clock
from sentinel.journal import counts, health
from sentinel.journal.database import Journal
from sentinel.pipeline import Pipeline
from sentinel.sources.reader import Reader
from sentinel.telemetry import Metrics

# It is said again in a second, and whoever waits for the writer must not be the one who looks after it.
_WAIT_SECONDS = 2.0


class Health:
    """Remembers since when the pipeline has been idle, and writes the rows.

    Attributes:
        status: the same in a line, for systemd.
    """

    def __init__(self, journal: Journal, clock: Clock, metrics: Metrics, *, dry_run: bool) -> None:
        self._journal, self._clock, self._metrics, self._dry_run = journal, clock, metrics, dry_run
        self._started_at = clock.now()
        self._caught_up_at = 0
        self._last = (clock.monotonic(), 0)
        self._rate = 0.0
        self.status = "starting"

    def idle_since(self, at: int) -> None:
        """A turn that began at `at` (nanoseconds) found nothing to read: all that was written before is in the journal."""
        self._caught_up_at = at

    def busy(self) -> None:
        self._caught_up_at = 0

    def say(self, pipeline: Pipeline, parts: Parts, reader: Reader, *, state: str) -> None:
        """Write the rows "daemon", "rules" and "source:NAME". Raises: JournalError."""
        now = self._clock.now()
        counted = counts.all_of(self._journal)
        daemon = {
            "pid": os.getpid(), "version": __version__, "started_at": self._started_at, "state": state,
            "mode": parts.config.playbooks.mode, "dry_run": self._dry_run, "problem": pipeline.problem,
            "lines": pipeline.lines, "events_per_second": self._per_second(pipeline.lines),
            "caught_up": bool(self._caught_up_at), "caught_up_at": self._caught_up_at,
        }
        lags = reader.lag()
        for source, lag in lags.items():
            self._metrics.lag.labels(source).set(lag.bytes)
            self._metrics.late.labels(source).set(lag.seconds)
        evicted = pipeline.evicted
        for rule, (groups, entries) in evicted.items():
            self._metrics.groups_evicted.labels(rule).set(groups)
            self._metrics.entries_evicted.labels(rule).set(entries)
        behind = sum(lag.bytes for lag in lags.values())
        self.status = f"{state}, {len(lags)} source(s), {self._rate:.0f} events/s, {behind} bytes behind"
        with self._journal.write(_WAIT_SECONDS) as db:
            health.put(db, "daemon", now, daemon)
            health.put(db, "rules", now, {"loaded": len(parts.rules), "broken": [str(m) for m in parts.broken], "evicted": evicted})
            for source, lag in lags.items():
                health.put(db, f"source:{source}", now, {
                    "bytes": lag.bytes, "seconds": lag.seconds, "files": lag.files, "problem": lag.problem, "note": lag.note,
                    "lines": counted.get(f"lines:{source}", 0), "deadletters": counted.get(f"deadletters:{source}", 0)})

    def _per_second(self, lines: int) -> float:
        now = self._clock.monotonic()
        before, count = self._last
        if now - before >= 1.0:
            self._rate = (lines - count) / (now - before)
            self._last = (now, lines)
        return round(self._rate, 1)
