"""Texts as the attack model reads them: stems in order, and windows of n-grams over them.

In: a text. Out: for each window of it the set of its n-grams. A stem is the first five letters of a word in small letters,
so that "ignoring", "ignores" and "IGNORED" are one; numbers are "0"; Chinese, Japanese and Korean are taken letter by letter.
Windows overlap: an attack within a long document has one to itself, and a long harmless text does not add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

LONGEST_STEM = 5
# In stems. A window is so many steps.
STEP, STEPS = 40, 3
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_STEM = re.compile(rf"[{_UNSPACED}]|([^\W\d_{_UNSPACED}]{{1,{LONGEST_STEM}}})[^\W\d_{_UNSPACED}]*+(?:['’][^\W\d_]{{1,2}}(?![^\W\d_]))?+|\d++")


def stems(text: str) -> list[tuple[str, int]]:
    """Stem and place of every word."""
    return [(found[1] or (found[0] if not found[0].isdecimal() else "0"), found.start()) for found in _STEM.finditer(text.lower())]


def windows(text: str) -> Iterator[tuple[int, int, set[str]]]:
    """Start, end and n-grams (one to three stems, with spaces between) of each window."""
    found = stems(text)
    for at in range(0, max(1, len(found) - STEP * (STEPS - 1)), STEP):
        part = found[at:at + STEP * STEPS]
        if part:
            yield part[0][1], part[-1][1] + 1, ngrams([stem for stem, _ in part])


def ngrams(words: list[str]) -> set[str]:
    """One to three stems in a row, with spaces between."""
    grams = set(words)
    grams.update(map(" ".join, pairwise(words)))
    grams.update(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    return grams
