"""Disguises undone: what a text says to a reader, although its characters say something else.

In: a text. Out: readings of it. The first is the text itself, without escapes and in plain letters. Others follow for what only
a part of it says: encoded spans, values that are spelled, held apart or cut in pieces. Each leads back to the original, and each
is made only where a pattern says that there is something to undo. All work is linear, and bounded where readings add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from sentinel.detectors._views import encoded, escapes, letters, spaced, split, spoken, turned
from sentinel.detectors._views.fragment import Fragment, Limit
from sentinel.detectors._views.view import View, pieced
from sentinel.scan import Pattern, Scan

__all__ = ["SIGNS", "Reading", "View", "Views"]

# How deep encoded spans are looked into that stand in encoded spans.
_DEEPEST = 3
# What is read on either side of a fragment: words there say what it is.
_BEFORE, _AFTER = 64, 24
# Names of models, users and hosts come with every event; what texts of this length say is remembered.
_SHORT, _REMEMBERED = 96, 4096


class Reading(NamedTuple):
    """One thing that a text says.

    Attributes:
        view: what is said, with some of what stands around it.
        start, end: which part of it only this reading says; a finding must lie there. The whole for the first reading.
        changed: it says something else than the characters of the text do.
        hidden: words of it may be such as the text does not show.
        sure: false when a finding needs more than its shape: a word nearby that says what it is.
    """

    view: View
    start: int
    end: int
    changed: bool = True
    hidden: bool = True
    sure: bool = True

    @classmethod
    def of(cls, text: str) -> Reading:
        """A text that hides nothing."""
        return cls(View(text), 0, len(text), False, False)

    def tells(self, start: int, end: int, *, raised: bool) -> bool:
        """Whether what stands at `start` to `end` of the view is something that this reading says, and no other.

        Args: raised: a word nearby speaks for it.
        """
        return (self.sure or raised) and 2 * (min(end, self.end) - max(start, self.start)) >= end - start


# What the shared scan looks for. It says where to look more closely, and must be cheap before all. Patterns of classes of
# letters are one, as they then share an automaton: apart they cost three times as much.
_RUNS = Pattern(f"{encoded.SIGN}|{spaced.SIGN}")
SIGNS = [escapes.SIGN, letters.SIGN, _RUNS, spoken.SIGN_ADDRESS, spoken.SIGN_DIGITS, turned.SIGN, split.SIGN_FIELDS, split.SIGN_STREAM,
         split.SIGN_ADDED]
_ESCAPES, _LETTERS, _ENCODED = range(3)
_Undo = Callable[[str, Limit], Iterator[Fragment]]
_FRAGMENTS: list[tuple[int, _Undo]] = list(enumerate((
    spoken.chinese, spaced.fragments, spoken.addresses, spoken.digits, turned.fragments, split.fields), _LETTERS))
_PIECES = [(7, split.streams), (8, split.literals)]


class Views:
    """Reads texts. Not thread-safe: one per thread."""

    def __init__(self) -> None:
        self._scan = Scan(SIGNS)
        self._look_again = lru_cache(_REMEMBERED)(self._look)

    def plain(self, text: str) -> View:
        """`text` without escapes and in plain letters."""
        return self._plain(View(text))[0]

    def read(self, text: str) -> list[Reading]:
        """Everything that `text` says. The first reading is of the whole of it."""
        return self.look(text)[0]

    def look(self, text: str) -> tuple[list[Reading], int | None]:
        """What `read` says, and from where on `text` may say more, because there was too much to undo; None: it does not."""
        return self._look_again(text) if len(text) <= _SHORT else self._look(text)

    def _look(self, text: str) -> tuple[list[Reading], int | None]:
        readings: list[Reading] = []
        return readings, self._read(text, readings, 0)

    def _plain(self, view: View) -> tuple[View, frozenset[int], bool]:
        """The view without escapes and in plain letters, which marks are in it, and whether there are more escapes."""
        marks = self._scan.hits(view.text)
        for _ in range(escapes.MOST_TURNS):
            before = view
            if _ESCAPES in marks:
                view = escapes.undone(view)
            if _LETTERS in marks:
                view = letters.undone(view)
            if view is before:
                return view, marks, False
            marks = self._scan.hits(view.text)
        return view, marks, _ESCAPES in marks and escapes.undone(view) is not view

    def _read(self, text: str, readings: list[Reading], depth: int) -> int | None:
        """Add what `text` says to `readings`. Returns: from where on it may say more."""
        view, marks, more = self._plain(View(text))
        readings.append(Reading(view, 0, len(view.text), view.text is not text, depth > 0 or 4 * len(view.text) < 3 * len(text)))
        if marks <= {_ESCAPES}:
            return 0 if more else None
        limit = Limit()
        if more:
            limit.stop(0)
        for sign, undo in _FRAGMENTS:
            if sign in marks:
                readings += _around(view, undo(view.text, limit))
        for sign, pieces in _PIECES:
            if sign in marks:
                readings += self._joined(view, pieces(view.text, limit))
        if _ENCODED in marks:
            for start, end, said in encoded.spans(view.text, limit):
                if depth == _DEEPEST or self._inside(view, start, end, said, depth, readings):
                    limit.stop(start)
                    break
        return None if limit.unread is None else view.original(limit.unread, limit.unread + 1)[0]

    def _joined(self, view: View, runs: Iterator[split.Pieces]) -> Iterator[Reading]:
        for run in runs:
            whole, *_ = self._plain(pieced(view, [(*piece, None) for piece in run]))
            yield Reading(whole, 0, len(whole.text))

    def _inside(self, view: View, start: int, end: int, said: str, depth: int, readings: list[Reading]) -> bool:
        """Add what an encoded span says. Returns: whether it may say more."""
        first = max(0, start - _BEFORE)
        inner: list[Reading] = []
        more = self._read(said, inner, depth + 1) is not None
        for reading in inner:
            whole = pieced(view, [(first, start, None), (start, end, reading.view.text)])
            readings.append(Reading(whole, start - first + reading.start, start - first + reading.end, sure=reading.sure))
        return more


def _around(view: View, fragments: Iterator[Fragment]) -> Iterator[Reading]:
    for start, end, said, sure in fragments:
        first = max(0, start - _BEFORE)
        around = pieced(view, [(first, start, None), (start, end, said), (end, min(len(view.text), end + _AFTER), None)])
        yield Reading(around, start - first, start - first + len(said), sure=sure)
