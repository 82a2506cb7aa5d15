"""Sources that are not read but fed: whoever receives fills an inbox, and the pipeline empties it.

In: arrivals. Out: lines, numbered through: a line's offset is its place among all bytes that the source ever handed over.
The count goes on from the checkpoint. It begins at the time of day in nanoseconds, not at 0: with a journal that was made
anew, no event may get the id of another that Elasticsearch still holds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import ClassVar

from sentinel.clock import SECOND, Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, File, Gap, Line
from sentinel.sources._base import Lag, Reading
from sentinel.sources._inbox import Arrival, Inbox
from sentinel.sources.files.identity import file_id

_NEVER = 3600.0


class Feed:
    """One source that is fed. A subclass starts whatever fills the inbox when it is made, and ends it in `stop` and `close`.

    Attributes:
        kind: what such a source's files are called: "syslog" of "syslog:udp://127.0.0.1:5514".
        cursor: as last committed; empty at the very first start.
        problem: why nothing comes in, empty when all is well.
        final: nothing more is expected. ended: nothing more can come.
    """

    kind: ClassVar[str]

    def __init__(self, config: SourceConfig, known: Sequence[Checkpoint], host: str, clock: Clock,
                 woken: threading.Event) -> None:
        self.config, self.clock, self.woken = config, clock, woken
        self.inbox = Inbox(woken, self.room)
        self.problem = ""
        self.final = self.ended = False
        self._host = host
        self._files: dict[str, File] = {}
        self._own = self._file("")
        last = next((k for k in known if k.file.id == self._own.id), None)
        self._count = last.offset if last else clock.now()
        self.cursor = last.cursor if last else ""
        self._handed: list[Arrival] = []

    def _file(self, name: str) -> File:
        found = self._files.get(name)
        if found is None:
            path = f"{self.kind}:{name}" if name else self.kind
            found = self._files[name] = File(file_id(self._host, self.config.name, b"", path), self.config.name, path)
        return found

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        """See `Input.read`."""
        ended = self.ended  # Asked first: what came before the end is then in the inbox.
        reading = Reading()
        self._handed = self.inbox.take(max_lines, max_bytes)
        for arrival in self._handed:
            file = self._file(arrival.name)
            if arrival.lost:
                reading.gaps.append(Gap(file, self._count, arrival.lost_bytes, arrival.lost, self.clock.now()))
            if arrival.data or arrival.flaw:
                size = arrival.length
                reading.lines.append(Line(file, self._count, arrival.data, size, arrival.flaw, arrival.at, arrival.stream, arrival.whole))
                self._count += size
        if self._handed:
            self.cursor = self.moved(self._handed)
            reading.checkpoints.append(Checkpoint(self._own, self._count, 0, 0, "", 0, "", self.clock.now(), self.cursor))
        reading.at_end = not len(self.inbox) and (ended or not self.final)
        return reading

    def moved(self, arrivals: Sequence[Arrival]) -> str:
        """The cursor that holds once these are committed."""
        return self.cursor

    def committed(self) -> None:
        """What was handed over last is in the journal."""
        self._handed = []

    def room(self) -> None:
        """Something was taken out of the inbox."""

    def finish(self) -> None:
        """See `Input.finish`."""
        self.final = True

    def stop(self) -> None:
        """Take nothing more in. What was taken in and cannot come again is still handed over."""
        self.final = True

    def close(self) -> None:
        """End whatever fills the inbox."""
        self.inbox.close()

    def lag(self) -> Lag:
        held = self._handed
        oldest = held[0].at if held else self.inbox.oldest()
        seconds = max(0, self.clock.now() - oldest) / SECOND if oldest else 0.0
        return Lag(sum(len(a.data) for a in held) + self.inbox.bytes, round(seconds, 3), max(1, len(self._files) - 1), self.problem)


class Feeds:
    """All sources of one kind that are fed: an `Input`. A subclass names the section and the feed."""

    section: ClassVar[str]
    feed: ClassVar[type[Feed]]

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock,
                 woken: threading.Event) -> None:
        self._feeds = [self.feed(source, known, host, clock, woken) for source in sources]

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        whole = Reading()
        lines, size = max(1, max_lines // len(self._feeds)), max(1, max_bytes // len(self._feeds))
        for one in self._feeds:
            reading = one.read(lines, size)
            whole.lines += reading.lines
            whole.checkpoints += reading.checkpoints
            whole.gaps += reading.gaps
            whole.at_end &= reading.at_end
        return whole

    def committed(self, reading: Reading) -> None:
        for one in self._feeds:
            one.committed()

    def due_in(self) -> float:
        return 0.0 if any(len(one.inbox) for one in self._feeds) else _NEVER

    def finish(self) -> None:
        for one in self._feeds:
            one.finish()

    def stop(self) -> None:
        for one in self._feeds:
            one.stop()

    def lag(self) -> dict[str, Lag]:
        return {one.config.name: one.lag() for one in self._feeds}

    def close(self) -> None:
        for one in self._feeds:
            one.close()
