"""Detectors look at an event's texts and add findings and `sentinel.*` fields for rules to read.

`load` gives all of them for the pipeline; `Texts` reads one bare text, for `sentinel detect` and `redact`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sentinel import registry
from sentinel.detectors._base import Detector, Pseudonym
from sentinel.detectors._catalogue import UNREAD, settle
from sentinel.detectors._reasons import reasons
from sentinel.detectors._settings import USUAL, Settings, settings_of
from sentinel.detectors._typed import Typed
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.records.line import File
from sentinel.scan import Scan

if TYPE_CHECKING:
    from sentinel.config import yaml
    from sentinel.config.model import DetectorsConfig


__all__ = ["Inspection", "Settings", "Texts", "inspect_text", "load", "settings"]


def load(pseudonym: Pseudonym | None = None, settings: Settings = USUAL) -> list[Detector]:
    """Every detector of this package and of the entry-point group `sentinel.detectors`, by name.

    Args:
        pseudonym: (type, value) -> a keyed name for it; see `evidence.redact.Redactor.pseudonym`.
        settings: what the config says of types.
    """
    return [cls(pseudonym, settings) if issubclass(cls, Typed) else cls(pseudonym) for cls in _classes()]


def settings(config: DetectorsConfig, lines: yaml.Lines) -> Settings:
    """What the config's section `detectors:` comes to. Raises: ConfigError naming each type that there is not."""
    if config == type(config)():
        return USUAL
    return settings_of(config, lines, {cls.name: [entry.type for entry in cls.entries()] for cls in _classes() if issubclass(cls, Typed)})


def _classes() -> list[type[Detector]]:
    return list(registry.find(sys.modules[__name__], Detector, "sentinel.detectors").values())  # type: ignore[type-abstract]


class Inspection(NamedTuple):
    """What stands in one text: sensitive spans that do not overlap, in order, and scores by name."""

    spans: list[Finding]
    scores: dict[str, float]


class Texts:
    """Reads bare texts with what one look can tell; nothing is remembered from text to text."""

    FIELD = "gen_ai.prompt"

    def __init__(self, detectors: Sequence[Detector] | None = None) -> None:
        loaded = load() if detectors is None else detectors
        self._detectors = [one for one in loaded if one.reads is None or self.FIELD in one.reads]
        self._scan = Scan([pattern for detector in self._detectors for pattern in detector.patterns])
        # Per pattern: whose it is, and which of that detector's.
        self._owner = [(whose, local) for whose, detector in enumerate(self._detectors)
                       for local in range(len(detector.patterns))]
        # Most texts show the same few patterns.
        self._asked = lru_cache(4096)(self._owners)

    def inspect(self, text: str) -> Inspection:
        """Spans (offsets in code points) and scores of `text`."""
        return self.inspect_many([text])[0]

    def inspect_many(self, texts: Sequence[str]) -> list[Inspection]:
        """What `inspect` says of each; many short texts cost a fraction of what they cost one by one."""
        return [Inspection(_spans(findings), {"injection": event.fields.get("sentinel.prompt.injection.score", 0.0)})
                for event, findings in self._findings(texts)]

    def reasons(self, text: str, spans: Sequence[Finding]) -> list[list[str]]:
        """Why each of the spans of `text` is one: form, checks passed, the word nearby, the list it stands in."""
        entries = {entry.type: entry for detector in self._detectors if isinstance(detector, Typed) for entry in detector.catalogue.entries}
        return [reasons(span, spans, text, entries[span.type]) if span.type in entries else [] for span in spans]

    def everything(self, text: str) -> list[Finding]:
        """Every finding in `text`: phrases of injection, and spans that overlap others or were too much to read, too."""
        return self._findings([text])[0][1]

    def _findings(self, texts: Sequence[str]) -> list[tuple[Event, list[Finding]]]:
        read: list[tuple[Event, list[Finding]]] = [(Event(_NO_FILE, 0, 0, "llm", {self.FIELD: text}), []) for text in texts]
        asked: list[list[tuple[Event, frozenset[int]]]] = [[] for _ in self._detectors]
        answers: list[list[list[Finding]]] = [[] for _ in self._detectors]
        for text, (event, findings) in zip(texts, read, strict=True):
            for whose, local in self._asked(self._scan.hits(text)):
                asked[whose].append((event, local))
                answers[whose].append(findings)
        for detector, events, whom in zip(self._detectors, asked, answers, strict=True):
            if events:
                for findings, found in zip(whom, detector.find_many(events), strict=True):
                    findings += found
        return read

    def _owners(self, hits: frozenset[int]) -> list[tuple[int, frozenset[int]]]:
        local: dict[int, set[int]] = {}
        for hit in sorted(hits):
            whose, index = self._owner[hit]
            local.setdefault(whose, set()).add(index)
        return [(whose, frozenset(indexes)) for whose, indexes in local.items()]


_NO_FILE = File("", "", "")


def _spans(findings: list[Finding]) -> list[Finding]:
    """Those that are to be hidden, without overlaps; nothing stands for text that was too much to read."""
    spans = [f for f in findings if f.sensitive and f.type != UNREAD]
    return settle(spans) if len(spans) > 1 else spans


@cache
def _inspector() -> Texts:
    return Texts()


def inspect_text(text: str) -> Inspection:
    """`Texts.inspect` with every detector; the first call compiles them (about 0.2 s)."""
    return _inspector().inspect(text)
