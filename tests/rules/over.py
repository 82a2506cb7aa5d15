"""Rules over lines, as `rules eval` runs them once they are read."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.rules.author.evaluate import Hit, run
from sentinel.rules.author.ready import prepared
from sentinel.rules.loaded import Loaded
from sentinel.rules.rule import Rule


def hits(rules: Iterable[Rule], lines: Iterable[bytes]) -> list[Hit]:
    ready = prepared(Loaded(list(rules)))
    return list(run(ready.ruleset, ready.scan, lines))
