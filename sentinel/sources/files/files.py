"""The lines of all files in batches, fairly, and the checkpoints that hold once those lines are in the journal.

In: the sources with `paths` and the checkpoints last committed. Out: `Reading`s. A file is looked at when it is announced as
changed, and every file once a second in any case (every ten where that would cost more than a hundredth of the time).
"""

from __future__ import annotations

import os
import resource
import threading
from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, Line
from sentinel.sources._base import Lag, Reading
from sentinel.sources.files.discover import Seen, key_of
from sentinel.sources.files.handle import Replaced, open_handle
from sentinel.sources.files.notify import Notify
from sentinel.sources.files.source import Source
from sentinel.sources.files.tail import Cut, Tail

_SCAN_SECONDS, _MOST_SCAN_SECONDS = 1.0, 10.0
# What looking at idle files may cost: a look at 5,000 takes about 40 ms.
_SCAN_SHARE = 150
# An early look may cost a twentieth of the time at most: folders with many files change often.
_EARLY_SCAN_SECONDS = 0.05
_EARLY_SCAN_SHARE = 20


class Files:
    """Follows the files of all sources that have `paths`."""

    section: ClassVar[str] = "paths"

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock,
                 woken: threading.Event) -> None:
        self._clock = clock
        self._sources = {config.name: Source(config, [k for k in known if k.file.source == config.name], host, clock)
                         for config in sources}
        self._notify = Notify(woken)
        # Files with something to read, by source: one with thousands of them must not hold up one with a single file.
        self._queues: dict[str, deque[Tail]] = {config.name: deque() for config in sources}
        self._turns = deque(self._queues)
        self._open: dict[Tail, None] = {}
        self._most_open = max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)
        self._by_path: dict[str, list[Tail]] = {}
        self._scanned_at = -_SCAN_SECONDS * 2
        self._scan_took = 0.0
        self._all_seen_at = 1  # Never; 0 would say that everything was.
        self._look_soon = self._final = self._stopped = False

    def finish(self) -> None:
        """From now on nothing more is expected: the last line of each file is delivered even without a line end."""
        self._final = True
        self._scanned_at = -_SCAN_SECONDS * 2
        for source in self._sources.values():
            source.final = True
            for tail in source.known.live.values():
                tail.drained = False

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        """The next lines, a chunk of a file of each source in turn."""
        reading = Reading()
        if self._stopped:
            return reading
        self._look()
        taken = idle = 0
        while idle < len(self._turns) and len(reading.lines) < max_lines and taken < max_bytes:
            # What the batch still holds is for all who have something; who comes last in this one comes first in the next.
            waiting = sum(bool(queue) for queue in self._queues.values()) or 1
            most = -(-(max_lines - len(reading.lines)) // waiting)
            name = self._turns[0]
            self._turns.rotate(-1)
            tail = self._next(self._queues[name])
            if tail is None:
                idle += 1
                continue
            idle = 0
            lines, size = self._take(tail, most, reading)
            reading.lines += lines
            taken += size
        for source in self._sources.values():
            reading.checkpoints += source.checkpoints()
            reading.gaps += source.known.gaps
            source.known.gaps.clear()
        reading.at_end, reading.looked_at = not any(self._queues.values()), self._all_seen_at
        return reading

    def _next(self, queue: deque[Tail]) -> Tail | None:
        """The next file of a source that waits for no other."""
        for _ in range(len(queue)):
            tail = queue.popleft()
            tail.waits = [other for other in tail.waits if other.queued and not other.drained]
            if not tail.waits:
                return tail
            queue.append(tail)
        return None

    def stop(self) -> None:
        """Hand over nothing more: a file can be read again."""
        self._stopped = True

    def committed(self, reading: Reading) -> None:
        """The reading is in the journal."""
        now = self._clock.monotonic()
        for checkpoint in reading.checkpoints:
            tail = self._sources[checkpoint.file.source].known.live.get((checkpoint.device, checkpoint.inode))
            if tail is not None and tail.file.generation == checkpoint.file.generation:
                tail.safe = checkpoint.offset
                tail.late_since = now if tail.behind() else 0.0

    def due_in(self) -> float:
        if any(self._queues.values()):
            return 0.0
        return max(0.0, self._scanned_at + self._scan_every() - self._clock.monotonic())

    def _scan_every(self) -> float:
        if self._notify.blind:
            return _SCAN_SECONDS
        return min(max(_SCAN_SECONDS, self._scan_took * _SCAN_SHARE), _MOST_SCAN_SECONDS)

    def lag(self) -> dict[str, Lag]:
        now = self._clock.monotonic()
        return {name: self._lag_of(source, now) for name, source in self._sources.items()}

    def _lag_of(self, source: Source, now: float) -> Lag:
        tails = list(source.known.live.values())
        late = [tail for tail in tails if (tail.late_since or tail.ending) and tail.behind()]
        seconds = max((now - tail.late_since for tail in late if tail.late_since), default=0.0)
        unseen = sum(map(_grown, tails)) if self._held_for(now) else 0
        if unseen:
            seconds = max(seconds, self._held_for(now))
        return Lag(sum(tail.behind() for tail in late) + unseen, round(seconds, 3), len(tails), source.problem(),
                   "; ".join(filter(None, (self._notify.problem, *source.globs.notes[:1]))), self._notify.problem)

    def _held_for(self, now: float) -> float:
        """Seconds since the last look, if one is overdue: while the journal cannot be written nobody looks."""
        since = now - self._scanned_at
        return since if since > 2 * self._scan_every() else 0.0

    def close(self) -> None:
        self._notify.close()
        for tail in list(self._open):
            tail.close()
        self._open.clear()

    # Looking

    def _look(self) -> None:
        names, anything = self._notify.changed()
        since = self._clock.monotonic() - self._scanned_at
        early = min(max(_EARLY_SCAN_SECONDS, self._scan_took * _EARLY_SCAN_SHARE), _SCAN_SECONDS)
        self._look_soon |= anything
        if since >= self._scan_every() or (self._look_soon and since >= early):
            self._scan()
            return
        for name in names:
            for tail in self._by_path.get(name, ()):
                self._glance(tail)
            # Other programs' files lie beside ours, perhaps our own journal: their growth is no reason to look at all of ours.
            self._look_soon |= name not in self._by_path and any(source.awaits(name) for source in self._sources.values())

    def _scan(self) -> None:
        began, at = self._clock.monotonic(), self._clock.now()
        self._by_path = {}
        for source in self._sources.values():
            watched = source.globs.watched()
            self._notify.watch(watched)
            for tail in source.scan():
                self._enqueue(tail)
            if not any(deep for _, deep in watched):
                # Where links lead to, and where rotation put what is still being read.
                self._notify.watch((folder, False) for folder in sorted({t.family[0] for t in source.known.live.values()}))
            for tail in source.known.live.values():
                self._by_path.setdefault(tail.file.path, []).append(tail)
        if not any(source.undecided() for source in self._sources.values()):
            self._all_seen_at = at
        self._scanned_at = self._clock.monotonic()
        self._scan_took = self._scanned_at - began
        self._look_soon = False

    def _glance(self, tail: Tail) -> None:
        """Look at one file that was announced as changed."""
        if tail.detour or tail.queued:
            return
        try:
            status = os.stat(tail.file.path)  # noqa: PTH116 - once per write of each file
        except OSError:
            self._look_soon = True
            return
        if key_of(status) != tail.key or (status.st_size < tail.offset and not tail.packed):
            self._look_soon = True
        elif tail.seen(Seen(tail.file.path, tail.key, status.st_size, status.st_mtime_ns)):
            self._enqueue(tail)

    def _enqueue(self, tail: Tail) -> None:
        if not tail.queued:
            tail.queued, tail.drained = True, False
            tail.late_since = tail.late_since or self._clock.monotonic()
            self._queues[tail.file.source].append(tail)

    # Reading

    def _take(self, tail: Tail, most: int, reading: Reading) -> tuple[list[Line], int]:
        source = self._sources[tail.file.source]
        before = (tail.file.generation, tail.offset)
        tail.queued = False
        try:
            self._opened(tail)
            lines = tail.read(most, final=self._final or tail.final)
            tail.problem = ""
            if not tail.detour:
                tail.sure = max(tail.size, tail.offset)
        except Cut:
            source.cut(tail)
            self._enqueue(tail)
            return [], 0
        except (FileNotFoundError, Replaced):
            tail.drained, self._look_soon = True, True  # Renamed while it was opened: the next look finds it.
            return [], 0
        except OSError as error:
            tail.problem, tail.drained = error.strerror or str(error), True
            return [], 0
        if tail.skipped:
            reading.skipped[source.name] = reading.skipped.get(source.name, 0) + tail.skipped
            tail.skipped = 0
        size = tail.offset - before[1]
        if size:
            tail.grown_at = self._clock.monotonic()
            source.known.touch(tail)
        if not tail.drained:
            self._enqueue(tail)
        else:
            self._drained(source, tail)
        return lines, size

    def _drained(self, source: Source, tail: Tail) -> None:
        if tail.detour:
            source.end_detour(tail)
            self._enqueue(tail)
        elif tail.over:
            source.bury(tail)
        tail.final = False
        if tail.packed or tail.handle is None:
            tail.close()
            self._open.pop(tail, None)

    def _opened(self, tail: Tail) -> None:
        """Have the file open. It stays open, so that a renamed or deleted one can still be read to its end."""
        self._open.pop(tail, None)
        if tail.handle is None:
            tail.handle = open_handle(tail.detour or Seen(tail.file.path, tail.key, 0, 0))
            tail.packed = tail.handle.packed
        self._open[tail] = None
        if len(self._open) > self._most_open:
            self._close_one()

    def _close_one(self) -> None:
        """The file that was read least lately, unless it could not be opened again."""
        for tail in self._open:
            if tail.drained and not tail.lost:
                tail.close()
                del self._open[tail]
                return


def _grown(tail: Tail) -> int:
    """Bytes written since the last look, as its name shows them; of a file that was renamed since, nothing is known."""
    try:
        status = os.stat(tail.file.path)  # noqa: PTH116 - for each of thousands of files
    except OSError:
        return 0
    return max(0, status.st_size - tail.size) if key_of(status) == tail.key and not tail.packed else 0
