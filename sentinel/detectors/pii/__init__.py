"""Personal data: what kinds stand in an event's texts, how often, and how many people they are about.

The kinds are the YAML files beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sentinel.detectors._base import REPEATED, Memory, Pseudonym, by_side, texts
from sentinel.detectors._catalogue import UNREAD
from sentinel.detectors._settings import USUAL, Settings
from sentinel.detectors._typed import Typed
from sentinel.records.event import Event, Fields
from sentinel.records.finding import Finding

MOST_SUBJECTS = 200


class Pii(Typed):
    """Typed spans of personal data, and the counts that leak and extraction rules read."""

    name = "pii"
    fields: ClassVar = {
        f"sentinel.{side}.pii.{what}": text.format(side=side)
        for side in ("prompt", "completion", "request")
        for what, text in {
            "types": "kinds of personal data in the {side}, sorted",
            "count": "how many pieces of personal data the {side} holds",
            "persons": "greatest number of distinct values of one kind in the {side}",
            "subjects": "keyed pseudonyms of the distinct values in the {side}, at most 200",
        }.items() if side != "request" or what == "types"
    }

    def __init__(self, pseudonym: Pseudonym | None = None, settings: Settings = USUAL) -> None:
        super().__init__(pseudonym, settings)
        self._person = frozenset(entry.type for entry in self.catalogue.entries if entry.person)

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        pairs = texts(event)
        findings = self.catalogue.find(pairs, hits)
        if findings:
            known = dict(pairs)
            for side, found in by_side(f for f in findings if f.type != UNREAD).items():
                self._tell(event.fields, side, found, known)
        return findings

    def _tell(self, fields: Fields, side: str, found: Sequence[Finding], known: dict[str, str]) -> None:
        fields[f"sentinel.{side}.pii.types"] = sorted({f.type for f in found})
        if side == "request":
            return
        fields[f"sentinel.{side}.pii.count"] = sum(REPEATED.get(f.field) not in known for f in found)
        values: dict[str, set[str]] = {}
        for f in found:
            if f.type in self._person:
                values.setdefault(f.type, set()).add(self._named(f.type, known[f.field][f.start:f.end]))
        if values:
            fields[f"sentinel.{side}.pii.persons"] = max(map(len, values.values()))
            if self._pseudonym:
                fields[f"sentinel.{side}.pii.subjects"] = sorted(set().union(*values.values()))[:MOST_SUBJECTS]

    def _named(self, type_: str, value: str) -> str:
        return self._pseudonym(type_, value) if self._pseudonym else value.casefold()
