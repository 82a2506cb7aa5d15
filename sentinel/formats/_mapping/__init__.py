"""Formats written as YAML: which path of a record feeds which event field. docs/formats.md describes the language.

In: a file, or `mapping:` of a source in the config. Out: a `Format`; every mistake named by file, line and key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import ConfigError, Unreadable
from sentinel.formats._base import Format, Frame, Record, Times, most_records
from sentinel.formats._mapping.fields import FLAWS, flaw
from sentinel.formats._mapping.json import JsonLines
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.logfmt import LogfmtLines
from sentinel.formats._mapping.origins import origins
from sentinel.formats._mapping.read import Reader
from sentinel.formats._mapping.salvage import objects
from sentinel.formats._mapping.sections import KEYS, json_lines, logfmt_lines, text_lines
from sentinel.formats._mapping.text import TextLines
from sentinel.records.event import CATEGORIES, Fields

# What a source may map itself: its `format:`, and the section that its mapping is.
OWN = {"json": "json", "logfmt": "logfmt", "regex": "text"}
_WHOLE = ("category", "category_when", "needs", "trust")
_FILE = ("about", *_WHOLE, "json", "text", "logfmt", "examples")
_BRACE = ord("{")
_OPENED, _CLOSED, _LIST = frozenset(b"{["), frozenset(b"}]"), frozenset(b"[]")
_ENDS = (b"}", b"} ", b"}\r", b"},", b"]")
# What a line with several records may begin with; 1E separates them in RFC 7464.
_SEVERAL = (b"{", b"[", b"\x1e")
# What the lines of a printed JSON object, or of a list of them, begin with.
_PRINTED = frozenset(b'{}[] \t"')
# What may stand before a record: a byte order mark, the hole that a cut file leaves, blanks.
_BEFORE = frozenset(b"\xef\x00 \t\r\n")


class MappingFormat(Format):
    """A format compiled from a mapping. With both kinds of line, a line's first byte tells which it is.

    Attributes:
        when: other categories, each with the fields of which any makes an event one of its own.
        needs: a record that fills none of these is no event; empty: every record is one.
    """

    def __init__(self, name: str, category: str, when: Mapping[str, frozenset[str]], needs: frozenset[str],
                 forgeable: frozenset[str], fields: frozenset[str], json: JsonLines | None, others: Sequence[TextLines | LogfmtLines], listed: str) -> None:
        """Args: others: readers of lines that are no JSON, the first that can read one does. listed: the key of a list of records."""
        self.name, self.category, self.when, self.needs, self.forgeable, self.fields = name, category, when, needs, forgeable, fields
        self._json, self._others = json, others
        self.keeps_rest = any(reader.section.rest for reader in (json, *others) if reader)
        self._listed = msgspec.json.Decoder(msgspec.defstruct("Listed", [("found", list[msgspec.Raw] | None, None)], rename={"found": listed})
                                            ) if listed else None
        self._lists = re.compile(rb'\{\s*+"' + re.escape(listed.encode()) + rb'"\s*+:\s*+\[')

    def localized(self, times: Times) -> Self:
        found = super().localized(times)
        found._json = self._json and self._json.localized(times)
        found._others = [one.localized(times) for one in self._others]
        return found

    def origins(self) -> dict[str, list[str]]:
        return origins(reader.section for reader in (self._json, *self._others) if reader)

    def frame(self, line: bytes) -> Frame:
        """JSON may be printed over several lines: it begins with a brace at a line's start and ends with one."""
        first = line[0] if line else 0
        if self._json is None or first not in _PRINTED or (first in _LIST and self._others):
            return Frame.WHOLE
        if first in _OPENED:
            return Frame.WHOLE if line.endswith(_ENDS) else Frame.BEGIN
        return Frame.END if first in _CLOSED else Frame.MORE

    def decode(self, record: bytes) -> Sequence[Record]:
        found = self._decode(record)
        if self.needs:
            found = [one for one in found if not self.needs.isdisjoint(one.fields)]
        if self.when:
            for one in found:
                one.category = next((name for name, fields in self.when.items() if not fields.isdisjoint(one.fields)), "")
        return found

    def _decode(self, record: bytes) -> Sequence[Record]:
        first = record[0] if record else 0
        if first in _BEFORE:
            return self._stripped(record)
        if self._json is None or (first != _BRACE and self._others):
            return (self._text(record),)
        if self._listed is not None and self._lists.match(record):
            return self._list(self._json, self._listed, record)
        try:
            return (self._json.read(record),)
        except Unreadable as error:
            return self._salvaged(self._json, record, error)

    @staticmethod
    def _salvaged(reader: JsonLines, line: bytes, error: Unreadable) -> Sequence[Record]:
        """The whole records on a line that is not one. Raises: Unreadable, with them, when something of the line is lost."""
        if line[:1] not in _SEVERAL:
            raise error
        first, last, broken = objects(line)
        if not broken and len(first) == 1 and first[0] == line:
            raise error
        found = [reader.read(part) for part in first]
        # An object without a time is more likely the end of the broken record than a record.
        if last is not None and (end := reader.read(last)).at:
            flaw(end.fields, "torn-line")
            found.append(end)
        if broken or not found:
            raise Unreadable(str(error), found)
        return found

    def _text(self, line: bytes) -> Record:
        for reader in self._others[:-1]:
            try:
                return reader.read(line)
            except Unreadable:
                continue
        return self._others[-1].read(line)

    def _list(self, reader: JsonLines, listed: msgspec.json.Decoder[Any], record: bytes) -> Sequence[Record]:
        """The records of one object that lists them, each by itself: a flaw or a mistake is its own."""
        flaws: Fields = {}
        listing = decoded(record, listed.decode, flaws).found or ()
        # One more than are taken, so that the line tells of it.
        found = [reader.read(bytes(raw)) for raw in listing[:most_records(len(record)) + 1]]
        for one in found:
            for mark in flaws.get(FLAWS, ()):
                flaw(one.fields, mark)
        return found

    def _stripped(self, line: bytes) -> Sequence[Record]:
        """A line that begins with what is no part of a record."""
        rest = line.lstrip(b"\0")
        bare = rest.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n")
        if not bare:
            return ()
        if bare[0] in _BEFORE:
            raise Unreadable("no record: begins with bytes of no meaning")
        records = self._decode(bare)
        if len(rest) != len(line):
            for record in records:
                flaw(record.fields, "nul-head")
        return records


