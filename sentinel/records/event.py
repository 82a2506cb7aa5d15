"""An event: one log record in the common schema, and how it looks from outside."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from sentinel.clock import iso
from sentinel.records.line import File

Fields = dict[str, Any]

# The Sigma logsource categories of events: calls of models; requests to web servers and gateways; sign-ins, and what is done
# to accounts; calls of a cloud's own API.
CATEGORIES = ("llm", "webserver", "authentication", "cloud")
# What the names of fields begin with that are about the log and not in it.
FINDINGS = "sentinel."


class Event(Struct, gc=False):
    """One log record. Mutable only inside the pipeline: detectors add their `sentinel.*` fields.

    Attributes:
        file, offset: where its record begins; together they are its identity. part: counts the events of one record.
        at: event time, nanoseconds UTC.
        category: one of `CATEGORIES`.
        fields: flat, dotted OpenTelemetry/ECS names to JSON values. Absent means absent: no nulls, no empty strings.
        lent: the record names no time; `at` is its container's or this host's.
    """

    file: File
    offset: int
    at: int
    category: str
    fields: Fields
    part: int = 0
    lent: bool = False

    @property
    def id(self) -> str:
        """Derived from file identity, generation and offset: the same record always has the same id."""
        place = f"{self.file.id}-{self.file.generation}-{self.offset:x}"
        return f"{place}.{self.part}" if self.part else place

    def get(self, name: str) -> Any:
        """A field's value as rules see it, or None. Covers the fields that are kept outside `fields`."""
        value = self.fields.get(name)
        if value is None and name in ENVELOPE:
            return self.envelope().get(name)
        return value

    def envelope(self) -> Fields:
        """The fields that every event has and that are not stored with each."""
        return {
            "@timestamp": iso(self.at),
            "event.id": self.id,
            "event.category": self.category,
            "log.file.path": self.file.path,
            "log.offset": self.offset,
            "sentinel.source": self.file.source,
        }

    def document(self) -> Fields:
        """The whole event as one flat document, for output and for Elasticsearch."""
        return {**self.envelope(), **self.fields}


ENVELOPE = frozenset({"@timestamp", "event.id", "event.category", "log.file.path", "log.offset", "sentinel.source"})
