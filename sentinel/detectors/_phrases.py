"""Phrases: what people write in many wordings, found by catalogue entries with wide gaps between their words.

In: entries and texts. Out: which phrases stand where. RE2 finds them, linear whoever wrote the text; hyperscan's
start-of-match refuses patterns of this width. It costs 11 us a call, so an entry is asked only where its hints occur.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import re2

from sentinel.detectors._catalogue import Entry, expand
from sentinel.errors import SentinelError
from sentinel.scan import Pattern
from sentinel.text import well_formed

# Matches of one entry in one text that are looked at; a text with more is no more of an attack.
MOST_PHRASES = 200


class Phrases:
    """Entries compiled: `patterns` for the shared scan, `find` for exact places."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Raises: SentinelError when RE2 refuses a pattern."""
        self.patterns: list[Pattern] = []
        self._asked: list[tuple[range, _Family]] = []
        for entry in entries:
            first = len(self.patterns)
            self.patterns += [Pattern(hint, caseless=True) for hint in entry.hint]
            self._asked.append((range(first, len(self.patterns)), _Family(entry)))

        # Most events hold the same few hints.
        self._wanted_again = lru_cache(1024)(self._wanted)

    def wanted(self, hits: frozenset[int]) -> tuple[_Family, ...]:
        """The entries whose hints all occur."""
        return self._wanted_again(hits)

    def _wanted(self, hits: frozenset[int]) -> tuple[_Family, ...]:
        return tuple(family for hints, family in self._asked if hits.issuperset(hints))

    @property
    def all(self) -> list[_Family]:
        return [family for _, family in self._asked]


class _Family:
    """One entry: its shapes are one pattern, so a text is read once for all of them."""

    def __init__(self, entry: Entry) -> None:
        self.type = entry.type
        self._scores = [shape.score for shape in entry.shapes]
        options = re2.Options()
        options.max_mem = 64 << 20
        options.log_errors = False
        # No other groups with numbers: the number says which shape matched.
        parts = [f"({'(?i:' if shape.caseless else '(?:'}{expand(shape.pattern, entry.let)}))" for shape in entry.shapes]
        try:
            self._pattern = re2.compile("|".join(parts), options)
        except re2.error as error:
            raise SentinelError(f"{entry.type}: RE2 refuses a pattern: {error}") from error

    def find(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Start, end and weight of each phrase."""
        for count, found in enumerate(self._pattern.finditer(well_formed(text))):
            if count == MOST_PHRASES:
                return
            yield found.start(), found.end(), self._scores[found.lastindex - 1]

