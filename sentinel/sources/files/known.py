"""The files of one source that are known: which are followed, which are gone, and what of them must be written down.

In: the checkpoints last committed, then verdicts on files. Out: checkpoints and gaps for the next commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from sentinel.clock import Clock
from sentinel.records.line import Checkpoint, File, Gap
from sentinel.sources.files.discover import Key, Seen
from sentinel.sources.files.identity import digest, file_id
from sentinel.sources.files.names import family, rotated
from sentinel.sources.files.tail import Tail

_NOWHERE = (0, 0)
COPIED = ("the file was copied and cut; what was written between the two, if anything, nobody can read; rotate with `create` "
          "instead of `copytruncate`")


class Known:
    """The files of one source.

    Attributes:
        live: those that are followed, by device and inode. gone: the others, by id; one may turn up again.
        gaps: what could not be read; whoever reports them empties the list.
        copied: families whose file is copied and cut.
        looked_at: when an earlier run last looked at the files, nanoseconds; 0: there was none. first_look: when the first did.
    """

    def __init__(self, source: str, checkpoints: Iterable[Checkpoint], host: str, clock: Clock, max_line: int) -> None:
        self.source, self.looked_at, self.first_look = source, 0, 0
        self._marked = False
        self.live: dict[Key, Tail] = {}
        self.gone: dict[str, Tail] = {}
        self.gaps: list[Gap] = []
        self.copied: set[tuple[str, str]] = set()
        self._host, self._clock, self._max_line = host, clock, max_line
        self._families: dict[tuple[str, str], list[Tail]] = {}
        self._touched: dict[str, Tail] = {}
        self._ids: set[str] = set()
        for checkpoint in checkpoints:
            self.looked_at = max(self.looked_at, checkpoint.at)
            if checkpoint.file.path:
                self._resume(checkpoint)
            else:
                self.first_look, self._marked = checkpoint.at, True

    def _resume(self, checkpoint: Checkpoint) -> Tail:
        tail = Tail.resumed(checkpoint, self._max_line)
        tail.grown_at = self._clock.monotonic()
        self.file(tail)
        if tail.key == _NOWHERE or tail.key in self.live:
            self.gone[tail.file.id] = tail
        else:
            self.live[tail.key] = tail
        return tail

    def file(self, tail: Tail) -> None:
        """Have the tail under its id and its family."""
        self._ids.add(tail.file.id)
        own = family(tail.file.path)
        if tail.family != own:
            if tail in (before := self._families.get(tail.family, [])):
                before.remove(tail)
            tail.family = own
            self._families.setdefault(own, []).append(tail)

    def relatives(self, path: str) -> list[Tail]:
        """Those of the path's family, gone ones too."""
        return self._families.get(family(path), [])

    # What must be written down

    def touch(self, tail: Tail) -> None:
        """Have the tail's checkpoint written with the next batch."""
        self._touched[tail.file.id] = tail

    def checkpoints(self, at: int) -> list[Checkpoint]:
        """Of every file that was touched since last asked, and once one of the source itself.

        That one says that the source is being read, before there is any file: what is rotated away from then on is its own.

        Args:
            at: until when nothing has escaped us, nanoseconds.
        """
        touched, self._touched = self._touched, {}
        found = [tail.checkpoint(at) for tail in touched.values()]
        if not self._marked:
            self.first_look, self._marked = at, True
            mark, nothing = file_id(self._host, self.source, b"", "source"), digest(b"")
            found.append(Checkpoint(File(mark, self.source, ""), 0, *_NOWHERE, nothing, 0, nothing, at))
        return found

    def gap(self, tail: Tail, size: int, reason: str, *, doubt: bool = False, at: int | None = None) -> None:
        """Bytes are missing behind what is read, or behind `at`."""
        self.gaps.append(Gap(tail.file, tail.offset if at is None else at, size, reason, self._clock.now(), doubt))

    # What becomes of files

    def begin(self, seen: Seen, head: bytes) -> Tail:
        """Follow a file that nobody knew, from its first byte."""
        ids = (file_id(self._host, self.source, head, str(number)) for number in count())
        tail = Tail(File(next(i for i in ids if i not in self._ids), self.source, seen.path), seen.key, self._max_line)
        tail.name_head(head)
        tail.seen(seen)
        tail.sure = seen.size
        tail.grown_at = self._clock.monotonic()
        self.live[seen.key] = tail
        self.file(tail)
        # Written down before its turn comes: after a kill, nothing but this says that it belongs to the source.
        self.touch(tail)
        if tail.family in self.copied and rotated(seen.path):
            self.gap(tail, 0, COPIED, doubt=True, at=seen.size)
        return tail

    def copy(self, of: Tail) -> File:
        """The name of a copy of the tail's present generation."""
        return File(file_id(self._host, self.source, of.head.encode(), f"copy {of.file.id} {of.file.generation}"), self.source,
                    of.file.path)

    def follow_read(self, checkpoint: Checkpoint) -> None:
        """Follow a file of which so much was read elsewhere."""
        self.touch(self._resume(checkpoint))

    def adoptable(self, tail: Tail) -> bool:
        """Whether nothing more can be read of the tail's own file, so that one which turns up may go on for it."""
        return self.live.get(tail.key) is not tail or (tail.lost and tail.handle is None)

    def adopt(self, tail: Tail, heir: Seen, *, packed: bool) -> None:
        """Go on with the tail in another file, which holds all that was read of it."""
        self.forget(tail)
        self.gone.pop(tail.file.id, None)
        tail.adopt(heir, packed=packed)
        tail.grown_at = self._clock.monotonic()
        self.live[heir.key] = tail
        self.file(tail)
        self.touch(tail)

    def forget(self, tail: Tail) -> None:
        """The tail's inode number belongs to another file now."""
        if self.live.get(tail.key) is tail:
            del self.live[tail.key]

    def bury(self, tail: Tail) -> None:
        """Follow the file no longer. What is known of it still tells a copy that turns up later."""
        if tail.lost and tail.handle is None:
            self._say_lost(tail)
        tail.close()
        self.forget(tail)
        tail.key = _NOWHERE
        self.gone[tail.file.id] = tail
        self.touch(tail)

    def _say_lost(self, tail: Tail) -> None:
        missing = max(tail.sure, tail.size) - tail.offset
        if tail.size < 0 and not rotated(tail.file.path):
            self.gap(tail, max(0, missing), "the file was replaced or deleted while nobody was reading; what was written to it "
                                            "after that is not known")
        elif missing > 0 and not tail.packed:
            self.gap(tail, missing, "the file was deleted before it was read to its end")
