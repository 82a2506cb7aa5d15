"""`format: auto`: the format of a source told from its first lines. In: lines. Out: a format, and why it is this one.

The choice is durable, so that no restart changes it: a source that suddenly reads other lines says that it cannot read them.
Until there is one, the first lines wait, durably too; then they are read like all others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sentinel.clock import SECOND, Clock
from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Record, Times
from sentinel.formats._lines.piece import Memory, Piece
from sentinel.formats._lines.records import Records, whole
from sentinel.records.line import Line

AUTO = "auto"
log = logging.getLogger("sentinel.formats")

# What is looked at: so many lines, or as many as there are of this size, or come within this time.
MOST_LINES, MOST_BYTES = 64, 256 * 1024
_SECONDS = 2
# A record with fewer fields, its time among them, says nothing of its program: any JSON has a `time` and a `user`. That is
# enough for a format that keeps all else under its own name.
_FEWEST_FIELDS, _FEWEST_KEPT = 3.0, 2.0
# Some formats say these of every record, whatever it holds.
_UNTOLD = frozenset({"gen_ai.provider.name", "event.outcome", "event.provider"})
_ENCODER = msgspec.msgpack.Encoder()
_LINES = msgspec.msgpack.Decoder(list[Line])


class Choice(NamedTuple):
    """A format's name, and a sentence on why it is this one and how far the next ones were behind."""

    name: str
    why: str


class _Tried(NamedTuple):
    """How one format fared. fields: of its own, filled by each line; and by each of its records. unread: share of lines that it
    could not read."""

    name: str
    fields: float
    in_record: float
    unread: float
    score: float


class Auto(Format):
    """Stands for the format of a source until that is known. Attributes: known: what may be chosen, by name."""

    about = "any of the others: the one that reads the first lines of the source best"
    category = "llm"

    def __init__(self, known: Mapping[str, Format]) -> None:
        self.name, self.known = AUTO, known
        self.fields = frozenset[str]().union(*(form.fields for form in known.values()))
        self.forgeable = frozenset[str]().union(*(form.forgeable for form in known.values()))

    def localized(self, times: Times) -> Auto:
        return Auto({name: form.localized(times) for name, form in self.known.items()})

    def decode(self, record: bytes) -> Sequence[Record]:
        raise Unreadable("the format is not known yet")


def choose(lines: Sequence[bytes], known: Mapping[str, Format], clock: Clock, path: str = "") -> Choice | None:
    """The format that reads these lines best; None when none of them reads half of them.

    A format is as good as the number of its own fields that it fills from a line, times the share of lines that it can read.

    Args:
        path: of the file: of two that are as good, the one whose name stands in it is taken.
    """
    sample = [line for line in lines if line.strip()][:MOST_LINES]
    if not sample:
        return None
    tried = sorted((_try(form, sample, clock, path.lower()) for form in known.values()), key=lambda one: -one.score)
    best = tried[0]
    fewest = _FEWEST_KEPT if known[best.name].keeps_rest else _FEWEST_FIELDS
    if best.in_record < fewest or best.unread > 0.5:
        return None
    behind = [f"{one.name} ({one.fields:.1f})" for one in tried[1:4] if one.score > 0]
    why = f"reads {1 - best.unread:.0%} of {len(sample)} lines and fills {best.fields:.1f} fields of each"
    return Choice(best.name, f"{why}; next: {', '.join(behind)}" if behind else why)


def _try(form: Format, sample: Sequence[bytes], clock: Clock, path: str) -> _Tried:
    fields = records = unread = 0
    for piece in whole(form, sample, clock):
        unread += bool(piece.reason)
        records += len(piece.records)
        for record in piece.records:
            fields += bool(record.at) + sum(name in form.fields for name in record.fields.keys() - _UNTOLD)
    each, share = fields / len(sample), unread / len(sample)
    return _Tried(form.name, each, fields / max(records, 1), share, each * (1 - share) * (1.01 if form.name in path else 1) * _HABIT.get(form.name, 1))


# Several read the same lines: the commoner one is taken, and one for lines of any program last.
_HABIT = {"nginx": 1.001, "openai": 1.001, "json": 0.8, "logfmt": 0.8}


