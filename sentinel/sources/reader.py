"""All sources' lines in batches, whatever they come from, and the checkpoints that hold once those lines are in the journal.

In: the configured sources and the checkpoints last committed. Out: `Reading`s. Reading never blocks; `wait` does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources._base import Input, Lag, Reading
from sentinel.sources.files.files import Files
from sentinel.sources.journald.journald import Journald
from sentinel.sources.otlp.otlp import Otlp
from sentinel.sources.stdin import Stdin
from sentinel.sources.syslog.syslog import Syslog

# Which section of a source's config is set says who reads it.
INPUTS: tuple[type[Input], ...] = (Files, Journald, Stdin, Syslog, Otlp)

__all__ = ["INPUTS", "Lag", "Reader", "Reading"]


class Reader:
    """Asks the inputs in turn. One thread reads; `wake` and `lag` may be called from any.

    Attributes:
        at_end: the last read took all there was; after `finish`, all there will ever be.
        looked_at: what was written before (nanoseconds) has been read, if `at_end`.
        emptied: after `stop`: the last read took what came in before and cannot come again.
    """

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock) -> None:
        self._host, self._clock = host, clock
        self._woken = threading.Event()
        self._inputs: deque[Input] = deque()
        self._read_by: dict[type[Input], tuple[list[SourceConfig], Input]] = {}
        self._handed: list[tuple[Input, Reading]] = []
        self._leaving: list[Input] = []
        self.at_end = self.emptied = False
        self.looked_at = 0
        self.use(sources, known)

    def use(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint]) -> None:
        """Read these sources from now on. An input goes on undisturbed when none of its sources has changed.

        Args:
            known: every checkpoint that the journal holds.
        """
        for kind in self._changed(sources):
            if kind in self._read_by:
                self._read_by.pop(kind)[1].close()
            mine = _of(kind, sources)
            names = {source.name for source in mine}
            if mine:
                one = kind(mine, [k for k in known if k.file.source in names], self._host, self._clock, self._woken)
                self._read_by[kind] = (mine, one)
        self._inputs = deque(one for _, one in self._read_by.values())
        self._leaving = []

    def stop(self, keep: Sequence[SourceConfig] = ()) -> None:
        """Take nothing more in, except by inputs whose sources are all kept as they are; then read until `emptied`."""
        self._leaving = [self._read_by[kind][1] for kind in self._changed(keep) if kind in self._read_by]
        for one in self._leaving:
            one.stop()
        self.emptied = not self._leaving

    def _changed(self, sources: Sequence[SourceConfig]) -> list[type[Input]]:
        return [kind for kind in INPUTS if _of(kind, sources) != self._read_by.get(kind, ([],))[0]]

    def read(self, max_lines: int = 2000, max_bytes: int = 4 << 20) -> Reading:
        """The next lines, a share of every input. Empty only when there is nothing to hand over now."""
        self._handed = []
        whole, now = Reading(), self._clock.now()
        taken = 0
        # Who comes first may use what the others leave, so everybody comes first in turn.
        self._inputs.rotate(1)
        for left, one in zip(range(len(self._inputs), 0, -1), self._inputs, strict=True):
            reading = one.read(max(1, (max_lines - len(whole.lines)) // left), max(1, (max_bytes - taken) // left))
            self._handed.append((one, reading))
            taken += sum(line.size for line in reading.lines)
            whole.lines += reading.lines
            whole.checkpoints += reading.checkpoints
            whole.gaps += reading.gaps
            whole.skipped |= reading.skipped
            whole.at_end &= reading.at_end
        self.at_end = whole.at_end
        self.looked_at = min((reading.looked_at or now for _, reading in self._handed), default=now)
        self.emptied = all(reading.at_end for one, reading in self._handed if one in self._leaving)
        return whole

    def committed(self, reading: Reading) -> None:
        """The reading, which was the last, is in the journal."""
        for one, part in self._handed:
            one.committed(part)

    def finish(self) -> None:
        """From now on nothing more is expected: the last line of each file is delivered even without a line end."""
        for one in self._inputs:
            one.finish()

    def wait(self, timeout_seconds: float) -> None:
        """Sleep until something was written, `wake` is called, an input wants to look again or the time is over."""
        due = min((one.due_in() for one in self._inputs), default=timeout_seconds)
        if due > 0:
            self._woken.wait(min(timeout_seconds, due))
            self._woken.clear()

    def wake(self) -> None:
        self._woken.set()

    def lag(self) -> dict[str, Lag]:
        return {name: lag for one in tuple(self._inputs) for name, lag in one.lag().items()}

    def close(self) -> None:
        for one in self._inputs:
            one.close()


def _of(kind: type[Input], sources: Sequence[SourceConfig]) -> list[SourceConfig]:
    return [source for source in sources if getattr(source, kind.section)]
