"""What works and is probably not meant: warnings for `sentinel rules check`.

In: loaded rules, and what is known of the events that come. Out: warnings, each with file and line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from sentinel.config.mistakes import nearest
from sentinel.errors import Mistake
from sentinel.records.event import CATEGORIES, ENVELOPE
from sentinel.rules.author.cases import beside
from sentinel.rules.read.load import Loaded
from sentinel.rules.rule import Correlation, Detection, Rule
from sentinel.rules.tree import fields


def warnings(loaded: Loaded, known: Collection[str] = ()) -> list[Mistake]:
    """All warnings, those of loading included.

    Args:
        known: every field that a format or detector can set; empty when that is not known.
    """
    found = list(loaded.warnings)
    for rule in loaded.rules:
        found += _of(rule, known)
    silent = {id_ for rule in loaded.rules if isinstance(rule, Correlation) and not rule.generate for id_ in rule.rules}
    found += [_told(rule, "level", f"level {rule.info.level} is never seen: only correlations listen to this rule",
                    "set `generate: true` in the correlation if it is to alert by itself")
              for rule in loaded.rules if rule.info.id in silent and rule.info.level in ("high", "critical")]
    return found


def unknown_fields(rules: Iterable[Rule], known: Collection[str]) -> list[Mistake]:
    """Fields that rules look at and nobody sets. Args: known: every field that a format or detector can set."""
    return [_unknown(rule, name, known) for rule in rules if isinstance(rule, Detection) and rule.info.category in ("", *CATEGORIES)
            for name in sorted(fields(rule.tree) - ENVELOPE) if name not in known and not name.startswith("labels.")]


def _of(rule: Rule, known: Collection[str]) -> list[Mistake]:
    found = []
    if isinstance(rule, Detection):
        if rule.info.category and rule.info.category not in CATEGORIES:
            found.append(_told(rule, "logsource.category", f"no event has the category {rule.info.category!r}, so it never fires",
                               f"known are {', '.join(sorted(CATEGORIES))}; `rules eval` runs it on files of any origin"))
        elif known:
            found += unknown_fields([rule], known)
    if not beside(Path(rule.info.file)).exists():
        found.append(_told(rule, "", "no cases stand beside it", f"write {beside(Path(rule.info.file)).name}"))
    return found


def _unknown(rule: Rule, name: str, known: Collection[str]) -> Mistake:
    return _told(rule, f"detection: {name}", "no format and no detector sets this field", nearest(name, known, ""))


def _told(rule: Rule, key: str, what: str, do: str = "") -> Mistake:
    return Mistake(rule.info.file, rule.info.line, key, what, do)
