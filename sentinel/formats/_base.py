"""What a format promises. YAML mappings are compiled to one by `_mapping/`; a Python format subclasses it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from enum import Enum
from typing import Any, Protocol, Self

from msgspec import Struct

from sentinel.records.event import Fields


class Frame(Enum):
    """What one line of a log is to the record it belongs to."""

    WHOLE = "a record of its own"
    BEGIN = "the first line of a record that may go on"
    MORE = "goes on with the record before it"
    END = "the last line of a record"


class Join(Struct, gc=False):
    """Says that a record is one part of what was logged apart (a request here, its response there).

    Attributes:
        id: what the parts share, unique within the source: the request id.
        last: nothing more comes: the parts so far become one event.
        append: text fields in which a later part goes on where the earlier ended (streamed pieces).
        lines: text fields to which a later part adds further lines (messages).
        whole: text fields that this part gives whole. One of the two texts is dropped when the other holds it (what was
            streamed, once more at the end); else both stay, line by line, lest a client that reuses an id hides a text.

    Of other fields the first that has a value wins; lists are put one behind the other.
    """

    id: str
    last: bool = False
    append: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


class Record(Struct, gc=False):
    """What a record of the log says.

    Attributes:
        at: event time, nanoseconds UTC; 0 when the record has none (the reader's time is taken then).
        fields: see `Event.fields`.
        join: set when it is one part of several. category: empty, or other than the format's.
        lent: `at` is the container's or the input's, because the record names no time; never set by a format.
    """

    at: int
    fields: Fields
    join: Join | None = None
    category: str = ""
    lent: bool = False


# A record names its time, and few bytes more. An event takes a kilobyte, and those of one line are committed together.
_LEAST_BYTES, _MOST_RECORDS, _ALWAYS = 24, 50_000, 16


def most_records(size: int) -> int:
    """How many records are read of a line of `size` bytes; a program writes no more of them, but an attacker does: `{},{},{},…`."""
    return min(_ALWAYS + size // _LEAST_BYTES, _MOST_RECORDS)


class Times(Protocol):
    """Reads the times of one source."""

    def instant(self, value: Any) -> int:
        """Nanoseconds UTC of a time as the log writes it; 0 for what is none."""
        ...

    def elapsed(self, end: Any, start: Any) -> int | None:
        """Nanoseconds between two times; None when one is missing or they are the wrong way round."""
        ...


class Format(ABC):
    """Decodes the records of one kind of log.

    Attributes:
        name: as written in a source's `format:`. about: a sentence on what it reads.
        category: of its events, see `records.event.CATEGORIES`.
        forgeable: event fields that the client behind the record can write at will; playbooks must not act on these
            alone.
        fields: every event field it can produce. keeps_rest: and what else a record holds, under its own names.
        examples: records and what they become; see docs/formats.md.
        joins: its records may carry a `Join`. join_seconds: how long a part waits for the others.
        times: reads the times of the source, see `localized`.
    """

    name: str
    about: str = ""
    category: str
    forgeable: frozenset[str]
    fields: frozenset[str]
    keeps_rest: bool = False
    examples: Sequence[dict[str, Any]] = ()
    joins: bool = False
    join_seconds: float = 30.0
    times: Times

    def localized(self, times: Times) -> Self:
        """This format for one source: times that name no zone are its zone's."""
        found = copy(self)
        found.times = times
        return found

    def origins(self) -> dict[str, list[str]]:
        """Event field -> where in a record it comes from, for people; empty when only the code can say."""
        return {}

    def frame(self, line: bytes) -> Frame:
        """What this line is to the record it belongs to. Told from the line alone."""
        return Frame.WHOLE

    @abstractmethod
    def decode(self, record: bytes) -> Sequence[Record]:
        """What a record says: nothing (blank, a banner the format knows), one thing, or several (a batch in one line).

        Must be linear in the record's length, keep nothing between calls, and never quote the log in an error.

        Args:
            record: its lines, joined by LF.

        Raises: Unreadable with the reason.
        """
