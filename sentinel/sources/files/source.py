"""The files of one source: which there are, which of them were known before, and what has happened to them.

In: one look at the folders (`scan`). Out: tails that may have something to read, and gaps. Rotation by renaming, by
copying and cutting, by compressing, while running or while stopped, all end here in one of four verdicts: the file is
known and is here or there; it was cut; another file now holds what it held; it is new.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources.files import cuts
from sentinel.sources.files.birth import born
from sentinel.sources.files.discover import Globs, Key, Seen, around, beside, glance, moved, see
from sentinel.sources.files.handle import opened
from sentinel.sources.files.identity import agrees, digest
from sentinel.sources.files.kin import begins_with, holds, packed_holder
from sentinel.sources.files.known import Known
from sentinel.sources.files.names import family, later, rotated
from sentinel.sources.files.strangers import Strangers
from sentinel.sources.files.tail import Tail
from sentinel.sources.files.unseen import UNSURE_SECONDS, Unseen

# A writer may hold the old file for long after its rotation; a deleted one keeps its disk space while we hold it. Both only
# count when the system does not say whether anybody writes.
_LINGER_SECONDS = 3600
_LINGER_DELETED_SECONDS = 60
# So long after its last byte, a file that nobody can write to any more gets its last line taken as it is.
_SETTLED_SECONDS = 1.0


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
        self._unseen = Unseen(self.known, self.globs, clock)
        self._looked_at = self.known.looked_at

    def checkpoints(self) -> list[Checkpoint]:
        """Of every file that was touched since last asked."""
        # A file that could not be told yet has no checkpoint: the next run must look back as far as that.
        return self.known.checkpoints(min([self._looked_at, *(seen.modified for seen in self._strangers.pending.values())]))

    def undecided(self) -> bool:
        """Whether the next look will tell of a file what this one could not."""
        return self._strangers.growing or any(tail.ending for tail in self.known.live.values())

    def awaits(self, path: str) -> bool:
        """Whether a file of this path that is not followed yet would be."""
        return self.globs.name(path) or any(seen.path == path for seen in self._strangers.pending.values())

    def problem(self) -> str:
        """What keeps files from being read; empty when nothing does."""
        found = [*self.globs.problems, *(f"{path}: {what}" for path, what in list(self._strangers.problems.items())),
                 *(f"{tail.file.path}: {tail.problem}" for tail in list(self.known.live.values()) if tail.problem)]
        return found[0] + (f" (and {len(found) - 1} more)" if len(found) > 1 else "") if found else ""

    # One look at the folders

    def scan(self) -> list[Tail]:
        """Bring everything up to date with the folders. Tails that may have something to read."""
        self._ready, self._near = [], {}
        before, self._looked_at = self._looked_at, self._clock.now()
        self._unseen.look(before, self._looked_at)
        strangers = self._found()
        absent = self._visit(strangers)
        for tail in absent:
            self._find(tail)
        strangers.update((seen.key, seen) for seen in self._unseen.found(self._siblings))
        for tail in self._strangers.meet(strangers, self._siblings, final=self.final):
            self._wake(tail)
        for tail in absent:
            self._let_go(tail)
        for tail in self.known.live.values():
            if tail.drained and not tail.away and tail.unread():
                self._end(tail)
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
            self.cut(tail)
        grown = not tail.detour and tail.seen(seen)
        if first and tail.problem:
            tail.size = -1  # Not looked at yet.
        if moved_on:
            self.known.file(tail)
            self.known.touch(tail)
        # Empty as before, but touched: it may have been filled, copied and cut between two looks.
        if first or moved_on or is_cut or (grown and seen.size == 0):
            self._unseen.left(tail)
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

    def cut(self, tail: Tail) -> None:
        """The file was cut, or written anew in place."""
        # Listed anew: the copy may be younger than this look.
        self._near.pop(family(tail.file.path)[0], None)
        path = tail.file.path
        elsewhere = (seen for folder in around(path)[1:] for seen in self._siblings(f"{folder}/{family(path)[1]}"))
        cuts.cut(self.known, tail, self._siblings(path), elsewhere)

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
                self._unseen.left(tail)
                tail.lost_at = self._clock.monotonic()
            tail.away = tail.lost = True
        if tail.lost and tail.handle is not None:
            status = tail.handle.stat()
            if tail.seen(Seen(tail.file.path, tail.key, status.st_size, status.st_mtime_ns)) or not tail.drained:
                self._wake(tail)

    def _renamed(self, tail: Tail) -> bool:
        path = tail.file.path
        for seen in (*self._siblings(path), *(moved(path, tail.key) if not self._surely_lost(tail) else ())):
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
        self.known.adopt(tail, saved, packed=False)
        cuts.know(self.known, tail, seen)
        return True

    def _found_away(self, tail: Tail, seen: Seen) -> None:
        # What lies where rotation put it has not moved on: folders that look like its own are other programs'.
        put_there = seen.path == tail.file.path and rotated(seen.path) and self.globs.name("/".join(family(seen.path)))
        if not tail.away and not put_there and seen.path.rpartition("/")[2] == tail.file.path.rpartition("/")[2]:
            self._unseen.moved_on(seen.path)
        tail.away, tail.lost = True, False
        self._note(tail, seen)

    def _inherited(self, tail: Tail) -> bool:
        """Whether another file, which nobody knows, holds all that was read of it; it goes on there."""
        if not tail.head_size:
            return False
        path = tail.file.path
        for heir in sorted(self._siblings(path), key=lambda s: rotated(s.path)):
            packed = packed_holder(tail, heir) if heir.key not in self.known.live else None
            if packed is not None:
                self._unseen.left(tail)
                if heir.path == path and not rotated(path):
                    self.known.gap(tail, 0, f"another file was put in its place that begins with the same {tail.offset} bytes, as "
                                            "editors save; they are taken for those that were read", doubt=True)
                self.known.adopt(tail, heir, packed=packed)
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
            if self._surely_lost(tail) or self.final or self.known.live.get(tail.key) is not tail:
                self.known.bury(tail)
            return
        if not tail.away or not tail.drained:
            return
        quiet = self._clock.monotonic() - tail.grown_at
        written = self._end(tail)
        deleted = tail.lost and tail.handle is not None and not tail.handle.stat().st_nlink
        if written is None:
            tail.over = quiet > (_LINGER_DELETED_SECONDS if deleted else _LINGER_SECONDS)
        elif not written:
            tail.over = quiet > (_SETTLED_SECONDS if deleted else _LINGER_SECONDS)
        if tail.over:
            self._wake(tail)

    def _end(self, tail: Tail) -> bool | None:
        """Have the last line taken as it is when nobody can finish it. Whether somebody writes to the file; None: not known."""
        written = tail.handle.written() if tail.handle else None
        if tail.away or self._superseded(tail):
            quiet = self._clock.monotonic() - tail.grown_at
            tail.ending = written is False and tail.unread() > 0
            tail.final = tail.unread() > 0 and written is not True and quiet > (
                _LINGER_DELETED_SECONDS if written is None else _SETTLED_SECONDS)
            if tail.final:
                self._wake(tail)
        return written

    def _superseded(self, tail: Tail) -> bool:
        """Whether its name is one that rotation gave, and there is a younger one of its family."""
        path = tail.file.path
        return rotated(path) and any(not rotated(other.file.path) or later(other.file.path, path)
                                     for other in self.known.relatives(path) if not self.known.adoptable(other))

    def _surely_lost(self, tail: Tail) -> bool:
        return tail.lost and self._clock.monotonic() - tail.lost_at > UNSURE_SECONDS

    def bury(self, tail: Tail) -> None:
        self.known.bury(tail)


def _is(seen: Seen) -> bool:
    """Whether it is still so: what was seen while somebody copied it there may be whole by now."""
    now = glance(seen.path)
    return now is not None and now.key == seen.key and now.size == seen.size
