"""The files of one source: which there are, which of them were known before, and what has happened to them.

In: one look at the folders (`scan`). Out: tails that may have something to read, and gaps. Rotation by renaming, by
copying and cutting, by compressing, while running or while stopped, all end here in one of four verdicts: the file is
known and is here or there; it was cut; another file now holds what it held; it is new.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

from sentinel.clock import SECOND, Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources.files import cuts
from sentinel.sources.files.birth import born
from sentinel.sources.files.discover import Globs, Key, Seen, alike, around, beside, glance, moved, see
from sentinel.sources.files.handle import opened
from sentinel.sources.files.identity import agrees, digest
from sentinel.sources.files.kin import begins_with, holds
from sentinel.sources.files.known import Known
from sentinel.sources.files.names import family, later, rotated
from sentinel.sources.files.strangers import Strangers
from sentinel.sources.files.tail import Tail

# A writer may hold the old file for long after its rotation; a deleted one keeps its disk space while we hold it. Both only
# count when the system does not say whether anybody writes.
_LINGER_SECONDS = 3600
_LINGER_DELETED_SECONDS = 60
# So long after its last byte, a file that nobody can write to any more gets its last line taken as it is.
_SETTLED_SECONDS = 1.0
# A listing may miss a file that is renamed meanwhile: once is not gone.
_MISSED = 2
# What the clocks of file systems are coarse by: a tick of the kernel's, or whole seconds.
_TICK, _COARSE = 20_000_000, 2 * SECOND


class Source:
    """One source's files.

    Attributes:
        known: all of them that are known.
        final: nothing more will be written.
    """

    def __init__(self, config: SourceConfig, known: Iterable[Checkpoint], host: str, clock: Clock) -> None:
        self.name, self.final = config.name, False
        self.known = Known(config.name, known, host, clock, config.max_line_bytes)
        self.globs = Globs(config.paths, config.exclude)
        self._clock = clock
        self._strangers = Strangers(self.known)
        self._near: dict[str, dict[tuple[str, str], list[Seen]]] = {}
        self._ready: list[Tail] = []
        # Files after which another may have been rotated away unseen; paths from which a link or a folder's name moved on.
        self._left: list[Tail] = []
        self._series: list[str] = []
        self._looked_at = self.known.looked_at

    def checkpoints(self) -> list[Checkpoint]:
        """Of every file that was touched since last asked."""
        # A file that could not be told yet has no checkpoint: the next run must look back as far as that.
        return self.known.checkpoints(min([self._looked_at, *(seen.modified for seen in self._strangers.pending.values())]))

    def undecided(self) -> bool:
        """Whether the next look will tell of a file what this one could not."""
        return self._strangers.growing or any(tail.ending for tail in self.known.live.values())

    def problem(self) -> str:
        """What keeps files from being read; empty when nothing does."""
        found = [*self.globs.problems, *(f"{path}: {what}" for path, what in list(self._strangers.problems.items())),
                 *(f"{tail.file.path}: {tail.problem}" for tail in list(self.known.live.values()) if tail.problem)]
        return found[0] + (f" (and {len(found) - 1} more)" if len(found) > 1 else "") if found else ""

    # One look at the folders

    def scan(self) -> list[Tail]:
        """Bring everything up to date with the folders. Tails that may have something to read."""
        self._ready, self._left, self._series, self._near = [], [], [], {}
        since, self._looked_at = self._looked_at, self._clock.now()
        strangers = self._found()
        absent = self._visit(strangers)
        for tail in absent:
            self._find(tail)
        if since:
            self._unseen(strangers, since)
        for tail in self._strangers.meet(strangers, self._siblings, final=self.final):
            self._wake(tail)
        for tail in absent:
            self._let_go(tail)
        return self._ready

    def _wake(self, tail: Tail) -> None:
        tail.drained = False
        self._ready.append(tail)

    def _found(self) -> dict[Key, Seen]:
        found: dict[Key, Seen] = {}
        for seen in self.globs.files():
            tail = self.known.live.get(seen.key)
            if seen.key not in found or (tail and tail.file.path == seen.path):
                found[seen.key] = seen
        return found

    def _visit(self, strangers: dict[Key, Seen]) -> list[Tail]:
        """Look at the known files among those found, and take them out. Those that are not among them."""
        absent: list[Tail] = []
        for tail in list(self.known.live.values()):
            seen = strangers.pop(tail.key, None)
            if tail.detour:
                strangers.pop(tail.detour.key, None)
                self._wake(tail)
            elif seen is None:
                absent.append(tail)
            elif self._edited(tail, seen):
                self._wake(tail)
            elif self._same(tail, seen):
                tail.away = tail.lost = tail.ending = False
                tail.missed = 0
                self._note(tail, seen)
            else:
                strangers[seen.key] = seen
                self.known.forget(tail)
                absent.append(tail)
        return absent

    def _same(self, tail: Tail, seen: Seen) -> bool:
        """Whether the file with the tail's inode number is the tail's file (perhaps cut), and not a later one."""
        if tail.handle is not None:
            return True  # A number is not given away while we hold the file.
        if seen.path == tail.file.path:
            # At the first look, what was deleted and made anew meanwhile may have the same name and number.
            return tail.size >= 0 or not tail.known_at or born(seen.path) <= tail.known_at or holds(tail, seen) is not False
        if tail.head_size == 0:
            return family(tail.file.path) == family(seen.path)
        return holds(tail, seen) is not False

    def _note(self, tail: Tail, seen: Seen) -> None:
        """The tail's file is there: look whether it grew, was cut or was renamed."""
        first, moved_on = tail.size < 0, seen.path != tail.file.path
        is_cut = self._changed_meanwhile(tail, seen) if first else not tail.packed and seen.size < tail.offset and _is(seen)
        if is_cut:
            self.cut(tail, seen.size)
        grown = not tail.detour and tail.seen(seen)
        if first and tail.problem:
            tail.size = -1  # Not looked at yet.
        if moved_on:
            self.known.file(tail)
            self.known.touch(tail)
        # Empty as before, but touched: it may have been filled, copied and cut between two looks.
        if first or moved_on or is_cut or (grown and seen.size == 0):
            self._left.append(tail)
        if grown or is_cut or tail.problem or not tail.drained:
            self._wake(tail)

    def _changed_meanwhile(self, tail: Tail, seen: Seen) -> bool:
        """At the first look: whether the file was cut while nobody read it."""
        try:
            with opened(seen) as handle:
                tail.packed = handle.packed
                if handle.packed:  # Nobody cuts those; comparing all would decompress each of them at each start.
                    return digest(handle.read(tail.head_size, 0)) != tail.head
                return not agrees(handle, tail.checkpoint(0))
        except OSError as error:
            tail.problem = error.strerror or str(error)
            return False

    def cut(self, tail: Tail, size: int) -> None:
        """The file was cut, or written anew in place. `size`: how long it is now."""
        # Listed anew: the copy may be younger than this look.
        self._near.pop(family(tail.file.path)[0], None)
        path = tail.file.path
        elsewhere = (seen for folder in around(path)[1:] for seen in self._siblings(f"{folder}/{family(path)[1]}"))
        cuts.cut(self.known, tail, self._siblings(path), elsewhere, size)

    def end_detour(self, tail: Tail) -> None:
        """The copy is read to its end: go on with the file that was cut."""
        cuts.end_detour(self.known, tail)

    # A known file to which no pattern leads any more

    def _find(self, tail: Tail) -> None:
        """Look for it under its path, then by inode around, then by content in its folder."""
        mine = self.known.live.get(tail.key) is tail
        try:
            here = see(tail.file.path)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                tail.problem = error.strerror or str(error)
                return  # Perhaps it is there: the folder is closed to us.
            here = None
        if mine and here and here.key == tail.key:
            self._found_away(tail, here)
        elif not (mine and self._renamed(tail)) and not self._inherited(tail):
            if not tail.lost:
                self._left.append(tail)
            tail.away = tail.lost = True
            tail.missed += 1
        if tail.lost and tail.handle is not None:
            status = tail.handle.stat()
            if tail.seen(Seen(tail.file.path, tail.key, status.st_size, status.st_mtime_ns)) or not tail.drained:
                self._wake(tail)

    def _renamed(self, tail: Tail) -> bool:
        path = tail.file.path
        for seen in (*self._siblings(path), *(moved(path, tail.key) if tail.missed < _MISSED else ())):
            if seen.key == tail.key and self._same(tail, seen):
                if self._edited(tail, seen):
                    self._wake(tail)
                else:
                    self._found_away(tail, seen)
                return True
        return False

    def _edited(self, tail: Tail, seen: Seen) -> bool:
        """Whether the tail's file is only an editor's backup now; the tail goes on in what was saved in its place."""
        if seen.path == tail.file.path or rotated(seen.path):
            return False
        saved = glance(tail.file.path)
        if saved is None or saved.key in self.known.live or not begins_with(saved, seen):
            return False
        self.known.adopt(tail, saved)
        cuts.know(self.known, tail, seen)
        return True

    def _found_away(self, tail: Tail, seen: Seen) -> None:
        if not tail.away and seen.path.rpartition("/")[2] == tail.file.path.rpartition("/")[2]:
            self._series.append(seen.path)
        tail.away, tail.lost, tail.missed = True, False, 0
        self._note(tail, seen)

    def _inherited(self, tail: Tail) -> bool:
        """Whether another file, which nobody knows, holds all that was read of it; it goes on there."""
        if not tail.head_size:
            return False
        path = tail.file.path
        for heir in sorted(self._siblings(path), key=lambda s: rotated(s.path)):
            if heir.key not in self.known.live and holds(tail, heir):
                self._left.append(tail)
                if heir.path == path and not rotated(path):
                    self.known.gap(tail, 0, f"another file was put in its place that begins with the same {tail.offset} bytes, as "
                                            "editors save; they are taken for those that were read", doubt=True)
                self.known.adopt(tail, heir)
                self._wake(tail)
                return True
        return False

    def _siblings(self, path: str) -> list[Seen]:
        own = family(path)
        folder = own[0]
        if folder not in self._near:
            near = self._near[folder] = {}
            for seen in beside(folder):
                near.setdefault(family(seen.path), []).append(seen)
        return self._near[folder].get(own, [])

    def _let_go(self, tail: Tail) -> None:
        """Give up a file that is away, when nothing more can come or nothing was heard of it for long enough."""
        if tail.lost and tail.handle is None:
            if tail.missed >= _MISSED or self.final or self.known.live.get(tail.key) is not tail:
                self.known.bury(tail)
            return
        if not tail.away or not tail.drained:
            return
        quiet = self._clock.monotonic() - tail.grown_at
        written = tail.handle.written() if tail.handle else None
        tail.ending = written is False and tail.unread() > 0
        deleted = tail.lost and tail.handle is not None and not tail.handle.stat().st_nlink
        if written is None:
            tail.final = tail.unread() > 0 and quiet > _LINGER_DELETED_SECONDS
            tail.over = quiet > (_LINGER_DELETED_SECONDS if deleted else _LINGER_SECONDS)
        elif not written:
            tail.final = tail.ending and quiet > _SETTLED_SECONDS
            tail.over = quiet > (_SETTLED_SECONDS if deleted else _LINGER_SECONDS)
        if tail.final or tail.over:
            self._wake(tail)

    def bury(self, tail: Tail) -> None:
        self.known.bury(tail)

    # Files that were rotated away before anyone saw them

    def _unseen(self, strangers: dict[Key, Seen], since: int) -> None:
        """Siblings out of the patterns that were written since the last look: a log may be rotated twice in between."""
        found = [seen for path in self._series for seen in alike(path) if _written(seen, since)]
        for tail in self._left:
            path = tail.file.path
            found += [seen for seen in self._siblings(path)
                      if rotated(seen.path) and (_written(seen, since) or later(seen.path, path))]
        found += [seen for seen in self.globs.rotated(since - _COARSE)
                  if _written(seen, since) and not self.known.relatives(seen.path)]
        strangers.update((seen.key, seen) for seen in found if seen.key not in self.known.live)


def _is(seen: Seen) -> bool:
    """Whether it is still so: what was seen while somebody copied it there may be whole by now."""
    now = glance(seen.path)
    return now is not None and now.key == seen.key and now.size == seen.size


def _written(seen: Seen, since: int) -> bool:
    return seen.modified + (_TICK if seen.modified % SECOND else _COARSE) >= since
