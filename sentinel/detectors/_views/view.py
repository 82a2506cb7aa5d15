"""A text as its reader sees it, and where each of its characters stands in the text that it was made of.

In: a text and what is to be replaced in it. Out: views; a view of a view leads back to the first text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

# Most texts are as they are.
_NONE: list[int] = []


class View:
    """What a text says. Offsets count code points.

    Attributes:
        text: the text without its disguise.
    """

    def __init__(self, text: str, under: View | None = None) -> None:
        """`text` as it is. under: the view whose text it is."""
        self.text, self._under = text, under
        # Pieces: where each begins here, where it begins in the text below, and where that one ends when the piece stands
        # for the whole of it (-1: it was copied, character by character).
        self._here = self._there = self._whole = _NONE

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` to `end` (exclusive, at least one) stand in the original."""
        if self._here:
            start, end = self._first(start), self._last(end)
        return self._under.original(start, end) if self._under else (start, end)

    def _first(self, at: int) -> int:
        piece = bisect_right(self._here, at) - 1
        return self._there[piece] + (at - self._here[piece] if self._whole[piece] < 0 else 0)

    def _last(self, end: int) -> int:
        piece = bisect_right(self._here, max(end - 1, 0)) - 1
        return self._there[piece] + end - self._here[piece] if self._whole[piece] < 0 else self._whole[piece]

    def _add(self, here: int, there: int, whole: int) -> None:
        if self._here is _NONE:
            self._here, self._there, self._whole = [], [], []
        self._here.append(here)
        self._there.append(there)
        self._whole.append(whole)


def replaced(under: View, pattern: re.Pattern[str], said: Callable[[re.Match[str]], str | None]) -> View:
    """`under` with every match of `pattern` replaced by what it says; `under` itself when nothing changes.

    Args: said: the replacement, "" to drop the match, None to leave it.
    """
    text, parts, size, done = under.text, list[str](), 0, 0
    view = View("", under)
    for match in pattern.finditer(text):
        new = said(match)
        if new is None:
            continue
        start, end = match.span()
        if start > done:
            view._add(size, done, -1)
            parts.append(text[done:start])
            size += start - done
        if new:
            view._add(size, start, end)
            parts.append(new)
            size += len(new)
        done = end
    if not done:
        return under
    view._add(size, done, -1)
    view.text = "".join(parts) + text[done:]
    return view


def pieced(under: View, pieces: Iterable[tuple[int, int, str | None]]) -> View:
    """A view that says `pieces` one after another: (start, end, what it says; None for the text between as it is)."""
    view, parts, size = View("", under), list[str](), 0
    for start, end, new in pieces:
        part = under.text[start:end] if new is None else new
        if part:
            view._add(size, start, -1 if new is None else end)
            parts.append(part)
            size += len(part)
    view.text = "".join(parts)
    return view
