"""Whole records of one source. In: its lines, in order. Out: decoded records, or why one cannot be read.

What is not finished yet (the first lines of a traceback, half of a partial line, a request whose response is still to come)
is kept in a durable memory that commits with the batch: after a kill it is there again, and its lines are not read twice.
It waits a bounded time, and never for room: when there is too much of it, the oldest goes on as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import takewhile
from typing import Any, Protocol

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from sentinel.clock import SECOND, Clock
from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Join, Record
from sentinel.formats._lines.container import inner
from sentinel.formats._mapping.fields import flaw
from sentinel.records.event import Fields
from sentinel.records.line import File, Line

# How long an unfinished record waits for its next line: programs write the lines of one record at once.
_OPEN_SECONDS = 2
_MOST_OPEN = 2_000
_MOST_WAITING = 10_000
_LARGEST = 16 * 1024 * 1024
# Text of all that waits; beyond it the oldest goes on unjoined.
_MOST_BYTES = 64 * 1024 * 1024
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


class Memory(Protocol):
    """A durable map; what is put is kept when the batch commits."""

    def get(self, key: str) -> Any: ...
    def put(self, key: str, value: Any, at: int = 0) -> None: ...
    def keys(self) -> list[str]: ...


class Piece(Struct, gc=False):
    """One decoded record, or a reason.

    Attributes:
        line: where the record begins; `data` is all of its lines.
        records: what it says. reason: why it, or some of it, cannot be read; empty when it can.
        part: of the first of `records`, among those of this line.
        error: what a faulty format threw.
    """

    line: Line
    records: Sequence[Record] = ()
    reason: str = ""
    part: int = 0
    error: Exception | None = None


class _Open(Struct):
    """An unfinished record.

    Attributes:
        first: its first line, without data. lines: the data. size: bytes on disk so far.
        at: the container's time, or 0. since: when its last line came, nanoseconds.
        kept: bytes in `lines`; beyond the limit lines are counted and not kept.
    """

    first: Line
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    at: int = 0
    since: int = 0
    kept: int = 0


class _Waiting(Struct):
    """The parts of an event that have come so far. line: of the first, without data. record: merged. size: rough, bytes."""

    line: Line
    part: int
    record: Record
    since: int
    size: int


class Records:
    """The unfinished records of one source, and what they become.

    Args:
        memory: durable; holds what is unfinished between batches.
    """

    def __init__(self, form: Format, memory: Memory, clock: Clock) -> None:
        self.form = form
        self._memory, self._clock = memory, clock
        # Of each file and stream, by "l" (pieces of one line) and "r" (lines of one record).
        self._open: dict[str, _Open] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._waiting_bytes = 0
        self._changed: set[str] = set()
        self._framed = type(form).frame is not Format.frame
        self._load()

    def _load(self) -> None:
        for key in self._memory.keys():  # noqa: SIM118 - no dict
            raw = self._memory.get(key)
            if raw is None:
                continue
            if key.startswith("j:"):
                self._waiting[key] = msgspec.msgpack.decode(raw, type=_Waiting)
                self._waiting_bytes += self._waiting[key].size
            else:
                self._open[key] = msgspec.msgpack.decode(raw, type=_Open)
        self._waiting = dict(sorted(self._waiting.items(), key=lambda item: item[1].since))

    def save(self) -> None:
        """Put what changed since the last call into the memory."""
        for key in self._changed:
            kept = self._waiting.get(key) or self._open.get(key)
            self._memory.put(key, None if kept is None else msgspec.msgpack.encode(kept))
        self._changed.clear()

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
        if found is not None and found.flaw:
            return (Piece(line, reason=found.flaw),)
        if found is not None:
            return self._contained(line, found.stream, found.text, found.at, whole=found.whole)
        if line.stream or not line.whole:
            return self._contained(line, line.stream, data, line.at, whole=line.whole)
        return self._framing(line, "", line.at)

    def _contained(self, line: Line, stream: str, text: bytes, at: int, *, whole: bool) -> Iterator[Piece]:
        """A line in a container's wrapping, or a piece of one."""
        key = f"l:{line.file.id}:{stream}"
        if whole and key not in self._open:
            yield from self._framing(line if text is line.data else replace(line, data=text), stream, at)
            return
        self._add(key, replace(line, data=text), at)
        if whole:
            made = self._close(key)
            yield from self._framing(replace(made.first, data=b"".join(made.lines), size=made.size), stream, made.at)

    def _framing(self, line: Line, stream: str, at: int) -> Iterable[Piece]:
        """A whole line, as the program wrote it."""
        frame = self.form.frame(line.data) if self._framed else Frame.WHOLE
        return self._decode(line, at) if frame is Frame.WHOLE and not self._open else self._framed_by(frame, line, stream, at)

    def _framed_by(self, frame: Frame, line: Line, stream: str, at: int) -> Iterator[Piece]:
        key = f"r:{line.file.id}:{stream}"
        going = key in self._open
        if going and frame in (Frame.WHOLE, Frame.BEGIN):
            yield from self._record(self._close(key))
        if frame is Frame.BEGIN or (going and frame in (Frame.MORE, Frame.END)):
            self._add(key, line, at)
            if frame is Frame.END:
                yield from self._record(self._close(key))
            while len(self._open) > _MOST_OPEN:
                yield from self._flush(min(self._open, key=lambda k: self._open[k].since))
        else:
            yield from self._decode(line, at)

    def _add(self, key: str, line: Line, at: int) -> None:
        going = self._open.get(key)
        if going is None:
            going = self._open[key] = _Open(replace(line, data=b""), at=at)
        if going.kept + len(line.data) <= _LARGEST:
            going.lines.append(line.data)
            going.kept += len(line.data)
        going.size += line.size
        going.since = self._clock.now()
        self._changed.add(key)

    def _close(self, key: str) -> _Open:
        self._changed.add(key)
        return self._open.pop(key)

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
            return (Piece(line, reason=f"format {self.form.name} failed with {type(error).__name__}", error=error),)
        if at:
            for record in records:
                record.at = record.at or at
        if not records:
            return ()
        return self._parts(line, records) if self.form.joins else (Piece(line, records),)

    def _parts(self, line: Line, records: Sequence[Record]) -> Iterator[Piece]:
        for part, record in enumerate(records):
            if record.join is None:
                yield Piece(line, (record,), part=part)
            else:
                yield from self._join(line, part, record, record.join)

    def _join(self, line: Line, part: int, record: Record, join: Join) -> Iterator[Piece]:
        key = f"j:{blake2b(join.id.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
        waiting = self._waiting.get(key)
        size = len(line.data)
        if waiting is None:
            if join.last:
                yield Piece(line, (record,), part=part)
                return
            waiting = self._waiting[key] = _Waiting(replace(line, data=b""), part, record, self._clock.now(), 0)
        else:
            merge(waiting.record, record, join)
        waiting.size += size
        self._waiting_bytes += size
        self._changed.add(key)
        if join.last:
            yield self._leave(key)
        while len(self._waiting) > _MOST_WAITING or self._waiting_bytes > _MOST_BYTES:
            yield self._unjoined(next(iter(self._waiting)))

    def _leave(self, key: str) -> Piece:
        gone = self._waiting.pop(key)
        self._waiting_bytes -= gone.size
        self._changed.add(key)
        return Piece(gone.line, (gone.record,), part=gone.part)

    def _unjoined(self, key: str) -> Piece:
        piece = self._leave(key)
        flaw(piece.records[0].fields, "unjoined")
        return piece

    # What has waited long enough

    def overdue(self, *, everything: bool = False) -> bool:
        """Whether `due` would give something."""
        return bool(self._open or self._waiting) and any(self._late(everything=everything))

    def due(self, *, everything: bool = False) -> Iterator[Piece]:
        """What nobody completes any more. Args: everything: nothing more will be written."""
        if not self._open and not self._waiting:
            return
        lines, parts = self._late(everything=everything)
        for key in lines:
            yield from self._flush(key)
        for key in parts:
            yield self._unjoined(key)

    def _late(self, *, everything: bool) -> tuple[list[str], list[str]]:
        now = self._clock.now()
        lines = [key for key, going in self._open.items() if everything or now - going.since >= _OPEN_SECONDS * SECOND]
        patience = int(self.form.join_seconds * SECOND)
        return lines, list(takewhile(lambda key: everything or now - self._waiting[key].since >= patience, self._waiting))


def merge(into: Record, part: Record, join: Join) -> None:
    """Add a later part of an event to the earlier ones; see `Join`."""
    into.at = min(filter(None, (into.at, part.at)), default=0)
    fields: Fields = into.fields
    for name, value in part.fields.items():
        have = fields.get(name)
        if have is None:
            fields[name] = value
        elif have.__class__ is value.__class__ and (have.__class__ is list or (name in join.append and have.__class__ is str)):
            fields[name] = have + value
        elif have.__class__ is value.__class__ is str and name in (*join.lines, *join.whole):
            fields[name] = _both(have, value) if name in join.whole else f"{have}\n{value}"


def _both(have: str, value: str) -> str:
    """Two texts of which one may hold the other."""
    if have in value:
        return value
    return have if value in have else f"{have}\n{value}"


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
