"""Secrets: keys, tokens and private keys in an event's texts, and this host's own wherever they stand.

The kinds are the YAML files beside this one; of this host's own the config has hashes (`detectors: protected_secrets:`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sentinel.detectors._base import Memory, Pseudonym, by_side, texts
from sentinel.detectors._catalogue import UNREAD, settle
from sentinel.detectors._protected import Protection
from sentinel.detectors._settings import USUAL, Settings
from sentinel.detectors._typed import Typed
from sentinel.records.event import Event
from sentinel.records.finding import Finding
from sentinel.scan import Pattern


class Secrets(Typed):
    """Typed spans of credentials; a vendor's documentation examples and placeholders are none."""

    name = "secrets"
    fields: ClassVar = {f"sentinel.{side}.secret.types": f"kinds of secrets in the {side}, sorted"
              for side in ("prompt", "completion", "request")}

    def __init__(self, pseudonym: Pseudonym | None = None, settings: Settings = USUAL) -> None:
        super().__init__(pseudonym, settings)
        self._protection = Protection(settings.protected)
        self._first = len(self.catalogue.patterns)

    @property
    def patterns(self) -> Sequence[Pattern]:
        return [*self.catalogue.patterns, *self._protection.patterns]

    def find_many(self, asked: Sequence[tuple[Event, frozenset[int]]]) -> list[list[Finding]]:
        found = super().find_many([(event, frozenset(hit for hit in hits if hit < self._first)) for event, hits in asked])
        if not self._protection.patterns:
            return found
        own = [self._protection.find(texts(event), [hit - self._first for hit in hits if hit >= self._first]) for event, hits in asked]
        return [_beside(known, more) if more else known for known, more in zip(found, own, strict=True)]


    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        findings = self.find_many([(event, hits)])[0]
        for side, found in by_side(f for f in findings if f.type != UNREAD).items():
            event.fields[f"sentinel.{side}.secret.types"] = sorted({f.type for f in found})
        return findings


def _beside(known: list[Finding], own: list[Finding]) -> list[Finding]:
    unread = [f for f in known if f.type == UNREAD]
    return settle([*(f for f in known if f.type != UNREAD), *own]) + unread
