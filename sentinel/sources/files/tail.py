"""One file that is being read: where it is, how far it is read, and its next lines.

In: an open handle. Out: complete lines, and a checkpoint that tells this file from others after a restart. Memory is
bounded by the longest line allowed, whatever the file holds; a line without an end yet is not kept but read again.
"""

from __future__ import annotations

from msgspec.structs import replace

from sentinel.records.line import Checkpoint, File, Line
from sentinel.sources._split import KEPT, too_long
from sentinel.sources.files.discover import Key, Seen
from sentinel.sources.files.handle import CHUNK, Handle, Plain
from sentinel.sources.files.identity import HEAD, TAIL, digest

_BOM = b"\xef\xbb\xbf"
_SEARCHED = 16  # chunks searched for the end of a long line before other files have their turn


class Cut(Exception):
    """The file no longer holds what was read of it: it was truncated, or written anew in place."""


class Tail:
    """How far one file is read.

    Attributes:
        file: its identity; `file.path` is where it was last seen.
        offset: the first byte not handed over, always the start of a line. safe: the same, of the last commit.
        known_at: when an earlier run saw it last, nanoseconds; 0: this run met it.
        family: folder and base name, kept by its source. key: device and inode. head, head_size: see `Checkpoint`.
        handle: the open file, or None. packed: it is a gzip file.
        size, modified: when last looked at; -1 before that. sure: its length when its content was last proven to be the same.
        drained: every complete line is read. grown_at: monotonic seconds when something was last read.
        waits: files that are read to their end before this one is begun.
        away: no glob leads to it any more (rotated away, or deleted and held open).
        lost: no name leads to it any more, as far as one can see. lost_at: monotonic seconds when that began.
        ending: it is away and nobody writes to it: its last line will not be finished.
        detour: it was cut, and the handle is that of a copy which still holds the lines that were cut away.
        problem: why it cannot be read, empty if it can.
        queued: it stands in the reader's queue. late_since: monotonic seconds since it has unread lines; 0: it has none.
        final: nothing more is waited for; its last line is taken as it is. over: after that it is followed no longer.
        skipped: bytes of holes passed over; whoever reports them sets it to 0.
    """

    def __init__(self, file: File, key: Key, max_line_bytes: int) -> None:
        self.file, self.key = file, key
        self.offset = self.safe = self.sure = self.head_size = self.known_at = 0
        self.head = self._behind_hash = digest(b"")
        self.handle: Handle | None = None
        self.packed = self.drained = self.away = self.lost = self.ending = self.queued = False
        self.final = self.over = False
        self.detour: Seen | None = None
        self.size = self.modified = -1
        self.grown_at = self.late_since = self.lost_at = 0.0
        self.waits: list[Tail] = []
        self.family = ("", "")
        self.problem = ""
        self.skipped = 0
        self._max_line = max_line_bytes
        self._behind: bytes | None = b""
        self._searched = 0

    @classmethod
    def resumed(cls, known: Checkpoint, max_line_bytes: int) -> Tail:
        """The tail of a file that an earlier run has read."""
        tail = cls(known.file, (known.device, known.inode), max_line_bytes)
        tail.offset = tail.safe = tail._searched = known.offset
        tail.head, tail.head_size = known.head, known.head_size
        tail._behind, tail._behind_hash = None, known.tail
        tail.sure, tail.known_at = max(known.size, known.offset), known.at
        return tail

    def checkpoint(self, at: int) -> Checkpoint:
        if self._behind is not None:
            self._behind_hash = digest(self._behind)
        return Checkpoint(self.file, self.offset, *self.key, self.head, self.head_size, self._behind_hash, at, "",
                          max(self.sure, self.size))

    def name_head(self, head: bytes) -> None:
        self.head, self.head_size = digest(head), len(head)

    def close(self) -> None:
        if self.handle is not None:
            self.handle.close()
            self.handle = None

    def read(self, max_lines: int, *, final: bool = False) -> list[Line]:
        """The next complete lines, at most a chunk of the file; sets `drained` when there are no more.

        Args:
            final: nothing more will be written; what stands behind the last line end is a line too.
        Raises:
            Cut: nothing of what is there now was handed over. OSError.
        """
        if self._searched - self.offset >= CHUNK:
            return self._long(final)
        fresh = self._next(CHUNK)
        ended = len(fresh) < CHUNK
        if self.offset == 0:
            self._check_head(fresh)
        pieces = fresh.split(b"\n", max_lines)
        rest = pieces.pop()
        if not pieces and not ended:
            return self._no_end(fresh, final)
        self.drained = ended and (len(pieces) < max_lines or b"\n" not in rest)
        lines = self._lines(fresh, pieces)
        self._move(fresh, len(fresh) - len(rest))
        if self.drained and self._complete(final):
            lines += self._unfinished(len(rest))
        return lines

    def _complete(self, final: bool) -> bool:
        return final or (self.handle is not None and self.handle.complete)

    def _next(self, size: int) -> bytes:
        """Bytes from the offset on, read together with those before it, so that no cut can come in between."""
        assert self.handle is not None
        if self._behind is None:
            self._behind = self.handle.read(min(TAIL, self.offset), max(0, self.offset - TAIL))
            if digest(self._behind) != self._behind_hash:
                raise Cut
        before = len(self._behind)
        data = self.handle.read(before + size, self.offset - before)
        if not data.startswith(self._behind):
            raise Cut
        return data[before:]

    def _check_head(self, fresh: bytes) -> None:
        """No bytes stand before the first: there, the head tells whether it is still the same file. After a cut it is another."""
        if self.head_size:
            if digest(fresh[: self.head_size]) != self.head:
                raise Cut
            return
        end = fresh.find(b"\n", 0, HEAD)
        if end >= 0 or len(fresh) >= HEAD:
            self.name_head(fresh[: end if end >= 0 else HEAD])

    def _lines(self, fresh: bytes, pieces: list[bytes]) -> list[Line]:
        if self.offset == 0 or self._max_line < CHUNK or b"\r" in fresh or b"\0" in fresh:
            return self._careful(pieces)
        file, offset = self.file, self.offset
        lines = []
        for piece in pieces:
            size = len(piece) + 1
            if size > 1:
                lines.append(Line(file, offset, piece, size))
            offset += size
        return lines

    def _careful(self, pieces: list[bytes]) -> list[Line]:
        lines, offset = [], self.offset
        for piece in pieces:
            line = self._line(piece, offset, len(piece) + 1)
            if line:
                lines.append(line)
            offset += len(piece) + 1
        return lines

    def _line(self, piece: bytes, offset: int, size: int) -> Line | None:
        if piece[:1] == b"\0":
            # A writer without O_APPEND goes on at its old place after a cut: a hole of NULs stands before its line.
            clean = piece.lstrip(b"\0")
            hole = len(piece) - len(clean)
            self.skipped += hole
            piece, offset, size = clean, offset + hole, size - hole
        if piece[-1:] == b"\r":
            piece = piece[:-1]
        if offset == 0:
            piece = piece.removeprefix(_BOM)
        if len(piece) > self._max_line:
            return self._too_long(piece[:KEPT], offset, size)
        return Line(self.file, offset, piece, size) if piece else None

    def _too_long(self, start: bytes, offset: int, size: int) -> Line:
        return Line(self.file, offset, start, size, too_long(size, self._max_line))

    def _move(self, fresh: bytes, size: int) -> None:
        if size:
            assert self._behind is not None
            self._behind = fresh[size - TAIL : size] if size >= TAIL else (self._behind + fresh[:size])[-TAIL:]
            self.offset = self._searched = self.offset + size

    def _unfinished(self, size: int) -> list[Line]:
        """The last line, which has no end and will get none."""
        if size == 0:
            return []
        if size > max(self._max_line, CHUNK):
            line: Line | None = self._too_long(self._next(KEPT), self.offset, size)
            self._jump(self.offset + size)
        else:
            rest = self._next(size)
            line = self._line(rest, self.offset, size)
            self._move(rest, len(rest))
        return [line] if line else []

    # Lines longer than a chunk

    def _no_end(self, fresh: bytes, final: bool) -> list[Line]:
        if fresh.strip(b"\0"):
            hole = len(fresh) - len(fresh.lstrip(b"\0"))
            self.skipped += hole
            self._move(fresh, hole)
            self._searched = self.offset + len(fresh) - hole
            return []
        self.skipped += len(fresh)
        self._move(fresh, len(fresh))
        if isinstance(self.handle, Plain) and (data := self.handle.after_hole(self.offset)) > self.offset:
            self.skipped += data - self.offset
            self._jump(data)
        return []

    def _long(self, final: bool) -> list[Line]:
        """Look for the end of a long line from where the last search stopped."""
        assert self.handle is not None
        if not self.packed:
            self._next(0)
        for _ in range(_SEARCHED):
            block = self.handle.read(CHUNK, self._searched)
            end = block.find(b"\n")
            if end >= 0:
                return self._take_long(self._searched + end + 1 - self.offset)
            self._searched += len(block)
            if len(block) < CHUNK:
                self.drained = True
                return self._unfinished(self._searched - self.offset) if self._complete(final) else []
        return []

    def _take_long(self, size: int) -> list[Line]:
        if size - 2 > self._max_line:
            line: Line | None = self._too_long(self._next(KEPT), self.offset, size)
        else:
            line = self._line(self._next(size)[:-1], self.offset, size)
        self._jump(self.offset + size)
        return [line] if line else []

    def _jump(self, offset: int) -> None:
        assert self.handle is not None
        self.offset = self._searched = offset
        self._behind = self.handle.read(min(TAIL, offset), max(0, offset - TAIL))

    # What happens to the file

    def seen(self, seen: Seen) -> bool:
        """Note where and how large it is now. True when there may be something to read."""
        if seen.path != self.file.path:
            self.file = replace(self.file, path=seen.path)
        grown = (seen.size, seen.modified) != (self.size, self.modified)
        self.size, self.modified = seen.size, seen.modified
        return grown

    def take_detour(self, copy: Seen, handle: Handle) -> None:
        """Read on in a copy that still holds what was cut away."""
        self.close()
        self._behind_hash = self.checkpoint(0).tail
        self._behind, self._searched = None, self.offset
        self.handle, self.packed = handle, handle.packed
        self.detour, self.drained, self.size = copy, False, copy.size

    def adopt(self, seen: Seen, *, packed: bool) -> None:
        """Read on in another file that holds all that was read of this one."""
        self.close()
        self._behind_hash = self.checkpoint(0).tail
        self.key, self._behind = seen.key, None
        self._searched = self.offset
        self.packed, self.drained = packed, False
        self.away = self.lost = self.ending = False
        self.seen(seen)

    def begin_again(self) -> None:
        """After a cut: the next generation, from its first byte."""
        self.close()
        self.file = replace(self.file, generation=self.file.generation + 1)
        self.offset = self._searched = self.safe = self.sure = self.head_size = 0
        self.head = self._behind_hash = digest(b"")
        self._behind, self.detour = b"", None
        self.size = self.modified = -1
        self.packed = False
        self.drained = False

    def unread(self) -> int:
        """Bytes that are not handed over, as far as they are known; a line still being written counts too."""
        return 0 if self.packed else max(0, self.size - self.offset)

    def behind(self) -> int:
        """Bytes of which the journal does not hold what they say. A line still being written is nobody's delay."""
        return (0 if self.drained and not self.ending else self.unread()) + max(0, self.offset - self.safe)
