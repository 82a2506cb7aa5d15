"""What comes out of the lines of a source, and where what is unfinished is kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import Struct

from sentinel.formats._base import Record
from sentinel.records.line import Line

log = logging.getLogger("sentinel.lines")

Kind = TypeVar("Kind")


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


def recalled(memory: Memory, starts: tuple[str, ...], kind: type[Kind]) -> dict[str, Kind]:
    """What the memory holds under keys that begin so. What nobody can read any more is given up, and said.

    That is what a version with other structs left behind, or one whose key was replaced: no reason not to start.
    """
    found: dict[str, Kind] = {}
    lost = 0
    for key in memory.keys():  # noqa: SIM118 - no dict
        if key.startswith(starts):
            try:
                found[key] = msgspec.msgpack.decode(memory.get(key), type=kind)
            except (msgspec.MsgspecError, TypeError):
                memory.put(key, None)
                lost += 1
    if lost:
        log.error("%d unfinished record(s) of an earlier run cannot be read: another version left them, or the pseudonym key was "
                  "replaced; they are lost", lost)
    return found
