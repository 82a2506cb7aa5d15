"""A word or phrase that is repeated over and over, and what comes after it.

Asked to repeat a word for ever, a model may fall out of it into other text, and that has been text it was trained on (Nasr and
others: "Scalable Extraction of Training Data from (Production) Language Models", 2023). In: prompt and completion. Out: how
often the same phrase stands in a row, and how many other words follow. Whether these are training data nobody can tell from the
log: the fields say what happened.

A clean text costs one search for every `_STRIDE` letters: whether the next letters come again at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from sentinel.corpus.fingerprint import words
from sentinel.detectors._base import Detector, Memory, text_in
from sentinel.records.event import Event
from sentinel.records.finding import Finding

LEAST = 30
# Letters of a phrase at most; letters that are looked for again; letters from one look to the next. A stretch of the sum of
# all three is seen wherever it begins.
_PERIOD, _PROBE, _STRIDE = 80, 24, 160
# Rules, empty cells and zeros are no words.
_PHRASE = re.compile(r"[^\W\d_]")
_SIDES = {"completion": "gen_ai.completion", "prompt": "gen_ai.prompt"}


class Repetition(Detector):
    """Looks for phrases in a row."""

    name = "repetition"
    fields: ClassVar = {
        "sentinel.completion.repetition.count": f"how often the completion repeats a word or phrase in a row; absent below {LEAST}",
        "sentinel.completion.repetition.after": "words that follow this repetition and are not of it",
        "sentinel.prompt.repetition.count": f"how often the prompt repeats a word or phrase in a row; absent below {LEAST}",
    }
    needs: ClassVar = tuple(frozenset({field}) for field in _SIDES.values())
    reads: ClassVar = frozenset(_SIDES.values())

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        for side, field in _SIDES.items():
            text = text_in(event, field)
            found = longest(text)
            if found is None:
                continue
            event.fields[f"sentinel.{side}.repetition.count"] = found.count
            if side == "completion":
                same = frozenset(words(found.phrase))
                event.fields["sentinel.completion.repetition.after"] = sum(word not in same for word in words(text[found.end:]))
        return []


class Row(Struct, frozen=True):
    """A phrase in a row. Attributes: start, end: in the text."""

    phrase: str
    count: int
    start: int
    end: int


def longest(text: str) -> Row | None:
    """Of the phrases that stand `LEAST` times or more in a row the one that does so most often."""
    return max(_rows(text), key=lambda row: row.count, default=None)


def _rows(text: str) -> Iterator[Row]:
    end = 0
    for at in range(0, len(text) - _PROBE, _STRIDE):
        if at < end:
            continue
        again = text.find(text[at:at + _PROBE], at + 1, at + _PERIOD + _PROBE)
        if again < 0:
            continue
        period = again - at
        start, end = at - _alike(text, at, period, -1), at + period + _alike(text, at, period, 1)
        phrase, count = text[start:start + period], (end - start) // period
        if count >= LEAST and _PHRASE.search(phrase):
            yield Row(phrase, count, start, end)


def _alike(text: str, at: int, period: int, way: int) -> int:
    """For how many letters from `at` on (way 1), or before it (way -1), the text is the same as a period later."""
    length, step = 0, 4_096
    while step:
        first = at + length if way > 0 else at - length - step
        part = text[first:first + step] if first >= 0 else ""
        if len(part) == step and part == text[first + period:first + period + step]:
            length += step
        else:
            step //= 2
    return length
