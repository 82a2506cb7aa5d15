"""Detectors look at an event's texts and add findings and `sentinel.*` fields for rules to read.

`load` gives all of them for the pipeline; `Texts` reads one bare text, for `sentinel detect` and `redact`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sentinel import registry
from sentinel.detectors._base import Detector, Pseudonym
from sentinel.detectors._catalogue import UNREAD, settle
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.records.line import File
from sentinel.scan import Scan, text_of


def load(pseudonym: Pseudonym | None = None) -> list[Detector]:
    """Every detector of this package and of the entry-point group `sentinel.detectors`, by name.

    Args:
        pseudonym: (type, value) -> a keyed name for it; see `evidence.redact.Redactor.pseudonym`.
    """
    found = registry.find(sys.modules[__name__], Detector, "sentinel.detectors")  # type: ignore[type-abstract]
    return [cls(pseudonym) for cls in found.values()]


class Inspection(NamedTuple):
    """What stands in one text: sensitive spans that do not overlap, in order, and scores by name."""

    spans: list[Finding]
    scores: dict[str, float]


class Texts:
    """Reads one text at a time with what one look can tell; nothing is remembered from text to text."""

    FIELD = "gen_ai.prompt"

    def __init__(self, detectors: Sequence[Detector] | None = None) -> None:
        self._detectors = load() if detectors is None else list(detectors)
        self._scan = Scan([pattern for detector in self._detectors for pattern in detector.patterns])

    def inspect(self, text: str) -> Inspection:
        """Spans (offsets in code points) and scores of `text`."""
        event = self._event(text)
        spans = settle([f for f in self._findings(event) if f.sensitive])
        return Inspection([f for f in spans if f.type != UNREAD],
                          {"injection": event.fields.get("sentinel.prompt.injection.score", 0.0)})

    def everything(self, text: str) -> list[Finding]:
        """Every finding in `text`: phrases of injection, and spans that overlap others or were too much to read, too."""
        return self._findings(self._event(text))

    def _event(self, text: str) -> Event:
        return Event(File("", "", ""), 0, 0, "llm", {self.FIELD: text})

    def _findings(self, event: Event) -> list[Finding]:
        hits = self._scan.hits(text_of(event.fields))
        findings: list[Finding] = []
        first = 0
        for detector in self._detectors:
            size = len(detector.patterns)
            local = frozenset(hit - first for hit in hits if first <= hit < first + size)
            first += size
            if local:
                findings += detector.inspect(event, local, _Nothing())
        return findings


class _Nothing:
    def get(self, key: str) -> Any:
        return None

    def put(self, key: str, value: Any, at: int = 0) -> None:
        pass


@cache
def _inspector() -> Texts:
    return Texts()


def inspect_text(text: str) -> Inspection:
    """`Texts.inspect` with every detector; the first call compiles them (about 0.2 s)."""
    return _inspector().inspect(text)
