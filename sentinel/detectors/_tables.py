"""What a column is called: in a table of a thousand rows the word "phone" stands once, in the first.

In: a text and a place in it. Out: the heading above a cell, or the cells below a heading. Tables are lines of comma, tab,
semicolon or pipe separated cells (quotes understood), columns aligned by blanks, HTML, and `INSERT INTO t (a, b) VALUES`.
Each text is read once, whatever the number of places asked about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

Span = tuple[int, int]

_ALIGNED = "  "
_DELIMITERS = ("|", "\t", ";", ",", _ALIGNED)
_RULED = ("|", _ALIGNED)  # below their headings a rule of other signs may stand
_LONGEST_ROW = 2_000
_LONGEST_HEADING = 40
_QUOTED = re.compile(r'"[^"\n]*+"')
_TABLE = re.compile(r"[\n(]|</[tT]")  # no table is without one
_BLANKS = re.compile(r"(?<=\S) {2,}(?=\S)")
_RULE = re.compile(r"[\s|:+\-=]++")
_WITHIN = " \t\r\"'*`_"  # around a cell's value: blanks, quotes, emphasis
_INSERT = re.compile(r"\binsert\s{1,8}+into\s{1,8}+[^\s(]{1,128}+\s{0,8}+\(([^()]{1,2000}+)\)\s{0,8}+values\s{0,8}+", re.IGNORECASE)
_TUPLE = re.compile(r"\s*+,?+\s*+\(((?:[^()']|'(?:[^']|'')*+')*+)\)")
_SQL_CELL = re.compile(r"(?:[^,']|'(?:[^']|'')*+')++|(?<=,)(?=,)")
_HTML = re.compile(r"<(tr|td|th|/table)\b[^<>]{0,200}+>([^<>]*+)", re.IGNORECASE)


class _Table(Struct):
    """Attributes: rows: where each row begins. columns: the cells of each column, one for every row."""

    end: int
    headings: list[Span]
    rows: list[int]
    columns: list[list[Span]]

    def add(self, cells: Sequence[Span]) -> None:
        if len(cells) == len(self.columns):
            self.rows.append(cells[0][0])
            for column, cell in zip(self.columns, cells, strict=True):
                column.append(cell)


class Tables:
    """Tables of the texts of one event."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, list[int], list[_Table]]] = {}

    def heading(self, text: str, at: int) -> str:
        """The heading of the column that the character at `at` stands in; empty when it stands in no table."""
        table = self._around(text, at)
        row = bisect_right(table.rows, at) - 1 if table else -1
        if table is None or row < 0:
            return ""
        column = bisect_right(table.columns, at, key=lambda cells: cells[row][0]) - 1
        return text[slice(*table.headings[column])] if column >= 0 and at < table.columns[column][row][1] else ""

    def below(self, text: str, at: int) -> Sequence[Span]:
        """The cells, without quotes and blanks, of the column whose heading begins at `at`; none when it is no heading."""
        table = self._around(text, at)
        if table is None:
            return ()
        column = bisect_right(table.headings, at, key=lambda span: span[0]) - 1
        return table.columns[column] if column >= 0 and at < table.headings[column][1] else ()

    def _around(self, text: str, at: int) -> _Table | None:
        known = self._known.get(id(text))
        if known is None:
            # Most short texts are one line.
            tables = sorted(_tables(text), key=lambda table: table.headings[0]) if _TABLE.search(text) else []
            # The text is kept, so that no other gets its identity.
            known = self._known[id(text)] = text, [table.headings[0][0] for table in tables], tables
        _, starts, tables = known
        index = bisect_right(starts, at) - 1
        return tables[index] if index >= 0 and at < tables[index].end else None


def _tables(text: str) -> Iterator[_Table]:
    marked = [*(_inserted(text) if "(" in text else ()), *(_html(text) if "</t" in text or "</T" in text else ())]
    lines = list(_of_lines(text)) if "\n" in text else []
    # Rows of an INSERT look like the lines of a table whose headings are the first row.
    ends = {table.headings[0][0]: table.end for table in marked}
    inside = 0
    for table in sorted((*marked, *lines), key=lambda table: table.headings[0]):
        start = table.headings[0][0]
        if start in ends:
            inside = max(inside, ends[start])
        if start in ends or start >= inside:
            yield table


