"""Secrets: keys, tokens and private keys in an event's texts. The kinds are the YAML files beside this one."""

from __future__ import annotations

from typing import ClassVar

from sentinel.detectors._base import Memory, by_side, texts
from sentinel.detectors._catalogue import UNREAD
from sentinel.detectors._typed import Typed
from sentinel.records.event import Event
from sentinel.records.finding import Finding


class Secrets(Typed):
    """Typed spans of credentials; a vendor's documentation examples and placeholders are none."""

    name = "secrets"
    fields: ClassVar = {f"sentinel.{side}.secret.types": f"kinds of secrets in the {side}, sorted"
              for side in ("prompt", "completion", "request")}

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        findings = self.catalogue.find(texts(event), hits)
        for side, found in by_side(f for f in findings if f.type != UNREAD).items():
            event.fields[f"sentinel.{side}.secret.types"] = sorted({f.type for f in found})
        return findings
