"""What every input is asked for, and what it hands over."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import ClassVar, Protocol

from msgspec import Struct, field

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, Gap, Line


class Reading(Struct):
    """One batch.

    Attributes:
        checkpoints: how far everything that was touched is read once these lines are dealt with.
        gaps: what could not be read any more. skipped: bytes of NUL holes passed over, by source.
        at_end: there was nothing more to read. looked_at: nanoseconds; what was written before is among what was read, now or
            earlier; 0: so is everything.
    """

    lines: list[Line] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    at_end: bool = True
    looked_at: int = 0


class Readings(Protocol):
    """Where a pipeline has its lines from: `Reader`, or in a replay logs that are merged by their times.

    Attributes:
        at_end: the last read took all there was; after `finish`, all there will ever be.
    """

    at_end: bool

    def read(self) -> Reading:
        """The next lines, without waiting."""
        ...

    def committed(self, reading: Reading) -> None:
        """The reading, which was the last, is in the journal."""
        ...

    def finish(self) -> None:
        """From now on nothing more is expected."""
        ...

    def wait(self, timeout_seconds: float) -> None:
        """Sleep until there may be something to read, or the time is over."""
        ...


class Lag(Struct, frozen=True):
    """How far a source is behind.

    Attributes:
        bytes: written and not yet committed. seconds: for how long. problem: why it cannot be read, or empty.
        note: worth knowing, and nothing is lost by it; or empty. unwatched: of that, why changes are seen late.
    """

    bytes: int
    seconds: float
    files: int
    problem: str
    note: str = ""
    unwatched: str = ""


class Input(Protocol):
    """Reads the sources of one kind. One thread reads; `lag` may be called from any.

    What was read and not committed comes again after a restart, with the same files and offsets; what was committed never
    does.

    Attributes:
        section: the key of a source's config that makes it one of this kind.
    """

    section: ClassVar[str]

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock,
                 woken: threading.Event) -> None:
        """
        Args:
            known: checkpoints of these sources, the last seen first.
            woken: set from any thread when there is something to read.
        """
        ...

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        """The next lines, without waiting. Empty only when there is nothing to hand over now."""
        ...

    def committed(self, reading: Reading) -> None:
        """What `read` gave last is in the journal."""
        ...

    def due_in(self) -> float:
        """Seconds until it wants to be read again though nothing woke it; 0 when it has more at hand."""
        ...

    def finish(self) -> None:
        """From now on nothing more is expected: what is unfinished is handed over as it is."""
        ...

    def stop(self) -> None:
        """Take nothing more in. From now on `read` hands over what came in before and could not be read again."""
        ...

    def lag(self) -> dict[str, Lag]:
        """By source name."""
        ...

    def close(self) -> None: ...
