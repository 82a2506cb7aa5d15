"""Text for a terminal: tables, ages, colour. In: plain values, hostile ones among them. Out: lines that are safe to print.

Colour only on a terminal and not with NO_COLOR; no meaning is carried by colour alone.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from sentinel.clock import SECOND, iso
from sentinel.text import printable

# The sixteen colours every terminal has.
SEVERITY_STYLES = {
    "critical": "bold reverse red", "high": "bold red", "medium": "bold yellow", "low": "cyan", "informational": "dim"}
STATE_STYLES = {
    "open": "bold", "failed": "bold red", "unknown": "bold yellow", "waiting": "yellow", "trying": "yellow",
    "undoing": "yellow", "done": "green", "contained": "green", "planned": "cyan", "skipped": "dim", "undone": "dim",
    "resolved": "dim", "false_positive": "dim"}
_GAP = "  "
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def age(at: int, now: int) -> str:
    """How long ago, in one unit: "3 min ago", "now", "in 20 s". Both in nanoseconds."""
    seconds = abs(now - at) // SECOND
    if seconds == 0:
        return "now"
    size, unit = next(item for item in _UNITS if seconds >= item[0])
    span = f"{seconds // size} {unit}"
    return f"{span} ago" if at <= now else f"in {span}"


def exact(at: int) -> str:
    """To the second: "2026-11-24 23:06:29Z"."""
    return iso(at - at % SECOND).replace("T", " ")


def when(at: int, now: int) -> str:
    """Relative and exact: "3 min ago  2026-11-24 23:06:29Z"."""
    return f"{age(at, now)}{_GAP}{exact(at)}"


def size(count: float) -> str:
    """Bytes for a person: "0 B", "4.0 kB", "1.2 GB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def safe(value: object, style: str = "", limit: int = 0) -> Text:
    """Any value as text on one line: no escape, no markup, no line break of it reaches the terminal."""
    return value if isinstance(value, Text) else Text(printable(str(value), limit), style)


def severity(level: str) -> Text:
    return safe(level, SEVERITY_STYLES.get(level, ""))


def state(name: str) -> Text:
    return safe(name.replace("_", " "), STATE_STYLES.get(name, ""))


@functools.cache
def _console() -> Console:
    # soft_wrap: a pipe has no width, and what a script cuts by column must not depend on who looks at it.
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def width() -> int:
    """Columns of the terminal; 0 when the output is not one, which then may be as wide as it needs."""
    return _console().width if _console().is_terminal else 0


def say(value: object = "", style: str = "") -> None:
    """One line to standard output."""
    _console().print(safe(value, style))


def clear() -> None:
    """An empty terminal; nothing where the output is none."""
    if _console().is_terminal:
        _console().clear()


def say_under(line: Text, margin: int) -> None:
    """A line with a margin; on a terminal too narrow for it, what wraps keeps the margin."""
    say_beside(Text(" " * margin), line)


def say_beside(head: Text, line: Text) -> None:
    """A line beside a heading; on a terminal too narrow for it, what wraps stays beside it."""
    for piece in _beside(head, line, width()):
        say(piece)


def _beside(head: Text, line: Text, limit: int) -> list[Text]:
    pieces = line.wrap(_console(), max(20, limit - head.cell_len)) if limit and line.plain else [line]
    made = [(Text(" " * head.cell_len) if index else head) + piece for index, piece in enumerate(pieces)]
    for one in made:
        one.rstrip()
    return made


_json = json.JSONEncoder(separators=(",", ":")).encode


def put_json(value: Any) -> None:
    """One JSON object on one line. ASCII: escapes and marks that reorder text stay harmless on a terminal too."""
    sys.stdout.write(_json(value).replace("\x7f", "\\u007f") + "\n")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        below: where the terminal is too narrow for the whole row, this goes to a second line.
        right: aligned to the right, for numbers.
        wraps: where the terminal is too narrow it goes on below itself, and is not cut off. For the last column: a sentence
            that says what to do.
    """

    title: str
    below: bool = False
    right: bool = False
    wraps: bool = False


def table(columns: Sequence[Column | str], rows: Iterable[Sequence[object]], columns_wide: int | None = None) -> list[Text]:
    """Aligned lines, the headings first.

    Args:
        columns_wide: columns there are; None: ask the terminal. 0: no limit.
    """
    heads = [c if isinstance(c, Column) else Column(c) for c in columns]
    cells = [[safe(value) for value in row] for row in rows]
    limit = width() if columns_wide is None else columns_wide
    titles = [Text(c.title, "bold") for c in heads]
    whole = _line_width(_widths([titles, *cells], range(len(heads))))
    upper = [i for i, c in enumerate(heads) if not (limit and whole > limit and c.below)]
    lower = [i for i in range(len(heads)) if i not in upper]
    widths = _widths([titles, *cells], upper)
    lines = [_row(titles, heads, upper, widths, limit)]
    for row in cells:
        lines += _first(row, heads, upper, widths, limit)
        if any(row[i].plain for i in lower):
            lines += _second(row, heads, lower, limit)
    return lines


def _widths(rows: Sequence[Sequence[Text]], wanted: Iterable[int]) -> dict[int, int]:
    return {i: max((row[i].cell_len for row in rows), default=0) for i in wanted}


def _line_width(widths: dict[int, int]) -> int:
    return sum(widths.values()) + len(_GAP) * (len(widths) - 1)


def _first(row: Sequence[Text], heads: Sequence[Column], wanted: Sequence[int], widths: dict[int, int], limit: int) -> list[Text]:
    *before, last = wanted
    if not (limit and before and heads[last].wraps):
        return [_row(row, heads, wanted, widths, limit)]
    head = _row(row, heads, before, widths, limit)
    head.pad_right(_line_width({i: widths[i] for i in before}) + len(_GAP) - head.cell_len)
    return _beside(head, row[last], limit)


def _row(row: Sequence[Text], heads: Sequence[Column], wanted: Sequence[int], widths: dict[int, int], limit: int) -> Text:
    parts = []
    for i in wanted:
        cell = row[i].copy()
        missing = widths[i] - cell.cell_len
        if heads[i].right:
            cell.pad_left(missing)
        else:
            cell.pad_right(missing)
        parts.append(cell)
    return _cut(Text(_GAP).join(parts), limit)


def _second(row: Sequence[Text], heads: Sequence[Column], wanted: Sequence[int], limit: int) -> list[Text]:
    line = Text(" · ", "dim").join(row[i] for i in wanted if row[i].plain)
    margin = Text("    ")
    return _beside(margin, line, limit) if heads[wanted[-1]].wraps else [_cut(margin + line, limit)]


def _cut(line: Text, limit: int) -> Text:
    line.rstrip()
    if limit:
        line.truncate(limit, overflow="ellipsis")
    return line


def put_table(columns: Sequence[Column | str], rows: Iterable[Sequence[object]]) -> None:
    for line in table(columns, rows):
        say(line)
