"""Several past logs as one stream in the order of their event times, near enough: always that one goes on which is furthest
behind. In: tracks. Out: readings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sentinel.clock import SECOND, Clock
from sentinel.journal.batch import Batch
from sentinel.records.line import Checkpoint
from sentinel.replay.tracks import Track
from sentinel.sources._base import Reading, Readings
from sentinel.sources.reader import Reader

# A day ahead of the true time a line has a wrong one: it must not carry the clock away.
_DAY = 86_400 * SECOND


class EventClock:
    """A clock that shows the time of the newest event: it makes yesterday's log yesterday's incidents.

    Args: true: the machine's clock. at: what it shows before the first event.
    """

    def __init__(self, true: Clock, at: int) -> None:
        self._true, self._at, self._most = true, at, true.now() + _DAY

    def now(self) -> int:
        return self._at

    def monotonic(self) -> float:
        return self._true.monotonic()

    def sleep(self, seconds: float) -> None:
        self._true.sleep(seconds)

    def saw(self, at: int) -> None:
        """An event is of this time."""
        if self._at < at <= self._most:
            self._at = at


class Merged(Readings):
    """Reads the tracks, each to the end of its last file.

    Args:
        known: what the journal holds; asked for each file anew, so that a copy of what was read is known as one.
        most: lines a batch.

    Attributes:
        at_end: everything is read. read_bytes: how much of it. unread: files that could not be read, with why.
    """

    def __init__(self, tracks: Sequence[Track], known: Callable[[], Sequence[Checkpoint]], host: str, clock: EventClock, most: int) -> None:
        self._tracks, self._known, self._host, self._clock, self._most = list(tracks), known, host, clock, most
        self._readers: dict[int, Reader] = {}
        self._now: tuple[Track, Reader] | None = None
        self.at_end = False
        self.read_bytes = 0
        self.unread: dict[str, str] = {}

    def read(self) -> Reading:
        """The next lines of the track that is furthest behind."""
        while self._tracks:
            track = min(self._tracks, key=lambda one: one.watermark)
            reader = self._reader(track)
            if reader is None:
                self._tracks.remove(track)
                continue
            reading = reader.read(self._most)
            if reading.lines or reading.checkpoints or reading.gaps:
                self._now = track, reader
                # Parts of one event may stand in two files, and in two logs.
                reading.at_end = False
                return reading
            self._close(track)
        self.at_end = True
        return Reading()

    def committed(self, reading: Reading) -> None:
        assert self._now is not None or not reading.lines
        if self._now is not None:
            self._now[1].committed(reading)
        self.read_bytes += sum(line.size for line in reading.lines)

    def saw(self, batch: Batch) -> None:
        """What came of the reading, before the next is asked for."""
        newest = max((event.at for event, _ in batch.events), default=0)
        self._clock.saw(newest)
        if self._now is not None:
            track = self._now[0]
            track.watermark = max(track.watermark, min(newest, self._clock.now()))

    def finish(self) -> None:
        """Nothing is waited for in any case."""

    def wait(self, timeout_seconds: float) -> None:
        """Nothing is waited for in any case."""

    def close(self) -> None:
        for track in list(self._tracks):
            self._close(track)

    def _reader(self, track: Track) -> Reader | None:
        reader = self._readers.get(id(track))
        if reader is None:
            source = track.next()
            if source is None:
                return None
            reader = self._readers[id(track)] = Reader([source], self._known(), self._host, self._clock)
            reader.finish()
        return reader

    def _close(self, track: Track) -> None:
        reader = self._readers.pop(id(track), None)
        if reader is not None:
            for lag in reader.lag().values():
                if lag.problem:
                    self.unread[track.source.name] = lag.problem
            reader.close()
