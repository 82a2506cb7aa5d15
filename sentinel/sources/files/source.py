"""The files of one source: which there are, which of them were known before, and what has happened to them.

In: one look at the folders (`scan`). Out: tails that may have something to read, and gaps. Rotation by renaming, by
copying and cutting, by compressing, while running or while stopped, all end here in one of four verdicts: the file is
known and is here or there; it was cut; another file now holds what it held; it is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from sentinel.clock import Clock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, File, Gap
from sentinel.sources.files.discover import Globs, Key, Seen, beside, see
from sentinel.sources.files.handle import Handle
from sentinel.sources.files.identity import agrees, family, file_id, head_of, rotated
from sentinel.sources.files.kin import find_copy, holds, later, opened, read_up_to, repeats
from sentinel.sources.files.tail import Tail

_NOWHERE = (0, 0)
# A writer may hold the old file for long after its rotation; a deleted one keeps its disk space while we hold it.
_LINGER_SECONDS = 3600
_LINGER_DELETED_SECONDS = 60


class Source:
    """One source's files.

    Attributes:
        live: every file that is followed, by device and inode.
        gaps: what could not be read; whoever reports them empties the list.
        final: nothing more will be written; unfinished first lines tell files apart too.
    """

    def __init__(self, config: SourceConfig, known: Iterable[Checkpoint], host: str, clock: Clock) -> None:
        self.name, self.final = config.name, False
        self.live: dict[Key, Tail] = {}
        self.gaps: list[Gap] = []
        self.globs = Globs(config.paths, config.exclude)
        self._host, self._clock, self._max_line = host, clock, config.max_line_bytes
        self._gone: dict[str, Tail] = {}
        self._families: dict[tuple[str, str], list[Tail]] = {}
        self._ids: set[str] = set()
        # Files that cannot be told yet (no complete first line, not readable, copies of one that is still read).
        self._pending: dict[Key, Seen] = {}
        self._problems: dict[str, str] = {}
        self._touched: dict[str, Tail] = {}
        self._near: dict[str, dict[tuple[str, str], list[Seen]]] = {}
        self._ready: list[Tail] = []
        # Files after which another may have been rotated away unseen, with when they were last seen written.
        self._left: list[tuple[Tail, int]] = []
        for checkpoint in known:
            tail = Tail.resumed(checkpoint, self._max_line)
            self._file(tail)
            if tail.key == _NOWHERE or tail.key in self.live:
                self._gone[tail.file.id] = tail
            else:
                self.live[tail.key] = tail

    def _file(self, tail: Tail) -> None:
        """Have the tail under its id and its family."""
        self._ids.add(tail.file.id)
        own = family(tail.file.path)
        if tail.family != own:
            if tail in (before := self._families.get(tail.family, [])):
                before.remove(tail)
            tail.family = own
            self._families.setdefault(own, []).append(tail)

    def touch(self, tail: Tail) -> None:
        """Have the tail's checkpoint written with the next batch."""
        self._touched[tail.file.id] = tail

    def checkpoints(self) -> list[Checkpoint]:
        """Of every file that was touched since last asked."""
        at = self._clock.now()
        touched, self._touched = self._touched, {}
        return [tail.checkpoint(at) for tail in touched.values()]

    def problem(self) -> str:
        """What keeps files from being read; empty when nothing does."""
        found = [*self.globs.problems, *(f"{path}: {what}" for path, what in list(self._problems.items())),
                 *(f"{tail.file.path}: {tail.problem}" for tail in list(self.live.values()) if tail.problem)]
        return found[0] + (f" (and {len(found) - 1} more)" if len(found) > 1 else "") if found else ""

    # One look at the folders

    def scan(self) -> list[Tail]:
        """Bring everything up to date with the folders. Tails that may have something to read."""
        self._ready, self._left, self._near, self._problems = [], [], {}, {}
        strangers = self._found()
        absent = self._visit(strangers)
        for tail in absent:
            self._find(tail)
        for tail, since in self._left:
            strangers.update((seen.key, seen) for seen in self._after(tail, since))
        waiting, self._pending = self._pending, {}
        self._find_again(waiting, strangers)
        # Two rotations within one tick of the file system's clock: what has been renamed is the older.
        for seen in sorted(strangers.values(), key=lambda s: (s.modified, not rotated(s.path), s.path)):
            if seen.key not in self.live:
                self._meet(seen, unchanged=waiting.get(seen.key) == seen)
        for tail in absent:
            self._let_go(tail)
        return self._ready

    def _wake(self, tail: Tail) -> None:
        tail.drained = False
        self._ready.append(tail)

    def _found(self) -> dict[Key, Seen]:
        found: dict[Key, Seen] = {}
        for seen in self.globs.files():
            tail = self.live.get(seen.key)
            if seen.key not in found or (tail and tail.file.path == seen.path):
                found[seen.key] = seen
        return found

    def _visit(self, strangers: dict[Key, Seen]) -> list[Tail]:
        """Look at the known files among those found, and take them out. Those that are not among them."""
        absent: list[Tail] = []
        for tail in list(self.live.values()):
            seen = strangers.pop(tail.key, None)
            if tail.detour:
                strangers.pop(tail.detour.key, None)
                self._wake(tail)
            elif seen is None:
                absent.append(tail)
            elif self._same(tail, seen):
                tail.away = tail.lost = False
                self._note(tail, seen)
            else:
                strangers[seen.key] = seen
                self._forget(tail)
                absent.append(tail)
        return absent

    def _same(self, tail: Tail, seen: Seen) -> bool:
        """Whether the file with the tail's inode number is the tail's file (perhaps cut), and not a later one."""
        if tail.handle is not None or seen.path == tail.file.path:
            return True  # A number is not given away while we hold the file.
        if tail.head_size == 0:
            return family(tail.file.path) == family(seen.path)
        return holds(tail, seen.path)

    def _note(self, tail: Tail, seen: Seen) -> None:
        """The tail's file is there: look whether it grew, was cut or was renamed."""
        first, since, moved = tail.size < 0, tail.modified, seen.path != tail.file.path
        cut = self._changed_meanwhile(tail, seen) if first else not tail.packed and seen.size < tail.offset
        if cut:
            self.cut(tail)
        grown = not tail.detour and tail.seen(seen)
        if first and tail.problem:
            tail.size = -1  # Not looked at yet.
        if moved:
            self._file(tail)
            self.touch(tail)
        # Empty as before, but touched: it may have been filled, copied and cut between two looks.
        if first or moved or cut or (grown and seen.size == 0):
            self._left.append((tail, since))
        if grown or cut or tail.problem or not tail.drained:
            self._wake(tail)

    def _changed_meanwhile(self, tail: Tail, seen: Seen) -> bool:
        """At the first look: whether the file was cut while nobody read it."""
        try:
            with opened(seen.path) as handle:
                tail.packed = handle.packed
                return not agrees(handle, tail.checkpoint(0))
        except OSError as error:
            tail.problem = error.strerror or str(error)
            return False

    # A known file to which no pattern leads any more

    def _find(self, tail: Tail) -> None:
        """Look for it under its path, then by inode, then by content, in its folder."""
        siblings = self._siblings(tail.file.path)
        if tail.key in self.live:
            for seen in (*self._at(tail.file.path), *siblings):
                if seen.key == tail.key and self._same(tail, seen):
                    tail.away, tail.lost = True, False
                    self._note(tail, seen)
                    return
        if tail.offset and tail.head_size:
            for heir in sorted(siblings, key=lambda s: rotated(s.path)):
                if heir.key not in self.live and holds(tail, heir.path):
                    self._left.append((tail, tail.modified))
                    self._adopt(tail, heir)
                    return
        if not tail.lost:
            self._left.append((tail, tail.modified))
        tail.away = tail.lost = True
        if tail.handle is not None:
            status = tail.handle.stat()
            if tail.seen(Seen(tail.file.path, tail.key, status.st_size, status.st_mtime_ns)) or not tail.drained:
                self._wake(tail)

    def _at(self, path: str) -> list[Seen]:
        try:
            seen = see(path)
        except (OSError, UnicodeEncodeError):
            return []
        return [seen] if seen else []

    def _siblings(self, path: str) -> list[Seen]:
        own = family(path)
        folder = own[0]
        if folder not in self._near:
            near = self._near[folder] = {}
            for seen in beside(folder):
                near.setdefault(family(seen.path), []).append(seen)
        return self._near[folder].get(own, [])

    def _adopt(self, tail: Tail, heir: Seen) -> None:
        self._forget(tail)
        self._gone.pop(tail.file.id, None)
        tail.adopt(heir)
        self.live[heir.key] = tail
        self._file(tail)
        self.touch(tail)
        self._wake(tail)

    def _forget(self, tail: Tail) -> None:
        if self.live.get(tail.key) is tail:
            del self.live[tail.key]

    def _let_go(self, tail: Tail) -> None:
        """Give up a file that is away, when nothing was heard of it for long enough."""
        if tail.lost and tail.handle is None:
            self.bury(tail)
        elif tail.away and tail.drained:
            linger = _LINGER_DELETED_SECONDS if tail.lost else _LINGER_SECONDS
            if self._clock.monotonic() - tail.grown_at > linger:
                tail.final = True
                self._wake(tail)

    def bury(self, tail: Tail) -> None:
        """Follow the file no longer. What is known of it still tells a copy that turns up later."""
        if tail.lost and tail.handle is None:
            self._say_lost(tail)
        tail.close()
        self._forget(tail)
        tail.key = _NOWHERE
        self._gone[tail.file.id] = tail
        self.touch(tail)

    def _say_lost(self, tail: Tail) -> None:
        if tail.size > tail.offset:
            self._gap(tail, tail.unread(), "the file was deleted before it was read to its end")
        elif tail.size < 0 and not rotated(tail.file.path):
            self._gap(tail, 0, "the file was replaced or deleted while nobody was reading; what followed is not known")

    def _gap(self, tail: Tail, size: int, reason: str) -> None:
        self.gaps.append(Gap(tail.file, tail.offset, size, reason, self._clock.now()))

    # A file that nobody knows

    def _after(self, tail: Tail, since: int) -> list[Seen]:
        """Rotated siblings younger than the tail's file: two rotations took place between two looks."""
        path = tail.file.path
        return [seen for seen in self._siblings(path)
                if rotated(seen.path) and seen.key not in self.live and (seen.modified >= since or later(seen.path, path))]

    def _find_again(self, waiting: dict[Key, Seen], strangers: dict[Key, Seen]) -> None:
        """A file that could not be told yet may have been renamed since."""
        for key, old in waiting.items():
            if key not in strangers and key not in self.live:
                strangers.update((seen.key, seen) for seen in self._siblings(old.path) if seen.key == key)

    def _meet(self, seen: Seen, *, unchanged: bool) -> None:
        self._pending[seen.key] = seen
        if seen.size == 0:
            return
        try:
            with opened(seen.path) as handle:
                # A gzip file that still grows is not judged: gzip removes the original only at the end.
                if not handle.packed or unchanged or self.final:
                    self._judge(seen, handle)
        except OSError as error:
            self._problems[seen.path] = error.strerror or str(error)

    def _judge(self, seen: Seen, handle: Handle) -> None:
        related = self._families.get(family(seen.path), [])
        for tail in related:
            if tail.file.id in self._gone and tail.offset and tail.head_size and agrees(handle, tail.checkpoint(0)):
                self._pending.pop(seen.key)
                self._adopt(tail, seen)
                return
        kin = [tail for tail in related if tail.file.id not in self._gone]
        # A copy of a file that is being read waits until the two differ, or the original is cut.
        if not any(repeats(seen, handle, tail) for tail in kin):
            head = head_of(handle, final=self.final)
            if head is not None:
                self._begin(seen, head, kin)

    def _begin(self, seen: Seen, head: bytes, kin: list[Tail]) -> None:
        ids = (file_id(self._host, self.name, head, str(number)) for number in count())
        file = File(next(i for i in ids if i not in self._ids), self.name, seen.path)
        tail = Tail(file, seen.key, self._max_line)
        tail.name_head(head)
        tail.seen(seen)
        tail.waits = [other for other in kin if not other.drained]
        self._pending.pop(seen.key)
        self.live[seen.key] = tail
        self._file(tail)
        # Known before its turn comes: after a kill, nothing but this says that it belongs to the source.
        self.touch(tail)
        self._wake(tail)

    # A file that was cut

    def cut(self, tail: Tail) -> None:
        """The file was truncated. What was cut away unread is read from the copy, if there is one."""
        self._near.pop(family(tail.file.path)[0], None)
        siblings = [s for s in self._siblings(tail.file.path) if rotated(s.path) and s.key not in self.live]
        found = find_copy(tail, siblings)
        if found is not None and found[1] > tail.offset:
            tail.take_detour(found[0])
            return
        if found is not None:
            self._know_copy(tail, *found)
        elif tail.unread():
            self._gap(tail, tail.unread(), "the file was cut before it was read to its end")
        tail.begin_again()
        self.touch(tail)

    def end_detour(self, tail: Tail) -> None:
        """The copy is read to its end: go on with the file that was cut."""
        if tail.detour is not None:
            if tail.unread():
                self._gap(tail, tail.unread(), "the file was cut in the middle of a line")
            self._know_copy(tail, tail.detour, tail.offset)
            tail.begin_again()
            self.touch(tail)

    def _know_copy(self, tail: Tail, seen: Seen, size: int) -> None:
        """Write down that the copy is read, so that it is not taken for a new file."""
        identity = file_id(self._host, self.name, tail.head.encode(), f"copy {tail.file.id} {tail.file.generation}")
        known = read_up_to(seen, size, File(identity, self.name, seen.path))
        if known is not None:
            copy = Tail.resumed(known, self._max_line)
            copy.grown_at = self._clock.monotonic()
            self.live[seen.key] = copy
            self._file(copy)
            self.touch(copy)
