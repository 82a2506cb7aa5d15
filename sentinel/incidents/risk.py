"""How grave an incident is: the levels of its rules, and the risk that many weaker signals add up to.

In: what each rule contributed. Out: a score and a severity.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

from sentinel.records.alert import LEVELS
from sentinel.records.incident import Seen

# Chosen so that one rule alone never raises the severity above its own level, however often it fires, and two
# independent medium signals that keep coming make a high one.
WEIGHT = {"informational": 1, "low": 5, "medium": 20, "high": 60, "critical": 120}
AT_LEAST = ((200, "critical"), (100, "high"), (40, "medium"), (10, "low"))
_MOST_DOUBLINGS = 2.0


def score(rules: Iterable[Seen]) -> int:
    """Accumulated risk: each rule's weight, growing with the logarithm of its firings up to three times."""
    return round(sum(WEIGHT[seen.level] * (1 + min(log2(seen.count), _MOST_DOUBLINGS)) for seen in rules))


def severity(rules: Iterable[Seen]) -> str:
    """The gravest rule's level, or the level that several rules together reach."""
    seen = list(rules)
    gravest = max((LEVELS.index(rule.level) for rule in seen), default=0)
    if len(seen) > 1:
        total = score(seen)
        reached = next((LEVELS.index(level) for least, level in AT_LEAST if total >= least), 0)
        gravest = max(gravest, reached)
    return LEVELS[gravest]
