"""What a key has not done before, once enough is known of it: a model that it never used.

A stolen key is tried out on models that its owner has no use for; an operator's change of model looks the same, so the
rule that reads this says "look", not "block".
"""

from __future__ import annotations

from hashlib import blake2b
from typing import ClassVar

from sentinel.detectors._base import Detector, Memory
from sentinel.records.event import Event
from sentinel.records.finding import Finding

WARM_UP = 20
_MOST_MODELS = 50


class Baseline(Detector):
    """Remembers the models of each key. Only requests that succeeded count: anyone can ask for anything."""

    name = "baseline"
    fields: ClassVar = {"sentinel.baseline.model.new": "true: this key never used this model before, and its first "
                                             f"{WARM_UP} requests are over"}
    needs: ClassVar = (frozenset({"sentinel.key.hash", "gen_ai.request.model"}),)

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        if event.fields.get("event.outcome") != "success":
            return []
        # A client writes the name, with a mail address in it or 5 MB long: what is remembered is its digest.
        name = str(event.fields["gen_ai.request.model"]).encode("utf-8", "replace")
        key, model = event.fields["sentinel.key.hash"], blake2b(name, digest_size=8).hexdigest()
        count, models = memory.get(key) or (0, ())
        new = model not in models
        if new and count >= WARM_UP:
            event.fields["sentinel.baseline.model.new"] = True
        # Once warm and known, a request costs a look-up and no write.
        if new or count < WARM_UP:
            kept = [*models, model][-_MOST_MODELS:] if new else models
            memory.put(key, (min(count + 1, WARM_UP), kept), event.at)
        return []
