"""What comes out of the lines of a source, and where what is unfinished is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from sentinel.formats._base import Record
from sentinel.records.line import Line


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
