"""The catalogue: a type of personal data, secret or phrasing is one YAML file. docs/detectors.md says how to add one.

In: a folder of YAML files, and texts. Out: patterns for the shared scan, and findings with exact offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.config import yaml
from sentinel.detectors._base import Text
from sentinel.detectors._checks import CHECKS, Candidate, Check
from sentinel.detectors._escapes import ESCAPED, Unescaped
from sentinel.detectors._find import Finder, Place
from sentinel.detectors._tables import Tables
from sentinel.errors import ConfigError, Mistake
from sentinel.records.finding import Finding
from sentinel.scan import Pattern

# Below this score a candidate is none.
FLOOR = 0.5
SURE = 0.99
# Type of the finding that stands for text beyond what is looked at (see `_find.MOST_REPORTS`): it must be hidden.
UNREAD = "UNREAD"
# Shorter ends of one place that are tried when the longest does not pass the checks.
_MOST_ENDS = 8


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


class ContextText(Struct, forbid_unknown_fields=True, rename={"for_": "for"}):
    """Words nearby. The nearest decides: `for_` adds 0.25 to the score, `against` takes 0.35 from it."""

    for_: list[str] = []
    against: list[str] = []
    reach: int = 48


class Examples(Struct, forbid_unknown_fields=True):
    """Texts in which what «stands so» must be found, and texts in which nothing of this type must be."""

    match: list[str] = msgspec.field(default_factory=list)
    none: list[str] = msgspec.field(default_factory=list)


class Entry(Struct, forbid_unknown_fields=True):
    """One YAML file.

    Attributes:
        person: a value of this type belongs to one person, so values can be counted as people.
        hint: for phrases: what the shared scan looks for; the shapes are tried where all of them occur.
    """

    type: str
    title: str
    shapes: list[ShapeText]
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
    shared = folder / "_let.yaml"
    let: dict[str, str] = yaml.load(shared)[0] if shared.exists() else {}
    for path in sorted(folder.glob("[!_]*.yaml")):
        try:
            raw, lines = yaml.load(path)
            entry = _entry(raw, lines)
            entry.let = let | entry.let
            entries.append(entry)
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return entries


def _entry(raw: Any, lines: yaml.Lines) -> Entry:
    try:
        entry = msgspec.convert(raw, Entry)
    except msgspec.ValidationError as error:
        raise ConfigError(Mistake(lines.file, 1, "", str(error), "see docs/detectors.md")) from error
    unknown = [(i, name) for i, shape in enumerate(entry.shapes)
               for name in (*shape.check, shape.confirm) if name and name not in CHECKS]
    if unknown:
        raise ConfigError([lines.mistake(("shapes", i, "check"), f"no check is named {name!r}",
                                         f"known: {', '.join(sorted(CHECKS))}") for i, name in unknown])
    return entry


class Catalogue:
    """Entries compiled: `patterns` for the shared scan, `find` for exact places."""

    def __init__(self, entries: Sequence[Entry], *, sensitive: bool = True) -> None:
        """Args: sensitive: what is found must be replaced before it is stored. Raises: SentinelError."""
        self.entries = entries
        self._sensitive = sensitive
        shapes = [_Shape(shape, entry) for entry in entries for shape in entry.shapes]
        self._sets = [_Set(chosen) for chosen in ([s for s in shapes if not s.weak], [s for s in shapes if s.weak])
                      if chosen]
        self.patterns: list[Pattern] = [*(pattern for one in self._sets for pattern in one.patterns), ESCAPED]

    def find(self, texts: Iterable[Text], hits: frozenset[int]) -> list[Finding]:
        """All findings, by field and place; of two that overlap the longer stays.

        Args: hits: indexes into `patterns` that the shared scan saw.
        """
        escaped, first = len(self.patterns) - 1 in hits, 0
        pairs: list[Text] = []
        findings: list[Finding] = []
        views: list[Unescaped] | None = None
        tables = Tables()
        for one in self._sets:
            wanted = one.wanted(hits, first, escaped)
            first += len(one.patterns)
            if not wanted:
                continue
            if not pairs:
                pairs = _in_order(texts, only_escaped=escaped and not self._seen(hits))
                views = [Unescaped(text) for _, text in pairs] if escaped else None
            read = [view.text for view in views] if views else [text for _, text in pairs]
            findings += self._found(one, pairs, read, views, tables)
        return settle(findings) if len(findings) > 1 else findings

    def _seen(self, hits: frozenset[int]) -> bool:
        first = 0
        for one in self._sets:
            if one.wanted(hits, first, escaped=False):
                return True
            first += len(one.patterns)
        return False

    def _found(self, one: _Set, pairs: Sequence[Text], read: Sequence[str], views: list[Unescaped] | None,
               tables: Tables) -> list[Finding]:
        findings: list[Finding] = []
        places = one.finder.find(read)
        done: dict[tuple[int, int], int] = {}
        for place in places.found:
            key = place.pattern, place.text
            if place.start < done.get(key, 0):
                continue
            shape = one.shapes[place.pattern]
            taken = shape.take(read[place.text], place, tables)
            if taken:
                start, end, score = taken
                done[key] = end
                if views:
                    start, end = views[place.text].original(start, end)
                findings.append(Finding(shape.type, pairs[place.text][0], start, end, score, self._sensitive))
        if places.unread:
            findings += _unread(pairs, *places.unread, views)
        return findings


class _Set:
    """Shapes that are looked for together."""

    def __init__(self, shapes: Sequence[_Shape]) -> None:
        self.shapes = shapes
        self.finder = Finder([shape.pattern for shape in shapes])
        # A weak shape has work only where one of its entry's words stands: numbers are everywhere, words are not. So the
        # shared scan looks for the word in its place.
        patterns = [shape.words if shape.weak and shape.words else shape.pattern for shape in shapes]
        self.patterns: list[Pattern] = list(dict.fromkeys(patterns))
        self._strong = any(not (shape.weak and shape.words) for shape in shapes)

    def wanted(self, hits: frozenset[int], first: int, escaped: bool) -> bool:
        """Whether any shape has work. first: index of the first of our patterns. escaped: shapes may hide in escapes."""
        if escaped and self._strong:
            return True
        last = first + len(self.patterns)
        return any(first <= hit < last for hit in hits)


def _in_order(texts: Iterable[Text], *, only_escaped: bool) -> list[Text]:
    pairs = [pair for pair in texts if not only_escaped or "%" in pair[1] or "\\" in pair[1]]
    if sum(len(text) for _, text in pairs) > 65_536:
        # What fills the bounds must not keep the small fields from being read.
        pairs.sort(key=lambda pair: len(pair[1]))
    return pairs


def _unread(pairs: Sequence[Text], index: int, offset: int, views: list[Unescaped] | None) -> list[Finding]:
    begin = views[index].original(offset, offset)[0] if views else offset
    rest = [(*pairs[index], begin), *((field, text, 0) for field, text in pairs[index + 1:])]
    return [Finding(UNREAD, field, at, len(text), 1.0) for field, text, at in rest if at < len(text)]


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
    for _ in range(4):  # a `let` may name another
        pattern = _NAMED.sub(lambda match: f"(?:{let[match[1]]})", pattern)
    return pattern


class _Shape:
    """A shape, ready to judge a place."""

    def __init__(self, shape: ShapeText, entry: Entry) -> None:
        self.pattern = Pattern(expand(shape.pattern, entry.let), caseless=shape.caseless)
        self.type, self._score, self._longest = entry.type, shape.score, shape.longest
        self.weak = shape.score < FLOOR
        self._checks: list[Check] = [CHECKS[name] for name in shape.check]
        self._confirm = CHECKS[shape.confirm] if shape.confirm else None
        self._extend = re.compile(shape.extend) if shape.extend else None
        self._value = re.compile(shape.value) if shape.value else None
        self._context = _Context(entry.context) if entry.context.for_ or entry.context.against else None
        self.words = self._context.pattern if self._context else None

    def take(self, text: str, place: Place, tables: Tables) -> tuple[int, int, float] | None:
        """Start, end and score of the longest candidate at `place` that passes, or None."""
        for end in place.ends[:-_MOST_ENDS - 1:-1]:
            candidate = self._cut(text, place.start, end)
            if candidate is None:
                continue
            # The words first: they cost less than a numbering plan.
            score = self._score + (self._context.weigh(candidate, tables) if self._context else 0.0)
            if score < FLOOR:
                return None
            if all(check(candidate) for check in self._checks):
                if self._confirm and self._confirm(candidate):
                    score = SURE
                return candidate.start, candidate.end, round(min(score, SURE), 2)
        return None

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


class _Context:
    """Words around a candidate that say what it is. In front, the nearest decides; behind, only when none is in front."""

    _BEHIND = 16

    def __init__(self, context: ContextText) -> None:
        self._reach = context.reach
        # What the shared scan looks for; letters next to it are told apart as below.
        self.pattern = Pattern(rf"(?:^|[^a-z])(?:{_either(context.for_)})(?:[^a-z]|$)", caseless=True)
        self._words = re.compile(rf"(?<![a-z])(?:({_either(context.for_)})|({_either(context.against)}))(?![a-z])")

    def weigh(self, candidate: Candidate, tables: Tables) -> float:
        last = None
        for last in self._words.finditer(candidate.before(self._reach).lower()):  # noqa: B007 - the last is wanted
            pass
        if last is None:
            last = self._words.search(tables.heading(candidate.text, candidate.start).lower())
        if last is None:
            last = self._words.search(candidate.after(self._BEHIND).lower())
        if last is None:
            return 0.0
        return 0.25 if last[1] is not None else -0.35


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[ _\-]?") for word in sorted(words, key=len, reverse=True)) or r"\b\B"
