"""Strings as Sigma compares them: folded case, `*` for any run of characters, `?` for one.

In: a rule's string. Out: a predicate over an event's text that is linear in that text whatever the rule says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache

from msgspec import Struct

Predicate = Callable[[str], bool]


class Wild(Enum):
    """A place in a pattern that stands for more than one text."""

    ANY = "*"
    ONE = "?"
    DASH = "-"  # any of the dashes of `windash`


Part = str | Wild

DASHES = "-/\u2013\u2014\u2015"
_CLASS = {Wild.ONE: ".", Wild.DASH: f"[{re.escape(DASHES)}]"}
_MEANS_SOMETHING = re.compile(r"(\\[\\*?]|[*?])")
_WILD = {"*": Wild.ANY, "?": Wild.ONE}


class Text(Struct, frozen=True):
    """A string to compare with: its parts in order, adjacent strings joined."""

    parts: tuple[Part, ...]
    cased: bool = False

    def shape(self) -> tuple[str, str]:
        """("equals" | "starts" | "ends" | "contains" | "any" | "glob", its one string)."""
        parts, size = self.parts, len(self.parts)
        if size == 0:
            return "equals", ""
        one, last = parts[0], parts[-1]
        if size == 1 and one is not Wild.ONE and one is not Wild.DASH:
            return ("any", "") if one is Wild.ANY else ("equals", one)
        if size == 2 and last is Wild.ANY and isinstance(one, str):
            return "starts", one
        if size == 2 and one is Wild.ANY and isinstance(last, str):
            return "ends", last
        if size == 3 and one is last is Wild.ANY and isinstance(parts[1], str):
            return "contains", parts[1]
        return "glob", next((part for part in parts if isinstance(part, str)), "")

    def longest(self) -> str:
        """The longest string that every matching text holds."""
        return max((p for p in self.parts if isinstance(p, str)), key=len, default="")


def parse(text: str) -> tuple[Part, ...]:
    """A rule's string with its wildcards and escapes: `\\*` and `\\?` are letters, `\\\\` is a backslash where it would
    otherwise escape, any other backslash is itself."""
    if "*" not in text and "?" not in text and "\\\\" not in text:
        return (text,) if text else ()
    # Every second piece is what the pattern found: a wildcard, or a letter and the backslash before it.
    pieces = _MEANS_SOMETHING.split(text)
    return join(_WILD.get(piece, piece[-1]) if number % 2 else piece for number, piece in enumerate(pieces))


def join(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Adjacent strings made one, adjacent stars made one."""
    joined: list[Part] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, str):
            run.append(part)
            continue
        if text := "".join(run):
            joined.append(text)
        run.clear()
        if not (part is Wild.ANY and joined and joined[-1] is Wild.ANY):
            joined.append(part)
    if text := "".join(run):
        joined.append(text)
    return tuple(joined)


def fold(text: str) -> str:
    """Case folded away, one character for one character (Unicode's simple folding), so that `?` stays one character.

    "STRASSE" is therefore not "straße"; "ΑΣ", "ας" and "ασ" are one, and so are "K" (the Kelvin sign) and "k".
    """
    if text.isascii():
        return text.lower()
    folded = text.casefold()
    # Full folding only ever lengthens; the same length means that no character became two.
    return folded if len(folded) == len(text) else "".join(map(_simple, text))


@lru_cache(8192)
def _simple(char: str) -> str:
    folded = char.casefold()
    if len(folded) > 1:
        folded = char.lower()
    return folded if len(folded) == 1 else char


def glob(parts: Sequence[Part]) -> Predicate:
    """A predicate for any pattern: its pieces between the stars are found from left to right, each as early as it can be.

    Pieces have a fixed length, so nothing ever backtracks.
    """
    pieces = _split(parts)
    finders = [_finder(piece) for piece in pieces]
    sizes = [sum(len(p) if isinstance(p, str) else 1 for p in piece) for piece in pieces]
    if len(pieces) == 1:
        whole, length = finders[0], sizes[0]
        return lambda text: len(text) == length and whole(text, 0, length) == 0
    first, last, middle = finders[0], finders[-1], list(zip(finders[1:-1], sizes[1:-1], strict=True))
    head, tail = sizes[0], sizes[-1]

    def matches(text: str) -> bool:
        end = len(text) - tail
        if end < head or first(text, 0, head) != 0 or last(text, end, len(text)) != end:
            return False
        at = head
        for find, size in middle:
            found = find(text, at, end)
            if found < 0:
                return False
            at = found + size
        return True

    return matches


def _split(parts: Sequence[Part]) -> list[list[Part]]:
    pieces: list[list[Part]] = [[]]
    for part in parts:
        if part is Wild.ANY:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


def _finder(piece: list[Part]) -> Callable[[str, int, int], int]:
    if all(isinstance(part, str) for part in piece):
        literal = "".join(map(str, piece))
        return lambda text, start, end: text.find(literal, start, end)
    # No quantifier in it: each position is tried for at most the piece's length.
    search = re.compile("".join(re.escape(p) if isinstance(p, str) else _CLASS[p] for p in piece), re.DOTALL).search

    def find(text: str, start: int, end: int) -> int:
        found = search(text, start, end)
        return found.start() if found else -1

    return find
