"""Whole records of one source. In: its lines, in order. Out: decoded records, or why one cannot be read.

What is not finished yet (the first lines of a traceback, half of a partial line, a request whose response is still to come)
is kept in a durable memory that commits with the batch: after a kill it is there again, and its lines are not read twice.
It waits a bounded time, and never for room: when there is too much of it, the oldest goes on as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sentinel.clock import SECOND, Clock
from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Record, most_records
from sentinel.formats._lines.container import inner
from sentinel.formats._lines.join import Parts
from sentinel.formats._lines.piece import Memory, Piece, recalled
from sentinel.formats._mapping.fields import dated
from sentinel.records.line import File, Line

# How long an unfinished record waits for its next line: programs write the lines of one record at once.
_OPEN_SECONDS = 2
# Of a source: unfinished records; bytes of one, and of all of them. Each line counts for more than its bytes.
_MOST_OPEN = 2_000
_LARGEST = 16 * 1024 * 1024
_MOST_BYTES = 64 * 1024 * 1024
_LINE_BYTES = 32
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class _Open(Struct):
    """An unfinished record.

    Attributes:
        first: its first line, without data. lines: the data. size: bytes on disk so far.
        at: the container's time, or 0. since: when its last line came, nanoseconds.
        kept: bytes that `lines` take.
    """

    first: Line
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    at: int = 0
    since: int = 0
    kept: int = 0


class Records:
    """The unfinished records of one source, and what they become.

    Args:
        memory: durable; holds what is unfinished between batches.
    """

    def __init__(self, form: Format, memory: Memory, clock: Clock) -> None:
        self.form = form
        self._memory, self._clock = memory, clock
        # Of each file and stream, by "l" (pieces of one line) and "r" (lines of one record).
        found = recalled(memory, ("l:", "r:"), _Open)
        self._open = dict(sorted(found.items(), key=lambda item: item[1].since))
        self._bytes = sum(going.kept for going in found.values())
        self._changed: set[str] = set()
        self._framed = type(form).frame is not Format.frame
        self._joining = Parts(memory, clock, form.join_seconds)

    def save(self) -> None:
        """Put what changed since the last call into the memory."""
        for key in self._changed:
            going = self._open.get(key)
            self._memory.put(key, None if going is None else msgspec.msgpack.encode(going))
        self._changed.clear()
        self._joining.save()

    # Lines

    def take(self, line: Line) -> Iterable[Piece]:
        """What this line completes."""
        data = line.data
        if line.flaw:
            return (Piece(line, reason=line.flaw),)
        if b"\x1b[" in data:
            data = _COLOUR.sub(b"", data)
            line = replace(line, data=data)
        found = inner(data)
        if found is not None and not self._quoted(line):
            if found.flaw:
                return (Piece(line, reason=found.flaw),)
            return self._contained(line, found.stream, _COLOUR.sub(b"", found.text), found.at, whole=found.whole)
        if line.stream or not line.whole:
            return self._contained(line, line.stream, data, line.at, whole=line.whole)
        return self._framing(line, "", line.at)

    def _quoted(self, line: Line) -> bool:
        """Whether what looks like a container's line is one of a record that no container wrote: a client put it there."""
        return self._framed and f"r:{line.file.id}:" in self._open and self._frame(line.data) is Frame.MORE

    def _frame(self, data: bytes) -> Frame | Exception:
        try:
            return self.form.frame(data)
        except Exception as error:  # the wall around one extension: a faulty format must not stop the log
            return error

    def _contained(self, line: Line, stream: str, text: bytes, at: int, *, whole: bool) -> Iterator[Piece]:
        """A line in a container's wrapping, or a piece of one."""
        key = f"l:{line.file.id}:{stream}"
        if whole and key not in self._open:
            yield from self._framing(line if text is line.data else replace(line, data=text), stream, at)
            return
        yield from self._add(key, replace(line, data=text), at)
        if whole:
            made = self._close(key)
            yield from self._framing(replace(made.first, data=b"".join(made.lines), size=made.size), stream, made.at)

    def _framing(self, line: Line, stream: str, at: int) -> Iterable[Piece]:
        """A whole line, as the program wrote it."""
        frame = self._frame(line.data) if self._framed else Frame.WHOLE
        if isinstance(frame, Exception):
            return (self._failed(line, frame),)
        return self._decode(line, at) if frame is Frame.WHOLE and not self._open else self._framed_by(frame, line, stream, at)

    def _framed_by(self, frame: Frame, line: Line, stream: str, at: int) -> Iterator[Piece]:
        key = f"r:{line.file.id}:{stream}"
        going = key in self._open
        if going and frame in (Frame.WHOLE, Frame.BEGIN):
            yield from self._record(self._close(key))
        if frame is Frame.BEGIN or (going and frame in (Frame.MORE, Frame.END)):
            yield from self._add(key, line, at)
            if frame is Frame.END:
                yield from self._record(self._close(key))
        else:
            yield from self._decode(line, at)

    def _add(self, key: str, line: Line, at: int) -> Iterator[Piece]:
        """Puts a line into its record. Out: what must go on as it is for room; never this line."""
        cost = len(line.data) + _LINE_BYTES
        if key in self._open and self._open[key].kept + cost > _LARGEST:
            yield from self._flush(key)
        while self._open and (len(self._open) >= _MOST_OPEN or self._bytes + cost > _MOST_BYTES):
            yield from self._flush(next(iter(self._open)))
        going = self._open.get(key)
        if going is None:
            going = self._open[key] = _Open(replace(line, data=b""), at=at)
        going.lines.append(line.data)
        going.kept += cost
        self._bytes += cost
        going.size += line.size
        going.since = self._clock.now()
        self._changed.add(key)

    def _close(self, key: str) -> _Open:
        self._changed.add(key)
        gone = self._open.pop(key)
        self._bytes -= gone.kept
        return gone

    def _flush(self, key: str) -> Iterator[Piece]:
        """An unfinished record as it is."""
        going = self._close(key)
        if key.startswith("l:"):
            yield from self._decode(replace(going.first, data=b"".join(going.lines), size=going.size), going.at)
        else:
            yield from self._record(going)

    def _record(self, going: _Open) -> Iterator[Piece]:
        """All lines of a record. When together they make no sense, each stands for itself."""
        pieces = list(self._decode(replace(going.first, data=b"\n".join(going.lines), size=going.size), going.at))
        if len(going.lines) == 1 or not any(piece.reason for piece in pieces):
            yield from pieces
            return
        offset = going.first.offset
        for data in going.lines:
            yield from self._decode(Line(going.first.file, offset, data, len(data) + 1), going.at)
            offset += len(data) + 1

    # Records

    def _decode(self, line: Line, at: int) -> Iterable[Piece]:
        # No generator: nearly every line of a busy log is one whole record.
        try:
            records = self.form.decode(line.data)
        except Unreadable as error:
            return (Piece(line, error.salvaged, reason=str(error)),)
        except Exception as error:  # the wall around one extension: a faulty format must not stop the log
            return (self._failed(line, error),)
        if at:
            for record in records:
                if not record.at:
                    record.at, record.lent = at, True
                    dated(record.fields)
        if not records:
            return ()
        most = most_records(len(line.data))
        if len(records) > most:
            return (Piece(line, records[:most], reason=f"more than {most} records in {len(line.data)} bytes: the first of them are read"),)
        return self._parts(line, records) if self.form.joins else (Piece(line, records),)

    def _failed(self, line: Line, error: Exception) -> Piece:
        return Piece(line, reason=f"format {self.form.name} failed with {type(error).__name__}", error=error)

    def _parts(self, line: Line, records: Sequence[Record]) -> Iterator[Piece]:
        size = len(line.data) // len(records)
        for part, record in enumerate(records):
            if record.join is None:
                yield Piece(line, (record,), part=part)
            else:
                yield from self._joining.add(line, part, record, record.join, size)

    # What has waited long enough

    def overdue(self, *, everything: bool = False) -> bool:
        """Whether `due` would give something."""
        return bool((self._open and self._late(everything=everything))
                    or (self._joining and self._joining.late(everything=everything)))

    def due(self, *, everything: bool = False) -> Iterator[Piece]:
        """What nobody completes any more. Args: everything: nothing more will be written."""
        if not self._open and not self._joining:
            return
        for key in self._late(everything=everything):
            yield from self._flush(key)
        for key in self._joining.late(everything=everything):
            yield self._joining.unjoined(key)

    def _late(self, *, everything: bool) -> list[str]:
        now = self._clock.now()
        return [key for key, going in self._open.items() if everything or now - going.since >= _OPEN_SECONDS * SECOND]


def whole(form: Format, lines: Iterable[bytes], clock: Clock) -> Iterator[Piece]:
    """The records of a log outside the daemon; each piece's offset is the number of its first line, from 1."""
    records = Records(form, _Forgetful(), clock)
    file = File("0" * 16, "-", "-")
    for number, line in enumerate(lines, 1):
        data = line.rstrip(b"\r\n")
        yield from records.take(Line(file, number, data, len(line)))
    yield from records.due(everything=True)


class _Forgetful:
    def get(self, key: str) -> Any:
        return None

    def put(self, key: str, value: Any, at: int = 0) -> None:
        pass

    def keys(self) -> list[str]:
        return []
