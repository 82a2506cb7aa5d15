"""A feed under test with a stand-in for the journal: what was committed survives a restart, what was only read does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sentinel.clock import SystemClock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, Gap, Line
from sentinel.sources._feed import Feeds


class Fed:
    """One source. `lines` and `gaps` are what a journal would hold."""

    def __init__(self, kind: type[Feeds], **config: Any) -> None:
        self.kind = kind
        self.config = SourceConfig.model_validate({"name": "s", "format": "json"} | config)
        self.lines: list[Line] = []
        self.gaps: list[Gap] = []
        self.checkpoints: dict[str, Checkpoint] = {}
        self.start()

    def start(self) -> None:
        self.woken = threading.Event()
        self.input = self.kind([self.config], list(self.checkpoints.values()), "host", SystemClock(), self.woken)

    def restart(self) -> None:
        """As after kill -9: what was not committed is forgotten."""
        self.input.close()
        self.start()

    def poll(self, max_lines: int = 1000, *, commit: bool = True) -> list[Line]:
        reading = self.input.read(max_lines, 1 << 20)
        if commit:
            self.lines += reading.lines
            self.gaps += reading.gaps
            self.checkpoints |= {c.file.id: c for c in reading.checkpoints}
            self.input.committed(reading)
        self.at_end = reading.at_end
        return reading.lines

    def until(self, true: Callable[[], Any], seconds: float = 10) -> None:
        """Read and commit until it holds."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, (self.texts()[-5:], self.gaps, self.input.lag())
            self.poll()
            time.sleep(0.01)

    def until_count(self, count: int, seconds: float = 10) -> list[bytes]:
        self.until(lambda: len(self.lines) >= count, seconds)
        assert len(self.lines) == count, self.texts()
        return self.texts()

    def to_the_end(self) -> list[bytes]:
        """All there is, as with `--once`."""
        self.input.finish()
        return self._drain()

    def stop(self) -> list[bytes]:
        """Take nothing more in; what is handed over all the same."""
        self.input.stop()
        return self._drain()

    def _drain(self) -> list[bytes]:
        self.at_end = False
        self.until(lambda: self.at_end)
        return self.texts()

    def texts(self) -> list[bytes]:
        return [line.data for line in self.lines]

    def ids(self) -> set[tuple[str, int]]:
        return {(line.file.id, line.offset) for line in self.lines}

    @property
    def problem(self) -> str:
        return self.input.lag()["s"].problem
