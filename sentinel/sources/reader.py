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

# Which section of a source's config is set says who reads it.
INPUTS: tuple[type[Input], ...] = (Files,)

__all__ = ["INPUTS", "Lag", "Reader", "Reading"]


class Reader:
    """Asks the inputs in turn. One thread reads; `wake` and `lag` may be called from any."""

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock) -> None:
        self._woken = threading.Event()
        self._inputs: deque[Input] = deque()
        self._handed: list[tuple[Input, Reading]] = []
        for kind in INPUTS:
            mine = [source for source in sources if getattr(source, kind.section)]
            names = {source.name for source in mine}
            if mine:
                self._inputs.append(kind(mine, [k for k in known if k.file.source in names], host, clock, self._woken))

    def read(self, max_lines: int = 2000, max_bytes: int = 4 << 20) -> Reading:
        """The next lines, a share of every input. Empty only when there is nothing to hand over now."""
        self._handed = []
        whole = Reading()
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
        return whole

    def committed(self, reading: Reading) -> None:
        """The reading, which was the last, is in the journal."""
        for one, part in self._handed:
            one.committed(part)
        self._handed = []

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
