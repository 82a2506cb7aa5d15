"""Parts of one event that were logged apart. In: records with a `Join`. Out: one record for each, when its last part has come.

A client often chooses the id that parts share. So nothing here costs more than linear time in what was logged under it, and
no part is lost to another: of texts that meet, both stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import takewhile

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sentinel.clock import SECOND, Clock
from sentinel.formats._base import Join, Record
from sentinel.formats._lines.piece import Memory, Piece, recalled
from sentinel.formats._mapping.fields import flaw
from sentinel.records.event import Fields
from sentinel.records.line import Line

_MOST_WAITING = 10_000
# Bytes of lines: of one event, and of all that wait. Beyond them the oldest goes on unjoined.
_LARGEST = 16 * 1024 * 1024
_MOST_BYTES = 64 * 1024 * 1024
_MOST_PARTS = 10_000
# What a part takes beside its texts.
_PART_BYTES = 256
# How often it is asked whether one text holds the other, which reads both.
_MOST_COMPARED = 64


class _Waiting(Struct):
    """The parts of an event that have come so far.

    Attributes:
        line: of the first, without data. part: of the first among the records of its line.
        since: when it came, nanoseconds. size: of the lines of all parts, bytes.
    """

    line: Line
    part: int
    parts: list[Record]
    since: int
    size: int = 0


class Parts:
    """The events of one source that wait for a part.

    Args:
        memory: durable; holds what waits between batches, under keys that begin with `j:`.
        seconds: how long a part waits.
    """

    def __init__(self, memory: Memory, clock: Clock, seconds: float) -> None:
        self._memory, self._clock, self._patience = memory, clock, int(seconds * SECOND)
        found = recalled(memory, ("j:",), _Waiting)
        self._waiting = dict(sorted(found.items(), key=lambda item: item[1].since))
        self._bytes = sum(waiting.size for waiting in found.values())
        self._changed: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def save(self) -> None:
        """Put what changed since the last call into the memory."""
        for key in self._changed:
            waiting = self._waiting.get(key)
            self._memory.put(key, None if waiting is None else msgspec.msgpack.encode(waiting))
        self._changed.clear()

    def add(self, line: Line, part: int, record: Record, join: Join, size: int) -> Iterator[Piece]:
        """What this part completes, and what must go on for room. Args: size: its share of the line, in bytes."""
        # The id is the log's; what is kept under it in the journal is a digest.
        key = f"j:{blake2b(join.id.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
        waiting = self._waiting.get(key)
        if waiting is None:
            if join.last:
                yield Piece(line, (record,), part=part)
                return
            waiting = self._waiting[key] = _Waiting(replace(line, data=b""), part, [], self._clock.now())
        waiting.parts.append(record)
        size += _PART_BYTES
        waiting.size += size
        self._bytes += size
        self._changed.add(key)
        if join.last:
            yield self._leave(key)
        elif waiting.size > _LARGEST or len(waiting.parts) >= _MOST_PARTS:
            yield self.unjoined(key)
        while len(self._waiting) > _MOST_WAITING or self._bytes > _MOST_BYTES:
            yield self.unjoined(next(iter(self._waiting)))

    def late(self, *, everything: bool) -> list[str]:
        """Keys of those that have waited long enough, the oldest first."""
        now = self._clock.now()
        return list(takewhile(lambda key: everything or now - self._waiting[key].since >= self._patience, self._waiting))

    def unjoined(self, key: str) -> Piece:
        """An event as it is, marked."""
        piece = self._leave(key)
        flaw(piece.records[0].fields, "unjoined")
        return piece

    def _leave(self, key: str) -> Piece:
        gone = self._waiting.pop(key)
        self._bytes -= gone.size
        self._changed.add(key)
        return Piece(gone.line, (merged(gone.parts),), part=gone.part)


def merged(parts: Sequence[Record]) -> Record:
    """One record of the parts of an event, in the order in which they came; see `Join`."""
    first = parts[0]
    fields: Fields = {}
    texts: dict[str, _Text] = {}
    for record in parts:
        join = record.join or Join("")
        for name, value in record.fields.items():
            have = fields.get(name)
            if have is None:
                fields[name] = list(value) if value.__class__ is list else value
            elif have.__class__ is list and value.__class__ is list:
                have += value
            elif have.__class__ is str and value.__class__ is str:
                texts.setdefault(name, _Text(have)).add(value, name, join)
    for name, text in texts.items():
        fields[name] = text.whole()
    earliest = min((record for record in parts if record.at), key=lambda record: record.at, default=first)
    category = next((record.category for record in parts if record.category), first.category)
    return Record(earliest.at, fields, category=category, lent=earliest.lent)


class _Text:
    """One text field of several parts."""

    def __init__(self, first: str) -> None:
        self._pieces = [first]
        self._compared = 0

    def add(self, value: str, name: str, join: Join) -> None:
        if name in join.append:
            self._pieces.append(value)
        elif name in join.whole and self._compared < _MOST_COMPARED:
            self._compared += 1
            self._pieces = [_both(self.whole(), value)]
        elif name in join.lines or name in join.whole:
            self._pieces += ["\n", value]

    def whole(self) -> str:
        return "".join(self._pieces)


def _both(have: str, value: str) -> str:
    """Two texts of which one may hold the other."""
    if have in value:
        return value
    return have if value in have else f"{have}\n{value}"