def load(file: Path) -> MappingFormat:
    """The format in a YAML file; its name is the file's. Raises: ConfigError with all mistakes."""
    raw, lines = yaml.load(file)
    reader = Reader(lines)
    table = reader.table(raw, (), _FILE)
    found = _format(file.stem, table, reader)
    found.about = str(table.get("about", ""))
    examples = table.get("examples")
    if isinstance(examples, list) and all(isinstance(one, dict) and ("line" in one or "lines" in one) for one in examples):
        found.examples = examples
    else:
        reader.wrong(("examples",), "no examples", "show at least one line and the fields it becomes: `- line: ...`")
    if reader.mistakes:
        raise ConfigError(reader.mistakes)
    return found


def mapping_format(kind: str, mapping: Mapping[str, Any], lines: yaml.Lines, at: tuple[yaml.Key, ...] = ()) -> MappingFormat:
    """The format of a source with its own `mapping:`: what stands under `json:` (`logfmt:`, `text:`) in a file, with category
    and trust.

    Args:
        kind: json, logfmt, or regex. at: where in the config the mapping stands.

    Raises: ConfigError with all mistakes.
    """
    reader = Reader(lines, at)
    section = OWN[kind]
    table = reader.table(dict(mapping), (), (*KEYS[section], *_WHOLE))
    inner = {key: value for key, value in table.items() if key in KEYS[section]}
    found = _format(kind, {"category": "llm", **table, section: inner}, reader, at=())
    if reader.mistakes:
        raise ConfigError(reader.mistakes)
    return found


def _format(name: str, table: dict[str, Any], reader: Reader, at: tuple[str, ...] | None = None) -> MappingFormat:
    """Args: at: where the one section of a source's own mapping stands; in a file each has its name."""
    category = table.get("category")
    if category not in CATEGORIES:
        reader.wrong(("category",), f"no such category: {category!r}", nearest(category, CATEGORIES))
    if table.keys().isdisjoint(KEYS):
        reader.wrong((), "neither `json` nor `text` nor `logfmt`", "say how its lines are read")
    json, listed = json_lines(table["json"], ("json",) if at is None else at, reader) if "json" in table else (None, "")
    others: list[TextLines | LogfmtLines] = []
    if "text" in table:
        others += text_lines(table["text"], ("text",) if at is None else at, reader)
    if "logfmt" in table:
        others.append(logfmt_lines(table["logfmt"], ("logfmt",) if at is None else at, reader))
    when = {word: _filled(fields, ("category_when", word), reader)
            for word, fields in reader.table(table.get("category_when", {}), ("category_when",), CATEGORIES).items()}
    trust = reader.table(table.get("trust", {}), ("trust",), ("forgeable",))
    forgeable = _filled(trust.get("forgeable", []), ("trust", "forgeable"), reader)
    needs = _filled(table.get("needs", []), ("needs",), reader)
    return MappingFormat(name, str(category), when, needs, forgeable, frozenset(reader.fields), json, others, listed)


def _filled(value: Any, at: tuple[str, ...], reader: Reader) -> frozenset[str]:
    """A list of fields, all of which the mapping fills."""
    fields = reader.words(value, at)
    for field in fields:
        if field not in reader.fields:
            reader.wrong(at, f"{field!r} is not filled here", nearest(field, reader.fields, "remove it"))
    return frozenset(fields)
