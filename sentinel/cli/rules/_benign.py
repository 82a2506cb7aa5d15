"""How often rules fire on the shipped sample of ordinary traffic (made by `examples/benign.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sentinel import formats
from sentinel.cli.enrich import Bench
from sentinel.records.event import CATEGORIES
from sentinel.rules import author
from sentinel.rules.rule import Detection, Rule

FOLDER = Path(author.__file__).with_name("benign")


def fired(rules: Sequence[Rule]) -> tuple[dict[str, tuple[int, str]], int]:
    """By rule id, how often and where first ("litellm.jsonl:12"); and on how many lines."""
    wanted = list(rules) if any(_ours(rule) for rule in rules) else []
    found: dict[str, tuple[int, str]] = {}
    events = 0
    for path in sorted(FOLDER.iterdir()) if wanted else ():
        lines = path.read_bytes().splitlines()
        events += len(lines)
        for hit in Bench(wanted).hits(formats.load()[path.stem], lines):
            count, first = found.get(hit.rule, (0, f"{path.name}:{hit.line}"))
            found[hit.rule] = count + 1, first
    return found, events


def _ours(rule: Rule) -> bool:
    return isinstance(rule, Detection) and rule.info.category in ("", *CATEGORIES)
