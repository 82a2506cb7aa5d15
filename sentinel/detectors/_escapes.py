"""Texts that hide letters behind escapes: `alice%40example.com` in a URL, `alice\\u0040example.com` or
`\\nalice@example.com` in nested JSON.

In: a text. Out: the text as its reader sees it, and where each of its characters stands in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Protocol

from sentinel.scan import Pattern

# One alternative is tried per character: linear. Only Latin-1: what detectors look for is ASCII, and one escape then is
# one character, which keeps offsets simple.
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|\\([nrt])")
# What the shared scan looks for, so that texts without escapes cost nothing more.
ESCAPED = Pattern(r"%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\[nrt]")
_WHITE = {"n": "\n", "r": "\r", "t": "\t"}


class View(Protocol):
    """A text as its reader sees it.

    Attributes:
        text: what it says.
    """

    text: str

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` (exclusive) of `text` stand in the original."""


class Plain:
    """A text that hides nothing."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def original(self, start: int, end: int) -> tuple[int, int]:
        return start, end


class Unescaped:
    """A text without its escapes.

    Attributes:
        text: what it says.
    """

    def __init__(self, original: str) -> None:
        self._at: list[int] = []
        self._extra: list[int] = [0]
        parts: list[str] = []
        done = 0
        for match in _ESCAPE.finditer(original):
            parts += [original[done:match.start()], _WHITE[match[3]] if match[3] else chr(int(match[1] or match[2], 16))]
            done = match.end()
            self._at.append(match.start() - self._extra[-1])
            self._extra.append(self._extra[-1] + match.end() - match.start() - 1)
        parts.append(original[done:])
        self.text = "".join(parts) if self._at else original

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` (exclusive) of `text` stand in the original."""
        return (start + self._extra[bisect_left(self._at, start)], end + self._extra[bisect_left(self._at, end)])
