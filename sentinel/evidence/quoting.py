"""JSON stays JSON: a pseudonym in the place of a bare number needs quotation marks, in the place of a text it needs none.

In: a text and places in it. Out: the mark to write around the pseudonym, escaped as its place wants it. A JSON document in a
string of another has its quotation marks escaped, and so on inwards; the nearest mark in front tells how.
"""

from __future__ import annotations

import re

# In front of a bare number: the mark that ended the key or text before it, then nothing but numbers, words and brackets.
_BEFORE = re.compile(r"""((?<!\\)\\{0,15}+")[\s\d,.:\-+\[\]{}eE]*(?:(?:true|false|null)[\s\d,.:\-+\[\]{}eE]*)*\Z""")
_REACH = 400
_OPENED = re.compile(r"[\[,:]\s{0,200}\Z")
_CLOSED = re.compile(r"\s{0,20}[:,\]}]")
_ENDED = re.compile(r"\s{0,200}[,}\]]")
_QUOTES = re.compile(r'\\.|"', re.DOTALL)


class Quoting:
    """Of one text. Places are asked in ascending order: the text is read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._json = text.lstrip()[:1] in ("{", "[")
        self._at, self._inside = 0, False

    def mark(self, start: int, end: int) -> str:
        """What must stand on both sides of a pseudonym for `text[start:end]`; empty where it is no bare number of JSON's."""
        text = self._text
        if not text[start:end].isdigit() or not _ENDED.match(text, end) or not _OPENED.search(text, max(0, start - 200), start):
            return ""
        found = _BEFORE.search(text, max(0, start - _REACH), start)
        if found is None:
            return '"' if self._json and not self._in_string(start) else ""
        mark = found[1]
        if not _CLOSED.match(text, found.end(1)):
            # It opened a string that is a document itself: there it is escaped once more.
            return "\\" * (2 * len(mark) - 1) + '"'
        # Within a string an escaped mark does no harm, whatever it is about.
        return mark if len(mark) > 1 or not self._in_string(start) else ""

    def _in_string(self, at: int) -> bool:
        # A string of JSON's ends on its line.
        line = self._text.rfind("\n", self._at, at) + 1
        if line:
            self._at, self._inside = line, False
        for found in _QUOTES.finditer(self._text, self._at, at):
            self._inside ^= found[0] == '"'
        self._at = at
        return self._inside
