"""A run of characters that may be a value taken apart, and what it says when put together; and how many of them are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Fragment(NamedTuple):
    """`text[start:end]` as one value.

    Attributes:
        sure: nobody writes anything else in this way; otherwise a word nearby must say what it is.
    """

    start: int
    end: int
    said: str
    sure: bool


# Runs of one kind in one text, at most: more than fit into what is stored of it.
MOST = 5_000


class Limit:
    """What of one text was not looked at, because there was too much. Attributes: unread: where it begins; None: all was seen."""

    def __init__(self) -> None:
        self.unread: int | None = None

    def matches(self, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        """The first `MOST` places of `pattern`."""
        return self.taken(pattern.finditer(text), MOST)

    def taken(self, found: Iterable[re.Match[str]], most: int) -> Iterator[re.Match[str]]:
        """The first `most` of what was found."""
        for count, match in enumerate(found):
            if count == most:
                self.stop(match.start())
                return
            yield match

    def stop(self, at: int) -> None:
        """Nothing is looked at from here on."""
        self.unread = at if self.unread is None else min(self.unread, at)


# How people group so many digits: cards, North American telephone and social security numbers.
_GROUPS = {9: (3, 2, 4), 10: (3, 3, 4), 11: (1, 3, 3, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4)}


def grouped(digits: str) -> str:
    """`digits` as they are usually grouped."""
    if len(digits) == 11 and digits[0] != "1":
        return digits
    parts, at = [], 0
    for size in _GROUPS.get(len(digits), ()):
        parts.append(digits[at:at + size])
        at += size
    return "-".join(parts) or digits


def numbers(start: int, end: int, digits: str, *, sure: bool) -> Iterator[Fragment]:
    """A number without its disguise, as it is and, where the disguise alone tells enough, as it is usually grouped."""
    yield Fragment(start, end, digits, sure)
    if sure and (usual := grouped(digits)) != digits:
        yield Fragment(start, end, usual, sure)
