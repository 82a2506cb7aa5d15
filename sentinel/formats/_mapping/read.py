"""Reads a section of a mapping. In: YAML values and their lines. Out: a `Section`, or every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import Mistake
from sentinel.formats._mapping import chat, headers, web
from sentinel.formats._mapping.chat import body
from sentinel.formats._mapping.compile import Collect, Reading, Section
from sentinel.formats._mapping.fields import FIELDS, OWN
from sentinel.formats._mapping.struct import Path, path
from sentinel.formats._mapping.values import CONVERTERS, Converter, text

# Collectors set several fields from one value, whatever its shape.
COLLECTORS: dict[str, tuple[Collect, tuple[str, ...]]] = {
    "conversation": (chat.conversation, ("gen_ai.prompt", "gen_ai.system_instructions", *chat.BOTH)),
    "answer": (chat.answer, ("gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments",
                              "gen_ai.response.finish_reasons", *chat.BOTH)),
    "tool_call": (chat.tool_call, ("gen_ai.operation.name", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "mcp.provider.name",
                                   "mcp.session.id", *chat.BOTH)),
    "documents": (chat.documents, chat.BOTH),
    "tools": (body.tools, ("gen_ai.tool.definitions",)),
    "request": (body.request, body.REQUEST_FIELDS),
    "response": (body.response, body.RESPONSE_FIELDS),
    "headers": (headers.headers, headers.FIELDS),
    "request_line": (web.request_line, ("http.request.method", "http.version", "url.original", "url.path", "url.query")),
    "url": (web.url, ("url.original", "url.path", "url.query")),
}
SECTION = ("time", "fields", "collect", "absent", "flaws")
_READING = ("from", "as", "map", "others", "since", "value", "if", "unless")
_OWN = re.compile(re.escape(OWN) + r"[a-z0-9_]++(?:\.[a-z0-9_]++)*+", re.ASCII)


class Reader:
    """Reads one mapping and notes what is wrong with it.

    Attributes:
        mistakes: all that was found so far.
        fields: every event field named so far.
    """

    def __init__(self, lines: yaml.Lines, at: tuple[yaml.Key, ...] = ()) -> None:
        """Args: at: where in the file the mapping stands."""
        self._lines, self._at = lines, at
        self.mistakes: list[Mistake] = []
        self.fields: set[str] = set()

    def wrong(self, at: Iterable[yaml.Key], what: str, do: str = "") -> None:
        """Note a mistake at a key of the mapping."""
        self.mistakes.append(self._lines.mistake((*self._at, *at), what, do))

    def table(self, value: Any, at: tuple[yaml.Key, ...], known: Collection[str] = ()) -> dict[str, Any]:
        """A YAML mapping, and only with known keys; empty when it is none."""
        if not isinstance(value, dict):
            self.wrong(at, "must be a mapping", "write `key: value` lines under it")
            return {}
        for key in value:
            if known and key not in known:
                self.wrong((*at, str(key)), f"unknown key {key!r}", nearest(key, known))
        # `true: ...` and `200: ...` are written as they stand in the log.
        return {text(key) or str(key): part for key, part in value.items()}

    def words(self, value: Any, at: tuple[yaml.Key, ...]) -> list[str]:
        """A word or a list of words."""
        several = value if isinstance(value, list) else [value]
        if all(isinstance(word, str) for word in several):
            return list(several)
        self.wrong(at, "must be a text or a list of texts", "quote what YAML takes for a number, date or truth value")
        return []

    def section(self, value: Any, at: tuple[yaml.Key, ...], known: Collection[str], absent: tuple[str, ...]) -> Section:
        """What sections of all kinds have. Args: known: all keys it may have. absent: texts that say "no value"."""
        table = self.table(value, at, known)
        section = Section(absent=absent)
        if "absent" in table:
            section.absent = tuple(dict.fromkeys(("", *self.words(table["absent"], (*at, "absent")))))
        if "time" in table:
            section.time = self._paths(table["time"], (*at, "time"))
        elif table:
            self.wrong(at, "no time", "say where the event's time stands: `time: path`")
        for name, entry in self.table(table.get("fields", {}), (*at, "fields")).items():
            place = (*at, "fields", name)
            self.field(name, place)
            section.fields[name] = self._readings(name, entry, place)
        for name, entry in self.table(table.get("collect", {}), (*at, "collect")).items():
            self._collector(name, entry, (*at, "collect", name), section)
        for mark, entry in self.table(table.get("flaws", {}), (*at, "flaws")).items():
            section.flaws[mark] = self._paths(entry, (*at, "flaws", mark))
        return section

    def field(self, name: str, at: tuple[yaml.Key, ...]) -> None:
        """Note that the mapping fills, or speaks of, an event field."""
        if name in FIELDS or _OWN.fullmatch(name):
            self.fields.add(name)
        else:
            self.wrong(at, f"unknown event field {name!r}",
                       nearest(name, FIELDS, f"fields of your own are `{OWN}...`"))

    def _collector(self, name: str, entry: Any, at: tuple[yaml.Key, ...], section: Section) -> None:
        if name not in COLLECTORS:
            self.wrong(at, f"unknown collector {name!r}", nearest(name, COLLECTORS))
            return
        collect, fields = COLLECTORS[name]
        self.fields.update(fields)
        section.collect.append((collect, self._paths(entry, at)))

    def _paths(self, value: Any, at: tuple[yaml.Key, ...]) -> list[Path]:
        found = []
        for word in self.words(value, at):
            try:
                found.append(path(word))
            except ValueError as error:
                self.wrong(at, str(error), 'write keys with dots between, `a.b`, odd keys as `a["x.y"]`, places in lists as `a[0]`')
        return found

    def _readings(self, name: str, entry: Any, at: tuple[yaml.Key, ...]) -> list[Reading]:
        if isinstance(entry, list):
            return [reading for index, one in enumerate(entry) for reading in self._readings(name, one, (*at, index))]
        table = self.table(entry, at, _READING) if isinstance(entry, dict) else {"from": entry}
        if isinstance(table.get("value"), str):
            return [Reading((), text, constant=table["value"])]
        if "from" not in table:
            self.wrong(at, "no `from`", "say which path feeds the field")
            return []
        convert = self._convert(name, table, at)
        since, given, unless = (next(iter(self._paths(table[key], (*at, key))), None) if key in table else None
                                for key in ("since", "if", "unless"))
        return [Reading(source, convert, since, None, given, unless) for source in self._paths(table["from"], at)]

    def _convert(self, name: str, table: dict[str, Any], at: tuple[yaml.Key, ...]) -> Converter:
        kind = table.get("as", FIELDS[name].type if name in FIELDS else "text")
        if kind not in CONVERTERS:
            self.wrong((*at, "as"), f"unknown type {kind!r}", nearest(kind, CONVERTERS))
            kind = "text"
        if "map" not in table:
            return CONVERTERS[kind]
        words = self.table(table["map"], (*at, "map"))
        others = table.get("others", "drop")
        if others not in ("keep", "drop"):
            self.wrong((*at, "others"), f"must be keep or drop, not {others!r}", "drop is what it is without")
        return _mapped(words, CONVERTERS[kind], keep=others == "keep")


def _mapped(words: dict[str, Any], convert: Converter, *, keep: bool) -> Converter:
    def mapped(value: Any) -> Any:
        word = text(value)
        if word in words:
            return words[word]
        return convert(value) if keep else None

    return mapped
