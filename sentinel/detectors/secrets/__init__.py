"""Secrets: keys, tokens and private keys in an event's texts. The kinds are the YAML files beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from sentinel.detectors._base import Detector, Memory, Pseudonym, by_side, texts
from sentinel.detectors._catalogue import UNREAD, Catalogue, load
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern


class Secrets(Detector):
    """Typed spans of credentials; a vendor's documentation examples and placeholders are none."""

    name = "secrets"
    fields: ClassVar = {f"sentinel.{side}.secret.types": f"kinds of secrets in the {side}, sorted"
              for side in ("prompt", "completion", "request")}

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        super().__init__(pseudonym)
        self.catalogue = Catalogue(load(Path(__file__).parent))

    @property
    def patterns(self) -> Sequence[Pattern]:
        return self.catalogue.patterns

    def find_many(self, asked: Sequence[tuple[Event, frozenset[int]]]) -> list[list[Finding]]:
        return self.catalogue.find_many([(texts(event), hits) for event, hits in asked])

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        findings = self.catalogue.find(texts(event), hits)
        for side, found in by_side(f for f in findings if f.type != UNREAD).items():
            event.fields[f"sentinel.{side}.secret.types"] = sorted({f.type for f in found})
        return findings
