"""What a format promises. YAML mappings are compiled to one by `_mapping/`; a Python format subclasses it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from msgspec import Struct

from sentinel.records.event import Fields


class Record(Struct, gc=False):
    """What a line says.

    Attributes:
        at: event time, nanoseconds UTC; 0 when the record has none (the reader's time is taken then).
        fields: see `Event.fields`.
    """

    at: int
    fields: Fields


class Format(ABC):
    """Decodes the lines of one kind of log.

    Attributes:
        name: as written in a source's `format:`.
        category: the Sigma logsource category of its events: "llm" or "webserver".
        forgeable: event fields that the client behind the record can write at will; playbooks must not act on these
            alone.
        fields: every event field it can produce.
    """

    name: str
    category: str
    forgeable: frozenset[str]
    fields: frozenset[str]

    @abstractmethod
    def decode(self, line: bytes) -> Record | None:
        """One line's record; None for a line that is none (blank, a banner the format knows).

        Must be linear in the line's length, keep nothing between calls, and never quote the line in an error.

        Raises: Unreadable with the reason.
        """
