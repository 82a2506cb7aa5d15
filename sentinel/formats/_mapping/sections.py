"""From the sections of a mapping to the readers of their lines. In: YAML values. Out: readers, or every mistake noted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Key
from sentinel.formats._mapping.compile import Section
from sentinel.formats._mapping.json import JsonLines
from sentinel.formats._mapping.logfmt import LogfmtLines
from sentinel.formats._mapping.read import SECTION, Reader
from sentinel.formats._mapping.struct import Groups, dotted
from sentinel.formats._mapping.text import Pattern, Refused, TextLines, linear

At = tuple[Key, ...]
# The keys of a section, by the kind of its lines.
KEYS: dict[str, tuple[str, ...]] = {
    "json": (*SECTION, "rest", "never", "records"), "logfmt": (*SECTION, "rest", "never"), "text": (*SECTION, "pattern", "escapes"),
}
_ESCAPES = {False: "", True: "\\", "hash": "#"}


def json_lines(value: Any, at: At, reader: Reader) -> tuple[JsonLines, str]:
    """The reader of JSON lines, and the key under which a line lists several records."""
    section = _with_rest(value, at, reader, KEYS["json"])
    listed = value.get("records", "") if isinstance(value, dict) else ""
    if not isinstance(listed, str):
        reader.wrong((*at, "records"), "must be a text", "name the key that holds the list of records")
        listed = ""
    return JsonLines(section), listed


def logfmt_lines(value: Any, at: At, reader: Reader) -> LogfmtLines:
    """The reader of logfmt lines."""
    return LogfmtLines(_with_rest(value, at, reader, KEYS["logfmt"]))


def text_lines(value: Any, at: At, reader: Reader) -> list[TextLines]:
    """The readers of text lines: of one section, or of a list of them, of which the first that fits a line reads it."""
    if isinstance(value, list):
        return [found for index, one in enumerate(value) for found in text_lines(one, (*at, index), reader)]
    section = reader.section(value, at, KEYS["text"], ("", "-"))
    table = value if isinstance(value, dict) else {}
    try:
        pattern = linear("".join(reader.words(table.get("pattern", ""), (*at, "pattern"))))
    except Refused as refused:
        reader.wrong((*at, "pattern"), refused.what, refused.do)
        return []
    if not _groups_exist(section, pattern, at, reader):
        return []
    escapes = table.get("escapes", False)
    if escapes not in _ESCAPES:
        reader.wrong((*at, "escapes"), f"must be true, false or hash, not {escapes!r}", "false is what it is without")
    return [TextLines(section, pattern, escapes=_ESCAPES.get(escapes, ""))]


def _with_rest(value: Any, at: At, reader: Reader, known: Collection[str]) -> Section:
    section = reader.section(value, at, known, ("",))
    rest = value.get("rest", "drop") if isinstance(value, dict) else "drop"
    if rest not in ("keep", "all", "drop"):
        reader.wrong((*at, "rest"), f"must be keep, all or drop, not {rest!r}", "drop is what it is without")
    section.never = frozenset(reader.words(value.get("never", []), (*at, "never")) if isinstance(value, dict) else ())
    section.rest, section.everything = rest in ("keep", "all"), rest == "all"
    return section


def _groups_exist(section: Section, pattern: Pattern, at: At, reader: Reader) -> bool:
    known = Groups(pattern.groupindex).leaves
    missing = [path for path in section.paths() if path not in known]
    for path in missing:
        name = dotted(path)
        reader.wrong(at, f"the pattern has no group {name!r}", nearest(name, pattern.groupindex))
    return not missing
