"""A reader with a stand-in for the journal: what was committed survives, what was only read does not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, Gap, Line
from sentinel.sources.files.discover import Seen, see
from sentinel.sources.reader import Reader


def seen(path: Path | str) -> Seen:
    found = see(str(path))
    assert found is not None
    return found


def emit(path: Path, *numbers: int) -> None:
    with path.open("ab") as file:
        file.write(b"".join(b'{"n":%d}\n' % n for n in numbers))


class Clock:
    """The machine's time of day, as the file system has it, and a monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> int:
        return time.time_ns()

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Follower:
    """Reads a folder. `commit` is one transaction: lines, gaps and checkpoints of a reading together."""

    def __init__(self, folder: Path, glob: str = "*.log", *, max_lines: int = 2000, **config: Any) -> None:
        self.folder, self.max_lines = folder, max_lines
        config = {"paths": [str(folder / glob)]} | config
        self.config = SourceConfig(name="s", format="json", **config)
        self.clock = Clock()
        self.lines: list[Line] = []
        self.gaps: list[Gap] = []
        self.skipped = 0
        self.checkpoints: dict[str, Checkpoint] = {}
        self._before: tuple[int, int, int, dict[str, Checkpoint]] | None = None
        self.reader: Reader | None = None

    def start(self) -> Reader:
        if self.reader is None:
            known = sorted(self.checkpoints.values(), key=lambda c: (-c.at, c.file.id))
            self.reader = Reader([self.config], known, "host", self.clock)
        return self.reader

    def poll(self, rounds: int = 2) -> list[Line]:
        """Read until idle for so many rounds of looking. The lines that came."""
        reader, count, idle = self.start(), len(self.lines), 0
        self._before = None
        for _ in range(10_000):
            reading = reader.read(max_lines=self.max_lines)
            if reading.lines or reading.checkpoints or reading.gaps:
                self._before = (len(self.lines), len(self.gaps), self.skipped, dict(self.checkpoints))
                self.lines += reading.lines
                self.gaps += reading.gaps
                self.skipped += sum(reading.skipped.values())
                self.checkpoints |= {c.file.id: c for c in reading.checkpoints}
                reader.committed(reading)
                idle = 0
            elif reading.at_end:
                idle += 1
                self.clock.sleep(1.0)
            if idle > rounds:
                return self.lines[count:]
        raise AssertionError("never idle")

    def stop(self) -> None:
        if self.reader is not None:
            self.reader.close()
            self.reader = None

    def kill(self) -> None:
        """As if killed before the last commit of this poll; the very first one stands, or nothing is known of the file."""
        self.stop()
        if self._before is not None and self._before[0]:
            lines, gaps, self.skipped, self.checkpoints = self._before
            del self.lines[lines:], self.gaps[gaps:]
        self._before = None

    def texts(self) -> list[bytes]:
        return [line.data for line in self.lines if not line.flaw]

    def ids(self) -> set[tuple[str, int, int]]:
        return {(line.file.id, line.file.generation, line.offset) for line in self.lines}
