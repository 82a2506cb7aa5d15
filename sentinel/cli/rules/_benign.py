"""How often rules fire on the shipped sample of ordinary traffic (made by `examples/benign.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sentinel import formats
from sentinel.cli.enrich import Bench
from sentinel.rules import author
from sentinel.rules.rule import Correlation, Rule

FOLDER = Path(author.__file__).with_name("benign")


def fired(rules: Sequence[Rule]) -> tuple[dict[str, tuple[int, str]], int]:
    """By rule id, how often and where first ("litellm.jsonl:12"); and on how many lines."""
    wanted = _ours(rules)
    found: dict[str, tuple[int, str]] = {}
    events = 0
    if not wanted:
        return found, events
    bench, known = Bench(wanted), formats.load()
    for path in sorted(FOLDER.iterdir()):
        lines = path.read_bytes().splitlines()
        events += len(lines)
        for hit in bench.hits(known[path.stem], lines):
            count, first = found.get(hit.rule, (0, f"{path.name}:{hit.line}"))
            found[hit.rule] = count + 1, first
    return found, events


def _ours(rules: Sequence[Rule]) -> list[Rule]:
    """Those about events that the daemon reads, and correlations over nothing else. A rule comes after those it listens to."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if found.keys() >= set(rule.rules) if isinstance(rule, Correlation) else not rule.info.foreign:
            found[rule.info.id] = rule
    return list(found.values())
