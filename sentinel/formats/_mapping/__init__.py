"""Formats written as YAML: which path of a record feeds which event field. docs/formats.md describes the language.

In: a file, or `mapping:` of a source in the config. Out: a `Format`; every mistake named by file, line and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import ConfigError, Unreadable
from sentinel.formats._base import Format, Frame, Record
from sentinel.formats._mapping.compile import Section
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.json import JsonLines
from sentinel.formats._mapping.read import Reader
from sentinel.formats._mapping.struct import Groups, Shape
from sentinel.formats._mapping.text import Refused, TextLines, linear
from sentinel.formats._mapping.time import Times

CATEGORIES = ("llm", "webserver")
_FILE = ("about", "category", "trust", "json", "text", "examples")
_JSON = ("time", "fields", "collect", "absent", "rest")
_BRACE, _CLOSED = ord("{"), ord("}")
_ENDS = (b"}", b"} ", b"}\r", b"},")
# What the lines of a printed JSON object begin with.
_PRINTED = frozenset(b'{} \t]"')
# What may stand before a record: a byte order mark, the hole that a cut file leaves, blanks.
_BEFORE = frozenset(b"\xef\x00 \t\r\n")


class MappingFormat(Format):
    """A format compiled from a mapping. With both kinds of line, a line's first byte tells which it is."""

    def __init__(self, name: str, category: str, forgeable: frozenset[str], fields: frozenset[str],
                 json: JsonLines | None, text: TextLines | None) -> None:
        self.name, self.category, self.forgeable, self.fields = name, category, forgeable, fields
        self._json, self._text = json, text

    def localized(self, times: Times) -> Self:
        found = super().localized(times)
        found._json = self._json and self._json.localized(times)
        found._text = self._text and self._text.localized(times)
        return found

    def frame(self, line: bytes) -> Frame:
        """JSON may be printed over several lines: it begins with a brace at a line's start and ends with one."""
        first = line[0] if line else 0
        if self._json is None or first not in _PRINTED:
            return Frame.WHOLE
        if first == _BRACE:
            return Frame.WHOLE if line.endswith(_ENDS) else Frame.BEGIN
        return Frame.END if first == _CLOSED else Frame.MORE

    def decode(self, record: bytes) -> Sequence[Record]:
        first = record[0] if record else 0
        if first == _BRACE and self._json is not None:
            return (self._json.read(record),)
        if first in _BEFORE:
            return self._stripped(record)
        reader = self._text or self._json
        assert reader is not None
        return (reader.read(record),)

    def _stripped(self, line: bytes) -> Sequence[Record]:
        """A line that begins with what is no part of a record."""
        rest = line.lstrip(b"\0")
        bare = rest.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n")
        if not bare:
            return ()
        if bare[0] in _BEFORE:
            raise Unreadable("no record: begins with bytes of no meaning")
        records = self.decode(bare)
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


def mapping_format(name: str, mapping: Mapping[str, Any], lines: yaml.Lines, at: tuple[yaml.Key, ...] = ()) -> MappingFormat:
    """The format of a source with its own `mapping:`: what stands under `json:` in a file, with category and trust.

    Args:
        at: where in the config the mapping stands.

    Raises: ConfigError with all mistakes.
    """
    reader = Reader(lines, at)
    table = reader.table(dict(mapping), (), (*_JSON, "category", "trust"))
    section = {key: value for key, value in table.items() if key in _JSON}
    found = _format(name, {"category": "llm", **table, "json": section}, reader, json_at=())
    if reader.mistakes:
        raise ConfigError(reader.mistakes)
    return found


def _format(name: str, table: dict[str, Any], reader: Reader, json_at: tuple[str, ...] = ("json",)) -> MappingFormat:
    category = table.get("category")
    if category not in CATEGORIES:
        reader.wrong(("category",), f"no such category: {category!r}", nearest(category, CATEGORIES))
    if "json" not in table and "text" not in table:
        reader.wrong((), "neither `json` nor `text`", "say how its lines are read")
    json = _json(table["json"], json_at, reader) if "json" in table else None
    text = _text(table["text"], reader) if "text" in table else None
    trust = reader.table(table.get("trust", {}), ("trust",), ("forgeable",))
    forgeable = reader.words(trust.get("forgeable", []), ("trust", "forgeable"))
    for field in forgeable:
        if field not in reader.fields:
            reader.wrong(("trust", "forgeable"), f"{field!r} is not filled here",
                         nearest(field, reader.fields, "remove it"))
    return MappingFormat(name, str(category), frozenset(forgeable), frozenset(reader.fields), json, text)


def _json(value: Any, at: tuple[str, ...], reader: Reader) -> JsonLines | None:
    section = reader.section(value, at, ("rest",), ("",))
    rest = value.get("rest", "drop") if isinstance(value, dict) else "drop"
    if rest not in ("keep", "drop"):
        reader.wrong((*at, "rest"), f"must be keep or drop, not {rest!r}", "drop is what it is without")
    section.rest = rest == "keep"
    clash = Shape.clash(section.paths()) if not section.rest else None
    if clash:
        reader.wrong(at, f"{'.'.join(clash)} is read as a value and as an object", "read the value or its parts")
        return None
    return JsonLines(section)


def _text(value: Any, reader: Reader) -> TextLines | None:
    section = reader.section(value, ("text",), ("pattern", "escapes"), ("", "-"))
    table = value if isinstance(value, dict) else {}
    try:
        pattern = linear("".join(reader.words(table.get("pattern", ""), ("text", "pattern"))))
    except Refused as refused:
        reader.wrong(("text", "pattern"), refused.what, refused.do)
        return None
    if not _groups_exist(section, pattern, reader):
        return None
    return TextLines(section, pattern, escapes=table.get("escapes", False) is True)


def _groups_exist(section: Section, pattern: Any, reader: Reader) -> bool:
    known = Groups(pattern).leaves
    missing = [path for path in section.paths() if path not in known]
    for path in missing:
        name = ".".join(path)
        reader.wrong(("text",), f"the pattern has no group {name!r}", nearest(name, pattern.groupindex))
    return not missing