def _of_lines(text: str) -> Iterator[_Table]:
    table: _Table | None = None
    delimiter, width, position, above = "", 0, 0, ""
    for line in text.split("\n"):
        # The same delimiter as often as in the row above: the same table goes on.
        if table and _count(line, delimiter) >= width:
            if not _RULE.fullmatch(line):
                table.add(_cells(line, delimiter, position))
            table.end = position + len(line)
        else:
            if table and table.rows:
                yield table
            table, delimiter = _begun(above, line, position)
            width = len(table.headings) - 1 if table else 0
        above = line
        position += len(line) + 1
    if table and table.rows:
        yield table


def _begun(above: str, line: str, position: int) -> tuple[_Table | None, str]:
    """The table that begins with `above` as its heading and `line`, which begins at `position`, as its next row."""
    if not above or not line or len(above) > _LONGEST_ROW or len(line) > _LONGEST_ROW:
        return None, ""
    for delimiter in _DELIMITERS:
        width = _count(above, delimiter)
        if width and (width == _count(line, delimiter) or (delimiter in _RULED and _RULE.fullmatch(line))):
            headings = _cells(above, delimiter, position - len(above) - 1)
            if all(end - start <= _LONGEST_HEADING for start, end in headings):
                table = _Table(position + len(line), headings, [], [[] for _ in headings])
                if not _RULE.fullmatch(line):
                    table.add(_cells(line, delimiter, position))
                return table, delimiter
    return None, ""


def _count(line: str, delimiter: str) -> int:
    if '"' in line:
        line = _QUOTED.sub("x", line)
    if delimiter != _ALIGNED:
        return line.count(delimiter)
    return len(_BLANKS.findall(line)) if _ALIGNED in line else 0


def _cells(line: str, delimiter: str, position: int) -> list[Span]:
    # A quoted cell's delimiters are none; what stands for them has the same length.
    plain = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line) if '"' in line else line
    parts = _BLANKS.sub(lambda blanks: "\0" * len(blanks[0]), plain).split("\0") if delimiter == _ALIGNED else plain.split(delimiter)
    cells: list[Span] = []
    begin = 0
    for part in parts:
        if part or delimiter != _ALIGNED:  # a run of blanks is one delimiter
            cells.append(_bare(line, begin, begin + len(part), position))
        begin += len(part) + 1
    return cells


def _bare(line: str, start: int, end: int, position: int) -> Span:
    """Where a cell's value stands, without what is `_WITHIN`."""
    cell = line[start:end]
    stripped = cell.lstrip(_WITHIN)
    begin = position + start + len(cell) - len(stripped)
    return begin, begin + len(stripped.rstrip(_WITHIN))


def _inserted(text: str) -> Iterator[_Table]:
    for found in _INSERT.finditer(text):
        headings = _sql_cells(text, *found.span(1))
        table = _Table(found.end(), headings, [], [[] for _ in headings])
        while row := _TUPLE.match(text, table.end):
            table.add(_sql_cells(text, *row.span(1)))
            table.end = row.end()
        yield table


def _sql_cells(text: str, start: int, end: int) -> list[Span]:
    return [_bare(text, *cell.span(), 0) for cell in _SQL_CELL.finditer(text, start, end)]


def _html(text: str) -> Iterator[_Table]:
    table: _Table | None = None
    cells: list[Span] = []
    for tag in _HTML.finditer(text):
        name = tag[1].lower()
        if name in ("td", "th"):
            cells.append(_bare(text, *tag.span(2), 0))
            continue
        if table is not None and cells:
            table.add(cells)
            table.end = cells[-1][1]
        elif cells:
            table = _Table(cells[-1][1], cells, [], [[] for _ in cells])
        cells = []
        if name == "/table":
            if table:
                yield table
            table = None
    if table:
        if cells:
            table.add(cells)
            table.end = cells[-1][1]
        yield table
