"""The attack model: a linear model over n-grams of stems. Each n-gram adds what it says for or against an attack.

In: a text. Out: the window of it that looks most like an attack, and by how much. `model.json` beside this file is made by
`benchmarks/detectors/attack/train.py`, which says from what; docs/detectors.md says how good it is and where it errs.
A text is read only where the *gate* occurs: words without which few attacks are written, and which are rare in other texts;
of short texts, which cost little, more are read. The shared scan looks for the words as literals: a clean text costs nothing.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sentinel.detectors.injection._words import windows
from sentinel.scan import Pattern, compile_patterns

_FILE = Path(__file__).with_name("model.json")
# Bytes before and after a place of the gate that are read: a window lies within.
_REACH = 400
# A text of so many characters is short.
SHORT = 1_500
# Bytes of one text that are read; a text with more places of the gate than that holds is no more of an attack.
_MOST = 65_536


class Weights(Struct, forbid_unknown_fields=True):
    """What was learnt.

    Attributes:
        bias: log-odds of a window that holds none of the n-grams.
        weights: n-gram -> hundredths of log-odds that it adds.
        slope: what a unit of these adds to the calibrated log-odds.
        phrases: the same for what phrases say, as -log(1 - their score).
        gate: words in a row. short: those that count in short texts alone.
    """

    bias: float
    slope: float
    phrases: float
    weights: dict[str, int]
    gate: list[str]
    short: list[str]


class Look(NamedTuple):
    """A window of a text, and its log-odds of being an attack."""

    start: int
    end: int
    odds: float


class Model:
    """Weights, ready to be asked. Not thread-safe: one per thread."""

    def __init__(self, weights: Weights) -> None:
        self.gate = [Pattern(words, literal=True, caseless=True, simple=words.isascii()) for words in weights.gate]
        self.short = [Pattern(words, literal=True, caseless=True, simple=words.isascii()) for words in weights.short]
        self._weights, self._known = weights.weights, weights.weights.keys()
        self._bias, self._slope, self.phrases = weights.bias, weights.slope, weights.phrases
        self._places = compile_patterns(self.gate, 0)

    def look(self, text: str) -> Look | None:
        """The window that looks most like an attack; None for a text without words."""
        best: Look | None = None
        for start, part in self._parts(text):
            for begin, end, grams in windows(part):
                known = self._weights
                odds = self._bias + self._slope * sum([known[gram] for gram in self._known & grams]) / 100
                if best is None or odds > best.odds:
                    best = Look(start + begin, start + end, odds)
        return best

    def _parts(self, text: str) -> list[tuple[int, str]]:
        if len(text) <= SHORT:
            return [(0, text)]
        data = text.encode("utf-8", "replace")
        ends: list[int] = []
        self._places.scan(data, match_event_handler=lambda index, start, end, flags, context: ends.append(end))
        spans: list[list[int]] = []
        for end in ends:
            if spans and end - _REACH <= spans[-1][1]:
                spans[-1][1] = end + _REACH
            else:
                spans.append([max(0, end - _REACH), end + _REACH])
        # Phrases alone brought us here: the model says what it thinks of the beginning.
        return _cut(data, spans or [[0, 2 * _REACH]])


def _cut(data: bytes, spans: list[list[int]]) -> list[tuple[int, str]]:
    """The texts of spans of bytes, each with its place in characters."""
    parts: list[tuple[int, str]] = []
    byte = place = left = 0
    left = _MOST
    for start, end in spans:
        if left <= 0:
            break
        place += len(data[byte:start].decode("utf-8", "ignore"))
        part = data[start:min(end, start + left)]
        parts.append((place, part.decode("utf-8", "ignore")))
        byte, left = start, left - len(part)
    return parts


def probability(odds: float) -> float:
    """Log-odds as a share of one."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@cache
def weights() -> Weights:
    """What is in the package."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Weights)
