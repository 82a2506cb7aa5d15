"""What a column is called: in a table of a thousand rows the word "phone" stands once, in the first.

In: a text and a place in it. Out: the heading above that place, for comma, tab, semicolon and pipe separated rows.
Each text is read once, whatever the number of places asked about.
"""

from __future__ import annotations

from bisect import bisect_right

_DELIMITERS = "|\t;,"
_LONGEST_ROW = 2_000


class Tables:
    """Headings of the texts of one event."""

    def __init__(self) -> None:
        self._known: dict[int, _Headings] = {}

    def heading(self, text: str, at: int) -> str:
        """The heading of the column that the character at `at` stands in; empty when it stands in no table."""
        if "\n" not in text:
            return ""
        known = self._known.get(id(text))
        if known is None:
            known = self._known[id(text)] = _Headings(text)
        return known.of(text, at)


class _Headings:
    """Where tables begin in a text, and what their first rows say."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._rows: list[tuple[str, list[str]]] = []
        position, width, delimiter = 0, 0, ""
        for line in text.split("\n"):
            # The same delimiter as often as in the row above: the same table goes on.
            goes_on = bool(delimiter) and width > 0 and line.count(delimiter) >= width
            if not goes_on:
                delimiter = _delimiter(line)
                width = line.count(delimiter) if delimiter else 0
                self._starts.append(position)
                self._rows.append((delimiter, line.split(delimiter) if delimiter else []))
            position += len(line) + 1

    def of(self, text: str, at: int) -> str:
        index = bisect_right(self._starts, at) - 1
        delimiter, headings = self._rows[index]
        line_start = text.rfind("\n", max(0, at - _LONGEST_ROW), at) + 1
        if not delimiter or line_start <= self._starts[index]:
            return ""
        column = text.count(delimiter, line_start, at)
        return headings[column] if column < len(headings) else ""


def _delimiter(line: str) -> str:
    if len(line) > _LONGEST_ROW:
        return ""
    return next((delimiter for delimiter in _DELIMITERS if line.count(delimiter) >= 1), "")
