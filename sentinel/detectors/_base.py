"""What a detector promises. No network, no files, no clock: an event and what the scan saw, in; findings and fields, out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Protocol

from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern, joined, scanned

Text = tuple[str, str]  # a field's name and its text
Pseudonym = Callable[[str, str], str]  # (type, value) -> a keyed name for the value

# Fields under `sentinel.` that hold log text rather than our own conclusions.
SENTINEL_TEXTS = frozenset({"sentinel.key.alias", "sentinel.end_user.id", "sentinel.call.id"})
# Who did it: a mail address there is replaced in what is stored, but is no sign of a leak.
PRINCIPALS = frozenset({"sentinel.key.alias", "sentinel.end_user.id", "user.email", "user.id", "user.name", "user.group.id",
                        "user.group.name", "organization.id"})
# Which way a text went, as the name under `sentinel.` where conclusions about it go; all others are "request".
_SIDES = {
    "gen_ai.prompt": "prompt",
    "gen_ai.system_instructions": "prompt",
    "gen_ai.tool.call.result": "prompt",
    "gen_ai.retrieval.documents": "prompt",
    "gen_ai.tool.definitions": "prompt",
    "gen_ai.completion": "completion",
    "gen_ai.tool.call.arguments": "completion",
}
# Their text stands in another field too: what is found in both is counted once.
REPEATED = {"gen_ai.tool.call.result": "gen_ai.prompt", "gen_ai.retrieval.documents": "gen_ai.prompt",
            "gen_ai.tool.call.arguments": "gen_ai.completion"}


class Memory(Protocol):
    """A detector's durable state, kept in the journal and committed with the batch. Bounded: the least used entries go."""

    def get(self, key: str) -> Any:
        """The JSON value last put under `key`, or None. Never change it in place."""

    def put(self, key: str, value: Any, at: int = 0) -> None:
        """Keep `value` (JSON) under `key`; visible at once, durable with the batch. at: event time of its use, ns."""


class Detector(ABC):
    """Adds findings to an event.

    Attributes:
        name: unique, dotted.
        fields: the `sentinel.*` fields it can set, with a sentence each, for rule authors and `rules check`.
        needs: sets of field names: it is asked also about every event that has all fields of one of them, and not only
            about those where one of `patterns` occurs.
        reads: the fields it reads: it is asked only about events that have one of them. None: it reads every text.
        recalls: how many of the last events it wants to be shown again when the daemon starts.
    """

    name: ClassVar[str]
    fields: ClassVar[dict[str, str]] = {}
    needs: ClassVar[Sequence[frozenset[str]]] = ()
    reads: ClassVar[frozenset[str] | None] = None
    recalls: ClassVar[int] = 0

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        self._pseudonym = pseudonym

    @property
    def patterns(self) -> Sequence[Pattern]:
        """What the shared scan must look for on this detector's behalf."""
        return ()

    def recall(self, events: Iterable[Event]) -> None:
        """Look again at events that are in the journal, in order of reading; see `recalls`."""
        return

    @abstractmethod
    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        """Find what is there, set `sentinel.*` fields on `event.fields`, return the spans.

        Args:
            hits: indexes into `patterns` of those that occur somewhere in the event's texts; empty only when it is
                asked because of `needs`.
        """

    def find_many(self, asked: Sequence[tuple[Event, frozenset[int]]]) -> list[list[Finding]]:
        """The spans alone, of many events that have nothing to do with each other: for who reads bare texts.

        Args: asked: events, each with the hits that `inspect` takes. Those detectors override it that are cheaper so.
        """
        return [self.inspect(event, hits, _Nothing()) for event, hits in asked]


class _Nothing:
    """The memory of who remembers nothing."""

    def get(self, key: str) -> Any:
        return None

    def put(self, key: str, value: Any, at: int = 0) -> None:
        pass


def by_side(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by where conclusions about them go; those in the fields that name a principal lead to none."""
    sides: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.field not in PRINCIPALS:
            sides.setdefault(_SIDES.get(finding.field, "request"), []).append(finding)
    return sides


def text_in(event: Event, field: str) -> str:
    """The text of a field as findings' offsets count it, whatever the record had there; empty when it is absent."""
    value = event.fields.get(field)
    return joined(value) if value.__class__ is list else "" if value is None else str(value)


def texts(event: Event) -> list[Text]:
    """What detectors read: every string, and the strings of every list, joined by newlines."""
    pairs: list[Text] = []
    for name, value in event.fields.items():
        if not scanned(name, value) or (name.startswith("sentinel.") and name not in SENTINEL_TEXTS):
            continue
        if value.__class__ is str:
            pairs.append((name, value))
        elif value.__class__ is list:
            pairs.append((name, joined(value)))
    return pairs