class Choosing:
    """The records of a source without a format of its own; what `Records` is to the others.

    Args:
        form: an `Auto`; or a format that the config names by now, when lines still wait to be read.
        memory: of the records. kept: durable, for the lines that wait (sealed) and for the choice.
    """

    def __init__(self, source: str, form: Format, memory: Memory, sample: Memory, choices: Memory, clock: Clock) -> None:
        self._source, self._auto = source, form
        self._memory, self._kept, self._choices, self._clock = memory, sample, choices, clock
        waiting = sample.get(_SAMPLE)
        self._sample: list[Line] = _LINES.decode(waiting) if waiting else []
        self._since = clock.now()
        self._changed = False
        self._records: Records | None = None
        name = str((choices.get(_CHOICE) or {}).get("name", ""))
        if not isinstance(form, Auto):
            self._records = Records(form, memory, clock)
        elif name in form.known:
            self._records = Records(form.known[name], memory, clock)
        elif name:
            log.warning("source %s: its format %s is gone; another is chosen", source, name)

    @property
    def form(self) -> Format:
        """The format, as far as it is known."""
        return self._records.form if self._records else self._auto

    def take(self, line: Line) -> Iterable[Piece]:
        """What this line completes."""
        if self._records is not None and not self._sample:
            return self._told(self._records.take(line))
        if not self._sample:
            self._since = self._clock.now()
        self._sample.append(line)
        self._changed = True
        full = len(self._sample) >= MOST_LINES or sum(len(one.data) for one in self._sample) >= MOST_BYTES
        return self._read() if full or self._records is not None else ()

    def overdue(self, *, everything: bool = False) -> bool:
        """Whether `due` has anything."""
        if self._sample:
            return everything or self._clock.now() - self._since >= _SECONDS * SECOND
        return self._records is not None and self._records.overdue(everything=everything)

    def due(self, *, everything: bool = False) -> Iterator[Piece]:
        """What nobody completes any more."""
        if self._sample and self.overdue(everything=everything):
            yield from self._read()
        if self._records is not None:
            yield from self._told(self._records.due(everything=everything))

    def save(self) -> None:
        """Put what changed since the last call into the memories."""
        if self._changed:
            self._kept.put(_SAMPLE, _ENCODER.encode(self._sample) if self._sample else None)
            self._changed = False
        if self._records is not None:
            self._records.save()

    def _read(self) -> Iterator[Piece]:
        """The lines that waited: by the format that reads them best, or as ones that nobody can read."""
        waited, self._sample, self._changed = self._sample, [], True
        if self._records is None:
            self._decide(waited)
        for line in waited:
            if self._records is None:
                yield Piece(line, reason="no format reads these lines; write `format:` into the source, `auto` found none")
            else:
                yield from self._told(self._records.take(line))

    def _decide(self, waited: Sequence[Line]) -> None:
        assert isinstance(self._auto, Auto)
        choice = choose([line.data for line in waited], self._auto.known, self._clock, waited[0].file.path)
        if choice is None:
            log.warning("source %s: no format reads its first %d lines; write its `format:` into the config", self._source, len(waited))
            return
        log.warning("source %s: format auto is %s from now on: %s", self._source, *choice)
        self._choices.put(_CHOICE, choice._asdict())
        self._records = Records(self._auto.known[choice.name], self._memory, self._clock)

    def _told(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The same; a reason says whose choice the format was."""
        for piece in pieces:
            if piece.reason and isinstance(self._auto, Auto):
                piece.reason += f" (format {self.form.name}, which `auto` chose)"
            yield piece


_SAMPLE, _CHOICE = "sample", "choice"


def opened(source: str, form: Format, memory: Memory, sample: Memory, choices: Memory, clock: Clock) -> Records | Choosing:
    """The records of a source. Args: see `Choosing`."""
    if not isinstance(form, Auto) and choices.get(_CHOICE):
        choices.put(_CHOICE, None)  # the config says it by now
    if isinstance(form, Auto) or sample.get(_SAMPLE):
        return Choosing(source, form, memory, sample, choices, clock)
    return Records(form, memory, clock)
