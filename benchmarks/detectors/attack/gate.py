"""Chooses the gates: few words in a row that nearly every attack holds one of, and that other texts seldom hold.

In: texts, whether each is an attack, and its source. Out: literals in small letters, for the shared scan.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from heapq import heapify, heappop, heappush

COVER, RAREST = 4, 3
# Sources that stand for what logs are full of: there a hit of the gate costs time and finds nothing.
_CLEAN = ("documents", "code", "benign.everyday", "benign.programming", "benign.long_role", "benign.languages", "benign.instructions")
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+")


def gate(corpus: Iterable[tuple[str, bool, str]], most: int, commonest: float) -> list[str]:
    """At most `most` literals; each attack holds `COVER` of them, as far as it can.

    Args: commonest: how often a literal may stand in a million characters of other texts.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    clean: list[str] = []
    size = 0
    for text, attack, source in corpus:
        if attack:
            for literal in _literals(text):
                holders[literal].append(size)
            size += 1
        elif source in _CLEAN:
            clean.append(text.lower())
    candidates = {literal: found for literal, found in holders.items() if len(found) >= RAREST}
    return sorted(_chosen(candidates, "\n".join(clean), size, most, commonest))


def _chosen(candidates: dict[str, list[int]], clean: str, size: int, most: int, commonest: float) -> list[str]:
    wanted = [COVER] * size
    chosen: list[str] = []
    queue = [(-float(len(found)), literal) for literal, found in candidates.items()]
    heapify(queue)
    rate = cache(lambda literal: clean.count(literal) / len(clean) * 1e6)
    while queue and len(chosen) < most:
        known, literal = heappop(queue)
        gain = float(sum(wanted[index] > 0 for index in candidates[literal]))
        # Reading all other texts takes a millisecond. The scan finds a literal within longer words, too.
        if gain < RAREST or rate(literal) > commonest:
            continue
        gain /= 1 + 4 * rate(literal) / commonest
        if gain < -known:
            # Gains only shrink, so one that is still the greatest when looked at again is the greatest.
            if gain >= 1:
                heappush(queue, (-gain, literal))
            continue
        chosen.append(literal)
        for index in candidates[literal]:
            wanted[index] -= 1
    return chosen


def _literals(text: str) -> set[str]:
    found: set[str] = set()
    lower = text.lower()
    spans = [word.span() for word in _WORD.finditer(lower)]
    for n, (start, _) in enumerate(spans):
        for last in spans[n:n + 3]:
            literal = lower[start:last[1]]
            if 4 <= len(literal.encode()) <= 40 and re.fullmatch(r"[\w ]+", literal) and not re.search(r"\d", literal):
                found.add(literal)
    for run in re.findall(rf"[{_UNSPACED}]+", lower):
        found.update(run[at:at + size] for size in (2, 3, 4) for at in range(len(run) - size + 1))
    return found
