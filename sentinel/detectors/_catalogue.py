"""The catalogue: a type of personal data, secret or phrasing is one YAML file. docs/detectors.md says how to add one.

In: a folder of YAML files, and texts. Out: patterns for the shared scan, and findings with exact offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.config import yaml
from sentinel.detectors._base import Text
from sentinel.detectors._checks import CHECKS, Candidate, Check
from sentinel.detectors._context import Around, Context, ContextText, gate
from sentinel.detectors._find import Finder, Place
from sentinel.detectors._labels import Label, LabelText, labels_of
from sentinel.detectors._lists import raised
from sentinel.detectors._settings import FLOOR, USUAL, Settings
from sentinel.detectors._tables import Tables
from sentinel.detectors._views import SIGNS, Reading, Views
from sentinel.errors import ConfigError, Mistake
from sentinel.records.finding import Finding
from sentinel.scan import Pattern

SURE = 0.99
# Type of the finding that stands for text beyond what is looked at (see `_find.MOST_REPORTS`): it must be hidden.
UNREAD = "UNREAD"
# Shorter ends of one place that are tried when the longest does not pass the checks.
_MOST_ENDS = 8
# Characters that are scanned together: enough that a scan's own cost is shared, few enough to stay in the cache.
_BATCH = 65_536


class ShapeText(Struct, forbid_unknown_fields=True):
    """One way in which a type is written.

    Attributes:
        pattern: hyperscan's syntax; `(?&name)` stands for the entry's `let: name`.
        score: confidence when only the pattern and the checks speak for it; below 0.5 it needs a context word.
        check: names of checks that all must pass. confirm: a check that makes it sure.
        extend: what may follow the match, as a possessive `re` pattern (a token's tail of any length).
        value: which part of the match is the finding, an `re` pattern, or its group; `$` is the end of the match.
        longest: more characters than this are something else.
    """

    pattern: str
    score: float
    check: list[str] = []
    confirm: str = ""
    extend: str = ""
    value: str = ""
    caseless: bool = False
    longest: int = 512


class Examples(Struct, forbid_unknown_fields=True):
    """Texts in which what «stands so» must be found, and texts in which nothing of this type must be."""

    match: list[str] = msgspec.field(default_factory=list)
    none: list[str] = msgspec.field(default_factory=list)


class Entry(Struct, forbid_unknown_fields=True):
    """One YAML file.

    Attributes:
        labels: what a value is called where its own looks say nothing (`_labels.py`).
        person: a value of this type belongs to one person, so values can be counted as people.
        hint: for phrases: what the shared scan looks for; the shapes are tried where all of them occur.
    """

    type: str
    title: str
    shapes: list[ShapeText] = []
    labels: list[LabelText] = []
    person: bool = False
    hint: list[str] = []
    let: dict[str, str] = {}
    context: ContextText = msgspec.field(default_factory=ContextText)
    examples: Examples = msgspec.field(default_factory=Examples)


def load(folder: Path) -> list[Entry]:
    """Every entry of a folder, by file name. What its `_let.yaml` names, each entry's `let` has.

    Raises: ConfigError with the mistakes of all files.
    """
    entries: list[Entry] = []
    mistakes: list[Mistake] = []
    let, against = _shared(folder / "_let.yaml", {}), _shared(folder / "_against.yaml", [])
    for path in sorted(folder.glob("[!_]*.yaml")):
        try:
            raw, lines = yaml.load(path)
            entry = _entry(raw, lines)
            entry.let = let | entry.let
            if entry.context.for_:
                entry.context.against += [word for word in against if word not in entry.context.for_]
            entries.append(entry)
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return entries


def _shared(path: Path, nothing: Any) -> Any:
    return yaml.load(path)[0] if path.exists() else nothing


def _entry(raw: Any, lines: yaml.Lines) -> Entry:
    try:
        entry = msgspec.convert(raw, Entry)
    except msgspec.ValidationError as error:
        raise ConfigError(Mistake(lines.file, 1, "", str(error), "see docs/detectors.md")) from error
    forms: dict[str, Sequence[ShapeText | LabelText]] = {"shapes": entry.shapes, "labels": entry.labels}
    named = [((key, i, part), name) for key, listed in forms.items() for i, form in enumerate(listed)
             for part, names in _checks(form).items() for name in names]
    if unknown := [(place, name) for place, name in named if name not in CHECKS]:
        raise ConfigError([lines.mistake(place, f"no check is named {name!r}", f"known: {', '.join(sorted(CHECKS))}")
                           for place, name in unknown])
    return entry


def _checks(form: ShapeText | LabelText) -> dict[str, list[str]]:
    """The names of checks under each key that has some."""
    more = {"column": form.column} if isinstance(form, LabelText) else {}
    return {"check": form.check, "confirm": [form.confirm] if form.confirm else [], **more}


class Catalogue:
    """Entries compiled: `patterns` for the shared scan, `find` for exact places."""

    def __init__(self, entries: Sequence[Entry], *, settings: Settings = USUAL, sensitive: bool = True) -> None:
        """Args: sensitive: what is found must be replaced before it is stored. Raises: SentinelError."""
        entries = [entry for entry in entries if entry.type not in settings.off]
        self.entries = entries
        self._settings, self._sensitive = settings, sensitive
        shapes = [_Shape(shape, entry, index, min(FLOOR, settings.floor(entry.type)))
                  for index, entry in enumerate(entries) for shape in entry.shapes]
        self._context = Context([entry.context for entry in entries])
        self.patterns: list[Pattern] = []
        self._sets: list[_Set] = []
        labels = [each for entry in entries for label in entry.labels
                  for each in labels_of(label, entry.type, expand(label.value, entry.let))]
        sets: list[Sequence[_Shape | Label]] = [[s for s in shapes if not s.weak], [s for s in shapes if s.weak], labels]
        for chosen in sets:
            if chosen:
                self._sets.append(_Set(chosen, len(self.patterns)))
                self.patterns += self._sets[-1].patterns
        self._views = Views()
        self._signs = frozenset(range(len(self.patterns), len(self.patterns) + len(SIGNS)))
        self.patterns += SIGNS

    def find(self, texts: Iterable[Text], hits: frozenset[int]) -> list[Finding]:
        """All findings of one event, by field and place; of two that overlap the longer stays.

        Args: hits: indexes into `patterns` that the shared scan saw.
        """
        return self.find_many([(texts, hits)])[0]

    def find_many(self, asked: Sequence[tuple[Iterable[Text], frozenset[int]]]) -> list[list[Finding]]:
        """What `find` says of each. Short texts cost a third of what they cost one by one."""
        found: list[list[Finding]] = [[] for _ in asked]
        read = [_Read(texts, hits, self._signs, self._views) for texts, hits in asked]
        tables = Tables()
        for one in self._sets:
            wanted = [(event, findings) for event, findings in zip(read, found, strict=True) if one.wanted(event)]
            for batch in _batches(wanted):
                self._look(one, batch, tables)
        return [(raised(settle(findings), dict(event.pairs)) if len(findings) > 1 else findings) + event.unread
                for findings, event in zip(found, read, strict=True)]

    def _look(self, one: _Set, batch: list[_Asked], tables: Tables) -> None:
        whose = [(event, findings, index, reading) for event, findings in batch for index, reading in one.readings(event)]
        texts = [reading.view.text for _, _, _, reading in whose]
        places = one.finder.find(texts)
        if places.unread and len(batch) > 1:
            # One event's flood must not hide the texts of others.
            for alone in batch:
                self._look(one, [alone], tables)
            return
        done: dict[tuple[int, int], int] = {}
        around = self._context.around(texts, tables)
        for place in places.found:
            event, findings, index, reading = whose[place.text]
            shape = one.shapes[place.pattern]
            key = place.pattern, place.text
            if place.start < done.get(key, 0) or not one.may(place.pattern, event, reading):
                continue
            for start, end, score in shape.take(reading.view.text, place, around):
                if score < self._settings.floor(shape.type) or not reading.tells(start, end, raised=_raised(shape, score)):
                    continue
                if shape.__class__ is _Shape:
                    done[key] = end
                start, end = reading.view.original(start, end)
                findings.append(Finding(shape.type, event.pairs[index][0], start, end, score, self._sensitive))
        if places.unread:
            event, _, index, reading = whose[places.unread[0]]
            event.stop(index, reading.view.original(places.unread[1], places.unread[1])[0])


def _raised(shape: _Shape | Label, score: float) -> bool:
    """Whether a word nearby has spoken for it, and not its form alone."""
    return not isinstance(shape, _Shape) or score > shape.score


class _Set:
    """Shapes that are looked for together. first: index of the first of their patterns among the catalogue's."""

    def __init__(self, shapes: Sequence[_Shape | Label], first: int) -> None:
        self.shapes = shapes
        self.finder = Finder([shape.pattern for shape in shapes])
        # A weak shape has work only where one of its entry's words stands: numbers are everywhere, words are not. So the
        # shared scan looks for the word in its place.
        patterns = [shape.words if shape.weak and shape.words else shape.sign for shape in shapes]
        self.patterns: list[Pattern] = list(dict.fromkeys(patterns))
        self._range = range(first, first + len(self.patterns))
        self._own = frozenset(self._range)
        self._gates = [first + self.patterns.index(pattern) if shape.words is pattern else -1
                       for shape, pattern in zip(shapes, patterns, strict=True)]
        self._strong = any(gate < 0 for gate in self._gates)

    def wanted(self, event: _Read) -> bool:
        """Whether any shape has work."""
        return not self._own.isdisjoint(event.hits) or (event.disguised and bool(self.readings(event)))

    def readings(self, event: _Read) -> Sequence[tuple[int, Reading]]:
        """What is looked at: everything where the shared scan saw one of our patterns, else what it could not see."""
        if not self._own.isdisjoint(event.hits):
            return event.readings
        return [(index, reading) for index, reading in event.readings if reading.hidden or (self._strong and reading.changed)]

    def may(self, shape: int, event: _Read, reading: Reading) -> bool:
        """Whether a word stands somewhere without which the shape is none."""
        gate = self._gates[shape]
        return gate < 0 or gate in event.hits or reading.hidden


class _Read:
    """The texts of one event as their reader sees them. signs: indexes of the patterns that say that something is disguised."""

    def __init__(self, texts: Iterable[Text], hits: frozenset[int], signs: frozenset[int], views: Views) -> None:
        self.hits, self.disguised = hits, not signs.isdisjoint(hits)
        self._views = views
        # What hides that which is too much to look at. It stands beside what was found there.
        self.unread: list[Finding] = []
        # Field and text, as they stand in the event.
        self.pairs = list(texts)
        self.size = sum([len(text) for _, text in self.pairs])
        if len(self.pairs) > 1 and self.size > _BATCH:
            # What fills the bounds must not keep the small fields from being read.
            self.pairs.sort(key=lambda pair: len(pair[1]))

    @cached_property
    def readings(self) -> Sequence[tuple[int, Reading]]:
        """What is read of each text, with the text's index."""
        if not self.disguised:
            return [(index, Reading.of(text)) for index, (_, text) in enumerate(self.pairs)]
        readings: list[tuple[int, Reading]] = []
        for index, (field, text) in enumerate(self.pairs):
            said, begin = self._views.look(text)
            readings += [(index, reading) for reading in said]
            if begin is not None:
                self.unread.append(Finding(UNREAD, field, begin, len(text), 1.0))
        return readings

    def stop(self, index: int, begin: int) -> None:
        """Hide the texts from `begin` in the text at `index` on."""
        rest = [(*self.pairs[index], begin), *((field, text, 0) for field, text in self.pairs[index + 1:])]
        self.unread += [Finding(UNREAD, field, at, len(text), 1.0) for field, text, at in rest if at < len(text)]


_Asked = tuple[_Read, list[Finding]]


def _batches(wanted: Iterable[_Asked]) -> Iterator[list[_Asked]]:
    batch: list[_Asked] = []
    size = 0
    for one in wanted:
        if batch and size + one[0].size > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one[0].size
    if batch:
        yield batch


def settle(findings: list[Finding]) -> list[Finding]:
    """Of findings that overlap in a field the longer stays, of equally long the surer."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.field, f.start, f.start - f.end)):
        last = kept[-1] if kept else None
        if last is None or last.field != finding.field or finding.start >= last.end:
            kept.append(finding)
        elif (finding.end - finding.start, finding.score) > (last.end - last.start, last.score):
            kept[-1] = finding
    return kept


_NAMED = re.compile(r"\(\?&(\w+)\)")


def expand(pattern: str, let: dict[str, str]) -> str:
    """`pattern` with every `(?&name)` replaced by what `let` says."""
    for _ in range(8):  # a `let` may name another
        pattern = _NAMED.sub(lambda match: f"(?:{let[match[1]]})", pattern)
    return pattern


class _Shape:
    """A shape, ready to judge a place."""

    def __init__(self, shape: ShapeText, entry: Entry, index: int, floor: float) -> None:
        self.pattern = self.sign = Pattern(expand(shape.pattern, entry.let), caseless=shape.caseless)
        self.type, self.score, self._longest = entry.type, shape.score, shape.longest
        self._floor = floor
        self.weak = shape.score < floor
        self._checks: list[Check] = [CHECKS[name] for name in shape.check]
        self._confirm = CHECKS[shape.confirm] if shape.confirm else None
        self._extend = re.compile(expand(shape.extend, entry.let)) if shape.extend else None
        self._value = re.compile(expand(shape.value, entry.let)) if shape.value else None
        # By which the words of the entry are known; None: words have no say.
        self._entry = index if entry.context.for_ or entry.context.against else None
        self.words = gate(entry.context) if entry.context.for_ else None

    def take(self, text: str, place: Place, around: Around) -> Sequence[tuple[int, int, float]]:
        """Start, end and score of the longest candidate at `place` that passes, if one does."""
        for end in place.ends[:-_MOST_ENDS - 1:-1]:
            candidate = self._cut(text, place.start, end)
            if candidate is None:
                continue
            # The words first: they cost less than a numbering plan.
            score = self.score
            if self._entry is not None:
                score += around.weigh(place.text, candidate.start, candidate.end, self._entry)
            if score < self._floor:
                return ()
            if self._passes(candidate):
                if self._confirm and self._confirm(candidate):
                    score = SURE
                return ((candidate.start, candidate.end, round(min(score, SURE), 2)),)
        return ()

    def _passes(self, candidate: Candidate) -> bool:
        # No `all` over a generator: that costs more than most of the checks.
        for check in self._checks:  # noqa: SIM110
            if not check(candidate):
                return False
        return True

    def _cut(self, text: str, start: int, end: int) -> Candidate | None:
        # No further than a value may go: a chain of heads would be read to its end once for each head.
        if self._extend and (more := self._extend.match(text, end, end + self._longest + 1)):
            end = more.end()
        if self._value:
            value = self._value.search(text, max(start, end - 4096), end)
            if value is None:
                return None
            start, end = value.span(self._value.groups and 1)
        return Candidate(text, start, end) if 0 < end - start <= self._longest else None
