"""Values that stand in a list or a column: one number may be anything, five of one form below each other are what they look like.

In: findings and their texts. Out: the findings, those of a list surer. Only texts with several of a type are looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import structs

from sentinel.records.finding import Finding

# So many of one type make a list, and each is so much surer for it.
LEAST, SURER = 4, 0.1
_SUREST = 0.99
# Between two values of a list: signs and blanks alone.
_BETWEEN = re.compile(r"[^\w]{1,12}")
_LONGEST_ROW = 2_000


def raised(findings: list[Finding], texts: Mapping[str, str]) -> list[Finding]:
    """`findings`, with higher scores where at least `LEAST` of a type follow each other. texts: by field."""
    if len(findings) < LEAST:
        return findings
    kinds: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        kinds[finding.field, finding.type].append(index)
    found = list(findings)
    for (field, _), indexes in kinds.items():
        if len(indexes) < LEAST or field not in texts:
            continue
        for run in _runs(texts[field], [findings[index] for index in indexes], indexes):
            for index in run:
                found[index] = structs.replace(found[index], score=round(min(_SUREST, found[index].score + SURER), 2))
    return found


def listed(finding: Finding, findings: Sequence[Finding], text: str) -> int:
    """How many values stand in the list that `finding` is of; 0 when it is of none."""
    same = [f for f in findings if (f.field, f.type) == (finding.field, finding.type)]
    return next((len(run) for run in _runs(text, same, range(len(same))) if finding in [same[index] for index in run]), 0)


def _runs(text: str, findings: Sequence[Finding], indexes: Sequence[int]) -> list[list[int]]:
    """Which of the indexes make lists."""
    runs: list[list[int]] = [[indexes[0]]]
    for before, after, index in zip(findings, findings[1:], indexes[1:], strict=False):
        if _follows(text, before, after):
            runs[-1].append(index)
        else:
            runs.append([index])
    return [run for run in runs if len(run) >= LEAST]


def _follows(text: str, before: Finding, after: Finding) -> bool:
    if 0 < after.start - before.end <= _LONGEST_ROW:
        return _BETWEEN.fullmatch(text, before.end, after.start) is not None or _next_row(text, before.start, after.start)
    return False


def _next_row(text: str, before: int, after: int) -> bool:
    """Whether the one stands in the next line below the other, behind as many delimiters."""
    if text.count("\n", before, after) != 1:
        return False
    rows = [text[text.rfind("\n", max(0, at - _LONGEST_ROW), at) + 1:at] for at in (before, after)]
    return any((columns := rows[0].count(delimiter)) and columns == rows[1].count(delimiter) for delimiter in "|\t;,") or not any(rows)
