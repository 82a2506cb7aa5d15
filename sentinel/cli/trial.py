"""What the records of a log become under a format, for `sentinel formats try`. In: lines. Out: trials, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sentinel.clock import SystemClock, iso
from sentinel.formats._base import Format, Record
from sentinel.formats._left_over import left_over
from sentinel.formats._lines import Piece, whole
from sentinel.formats._lines.container import inner

_LONGEST = 400
_MOST_LEFT = 20


@dataclass
class Trial:
    """One record.

    Attributes:
        line, lines: number of its first line, and how many it has. wrapped: what stood around it ("docker"), or empty.
        joined: it is made of parts that were logged apart, or waited for others in vain.
        records: what it says. reason: why it, or some of it, cannot be read. left: what no field took.
    """

    line: int
    lines: int
    wrapped: str
    joined: bool = False
    records: list[Record] = field(default_factory=list)
    reason: str = ""
    left: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[dict[str, Any]]:
        """As JSON: one object an event, its fields by their names; and one for what could not be read."""
        about: dict[str, Any] = {"line": self.line} | ({"lines": self.lines} if self.lines > 1 else {})
        about |= ({"wrapped": self.wrapped} if self.wrapped else {}) | ({"joined": True} if self.joined else {})
        for record in self.records:
            yield {**about, **({"category": record.category} if record.category else {}), "@timestamp": iso(record.at) if record.at else None, **record.fields,
                   **({"left_over": self.left} if self.left else {})}
        if self.reason:
            yield {**about, "error": self.reason}


def trials(form: Format, lines: Iterable[bytes]) -> Iterator[Trial]:
    """Every record that says or spoils something; blank lines and a program's chatter are none."""
    wraps: dict[int, str] = {}
    for piece in whole(form, _noted(lines, wraps), SystemClock()):
        if piece.records or piece.reason:
            yield _trial(form, piece, wraps.get(piece.line.offset, ""))


def _noted(lines: Iterable[bytes], wraps: dict[int, str]) -> Iterator[bytes]:
    """The lines, with a note on what is wrapped; a record is not looked for far behind."""
    for number, line in enumerate(lines, 1):
        wraps.pop(number - 10_000, None)
        if inner(line.rstrip(b"\r\n")) is not None:
            wraps[number] = _kind(line)
        yield line


def _kind(line: bytes) -> str:
    if line.startswith(b'{"log":'):
        return "docker"
    return "journal" if line.startswith(b"{") else "container"


def _trial(form: Format, piece: Piece, wrapped: str) -> Trial:
    data = piece.line.data
    # The lines of parts that were joined are not kept.
    joined = form.joins and not data
    left = left_over(form, data) if data and len(piece.records) == 1 else []
    return Trial(piece.line.offset, data.count(b"\n") + 1, wrapped, joined, list(piece.records), piece.reason, left)


def tell(trial: Trial, form: Format) -> None:
    """For a person."""
    from rich.text import Text

    from sentinel.views import terminal

    where = f"line {trial.line}" + (f" to {trial.line + trial.lines - 1}" if trial.lines > 1 else "")
    wrapped = f", out of {trial.wrapped}'s wrapping" if trial.wrapped else ""
    for number, record in enumerate(trial.records, 1):
        parts = f", event {number} of {len(trial.records)}" if len(trial.records) > 1 else ""
        joined = ", of parts" if trial.joined else ""
        terminal.say(f"{where}: {record.category or form.category}{parts}{joined}{wrapped}", "bold")
        _put(record, form)
    if trial.left:
        more = f" and {len(trial.left) - _MOST_LEFT} more" if len(trial.left) > _MOST_LEFT else ""
        terminal.say_beside(Text("  left over: ", "dim"), terminal.safe(", ".join(trial.left[:_MOST_LEFT]) + more, "dim"))
    if trial.reason:
        terminal.say(f"{where}: cannot be read{wrapped}: {trial.reason}", "red")


def _put(record: Record, form: Format) -> None:
    """The fields, aligned."""
    from rich.text import Text

    from sentinel.views import terminal

    room = max(map(len, ("@timestamp", *record.fields)))
    rows = [("@timestamp", "", iso(record.at) if record.at else "none: the reader's time is taken")]
    rows += [(name, "*" if name in form.forgeable else "", value) for name, value in record.fields.items()]
    for name, mark, value in rows:
        head = Text.assemble("  ", terminal.safe(name.ljust(room)), "  ", (mark.ljust(1), "bold yellow"), " ")
        terminal.say_beside(head, terminal.safe(value, limit=_LONGEST))
