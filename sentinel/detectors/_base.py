"""What a detector promises. No network, no files, no clock: an event and what the scan saw, in; findings and fields, out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern


class Memory(ABC):
    """A detector's durable state, kept in the journal and committed with the batch. Bounded: the least used entries go."""

    @abstractmethod
    def get(self, key: str) -> Any:
        """The JSON value last put under `key`, or None."""

    @abstractmethod
    def put(self, key: str, value: Any) -> None:
        """Keep `value` (JSON) under `key`; visible at once, durable with the batch."""


class Detector(ABC):
    """Adds findings to an event.

    Attributes:
        name: unique, dotted.
        fields: the `sentinel.*` fields it can set, with a sentence each, for rule authors and `rules check`.
        always: look at every event, not only at those where one of `patterns` occurs (stateful baselines).
    """

    name: ClassVar[str]
    fields: ClassVar[dict[str, str]] = {}
    always: ClassVar[bool] = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """What the shared scan must look for on this detector's behalf."""
        return ()

    @abstractmethod
    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        """Find what is there, set `sentinel.*` fields on `event.fields`, return the spans.

        Args:
            hits: indexes into `patterns` of those that occur somewhere in the event's texts; never empty
                unless `always`.
        """


def texts(event: Event, wanted: Callable[[str], bool] | None = None) -> list[tuple[str, str]]:
    """The event's (field, text) pairs that detectors read: every string, and the strings of every list, joined by newlines."""
    pairs: list[tuple[str, str]] = []
    for name, value in event.fields.items():
        if name.startswith("sentinel.") and name not in SENTINEL_TEXTS:
            continue
        if wanted is not None and not wanted(name):
            continue
        if isinstance(value, str):
            pairs.append((name, value))
        elif isinstance(value, list):
            pairs.append((name, "\n".join(v for v in value if isinstance(v, str))))
    return pairs


# Fields under `sentinel.` that hold log text rather than our own conclusions.
SENTINEL_TEXTS = frozenset({"sentinel.key.alias", "sentinel.end_user.id"})
