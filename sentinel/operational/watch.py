"""What is usual for each source, and what is not just now.

In: what the pipeline committed, and how far each source is behind. Out: judgements, one a kind and source; of what cannot
be judged yet there is none. The pipeline's thread tells, another asks.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence

import msgspec

from sentinel.config.model import SourceConfig
from sentinel.journal.batch import Batch
from sentinel.operational import zone
from sentinel.operational.silence import Habits, Silence
from sentinel.operational.skew import Skew
from sentinel.operational.unreadable import Letters

# Of a kind and a subject: what is wrong, empty when all is well, None when nobody watches it any more. What is not there is
# as it was.
Judged = dict[tuple[str, str], str | None]
_decode = msgspec.msgpack.Decoder(Habits).decode


class Watch:
    """All sources of a config.

    Args:
        habits: what the journal holds of each, encoded. unreadable: sources whose lines could not be read at the last look.
        now: wall time of this process's start.
    """

    def __init__(self, sources: Sequence[SourceConfig], habits: Mapping[str, bytes], unreadable: Collection[str], now: int) -> None:
        self._lock = threading.Lock()
        self._started_at = now
        self._sources = {config.name: _Source(config, habits.get(config.name), config.name in unreadable, now) for config in sources}

    def use(self, sources: Sequence[SourceConfig], now: int) -> None:
        """Take these sources from now on; what is known of those that stay, stays."""
        with self._lock:
            self._sources = {config.name: _Source(config, self._encoded(config.name), False, now) if self._new(config)
                             else self._sources[config.name] for config in sources}

    def _new(self, config: SourceConfig) -> bool:
        return config.name not in self._sources or self._sources[config.name].config != config

    def _encoded(self, name: str) -> bytes | None:
        return msgspec.msgpack.encode(self._sources[name].silence.habits) if name in self._sources else None

    def saw(self, batch: Batch, now: int) -> None:
        """A batch was committed."""
        newest: dict[str, int] = {}
        timed: dict[str, int] = {}
        events: dict[str, int] = {}
        dead: dict[str, int] = {}
        for event, _ in batch.events:
            source = event.file.source
            events[source] = events.get(source, 0) + 1
            # A clock that lent its time to a record says nothing of the record's zone: uvicorn's access lines among vLLM's.
            if not event.lent:
                newest[source], timed[source] = event.at, timed.get(source, 0) + 1
        for letter in batch.deadletters:
            dead[letter.origin] = dead.get(letter.origin, 0) + 1
        heard = {name.partition(":")[2] for name in batch.counts if name.startswith("lines:")}
        with self._lock:
            for name in heard | events.keys() | dead.keys():
                if name in self._sources:
                    self._sources[name].saw(events.get(name, 0), dead.get(name, 0), now)
            for name, count in timed.items():
                if name in self._sources:
                    self._sources[name].timed(newest[name], count, now)

    def judged(self, behind: Mapping[str, int], now: int) -> Judged:
        """Args: behind: bytes that are not read yet, by source; one that is not there is not known."""
        with self._lock:
            return {(kind, name): text for name, source in self._sources.items()
                    for kind, text in source.judged(behind.get(name) == 0, now).items()}

    def habits(self) -> dict[str, bytes]:
        """What the journal is to keep, by source."""
        with self._lock:
            return {name: msgspec.msgpack.encode(source.silence.habits) for name, source in self._sources.items()}


class _Source:
    def __init__(self, config: SourceConfig, habits: bytes | None, unreadable: bool, now: int) -> None:
        self.config = config
        self.silence = Silence(config.silent_after, _decode(habits) if habits else Habits(now), now)
        self._letters, self._skew = Letters(unreadable), Skew()

    def saw(self, events: int, dead: int, now: int) -> None:
        self.silence.heard(now)
        self._letters.saw(events, dead)

    def timed(self, newest_at: int, records: int, now: int) -> None:
        self._skew.saw(newest_at, records, now)

    def judged(self, caught_up: bool, now: int) -> dict[str, str]:
        said = {}
        if caught_up:
            said["source-silent"] = self.silence.said(now)
        if self._letters.sure:
            said["source-unreadable"] = self._letters.said()
        if self._skew.sure:
            said["source-clock"] = self._skew.said(zone.wanted(self.config.timezone, self._skew.off, now))
        return said
