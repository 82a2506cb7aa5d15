"""Cases beside rules, in our own words: `NAME.cases.yml` beside `NAME.yml`. Their format is in docs/rules.md.

In: a rule file and its rules. Out: its cases, or why one cannot be run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sentinel.clock import SECOND
from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.errors import ConfigError
from sentinel.records.event import Event
from sentinel.records.line import File
from sentinel.rules.author.cases.case import Case, Result, wrong
from sentinel.rules.rule import Rule
from sentinel.rules.tree import Wrong
from sentinel.rules.value import instant_of

START = 1_767_607_200 * SECOND  # Monday, 2026-01-05T10:00:00Z
FILE = File("0000000000000000", "cases", "cases")
_UNITS = {"ms": SECOND // 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86400 * SECOND}
DISTANCE = re.compile(r"\+?(\d{1,9})(ms|s|m|h|d)", re.ASCII)
_CASE_KEYS = ("name", "events", "fires", "group", "rule")
_MOST_EVENTS = 100_000


def beside(rule: Path) -> Path:
    """Where the cases of a rule file stand."""
    return rule.with_name(f"{rule.stem}.cases.yml")


def read(path: Path, own: Sequence[Rule], category: str) -> Iterator[Case | Result]:
    """The cases of the rule file `path`; none when there is no file of them.

    Args:
        own: the file's rules. category: of events that do not say theirs.
    """
    place = beside(path)
    if not place.exists():
        return
    try:
        given, lines = yaml.load(place)
        if not isinstance(given, list) or not given:
            raise ConfigError(lines.mistake((), "cases are a list", "begin each with `- name:`"))
    except ConfigError as error:
        yield from (Result(str(path), m.file, m.line, "", m.said) for m in error.mistakes)
        return
    for index, one in enumerate(given):
        name = str(one.get("name", "")) if isinstance(one, dict) else ""
        try:
            yield _case(one, name, lines.file, lines.of((index,)), own, category)
        except Wrong as error:
            yield wrong(str(path), name, lines, (index,), error)


def _case(given: Any, name: str, file: str, line: int, own: Sequence[Rule], category: str) -> Case:
    _refuse_unknown(given)
    return Case(name, file, line, list(events(given.get("events"), category)), given["fires"], _ids(given.get("rule"), own),
                given.get("group") or {})


def _ids(narrowed: Any, own: Sequence[Rule]) -> frozenset[str]:
    found = frozenset(rule.info.id for rule in own if narrowed is None or narrowed in (rule.info.id, rule.info.name))
    if not found:
        raise Wrong(f"no rule {narrowed!r} in this file", "write its `id` or `name`", ("rule",))
    return found


def _refuse_unknown(case: Any) -> None:
    if not isinstance(case, dict):
        raise Wrong("a case is a mapping", "begin with `name:`")
    for key in case:
        if key not in _CASE_KEYS:
            raise Wrong(f"unknown key {key!r}", nearest(key, _CASE_KEYS), (key,))
    fires = case.get("fires")
    if not isinstance(fires, int) or fires < 0:
        raise Wrong("`fires` is true, false or a number", "write how often the rule must fire; true is at least once, false never", ("fires",))
    if not isinstance(case.get("group") or {}, dict):
        raise Wrong("`group` is a mapping of fields to values", "", ("group",))


def events(given: Any, category: str) -> Iterator[Event]:
    """A case's events, repeats written out. Raises: Wrong."""
    if not isinstance(given, list) or not given:
        raise Wrong("`events` is a list of events", "write each as `- {field: value}`", ("events",))
    at, offset = START - SECOND, 0
    for index, one in enumerate(given):
        try:
            for at, fields in _written_out(one, at):  # noqa: B020 - the next event comes after the last
                kind = fields.pop("event.category", category)
                yield Event(FILE, offset, at, kind, fields)
                offset += 1
        except Wrong as wrong:
            raise Wrong(wrong.what, wrong.do, ("events", index, *wrong.path)) from wrong


def _written_out(one: Any, before: int) -> Iterator[tuple[int, dict[str, Any]]]:
    if not isinstance(one, dict):
        raise Wrong("an event is a mapping of fields")
    fields = one.get("fields")
    if fields is None:
        fields = {name: value for name, value in one.items() if name not in ("at", "@timestamp", "repeat", "every")}
    elif not isinstance(fields, dict) or set(one) - {"fields", "at", "@timestamp", "repeat", "every"}:
        raise Wrong("beside `fields` stand only `at`, `@timestamp`, `repeat` and `every`", "move the rest into `fields`")
    count, every = one.get("repeat", 1), distance(one.get("every", "1s"), "every")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= _MOST_EVENTS:
        raise Wrong(f"`repeat` is a number from 1 to {_MOST_EVENTS}", "", ("repeat",))
    first = _when(one, before)
    for number in range(1, count + 1):
        yield first + (number - 1) * every, {str(name): _filled(value, number, "repeat" in one) for name, value in fields.items()}


def _when(one: dict[str, Any], before: int) -> int:
    if "at" in one:
        return START + distance(one["at"], "at")
    if "@timestamp" not in one:
        return before + SECOND
    value = one["@timestamp"]
    instant = instant_of(value.isoformat() if isinstance(value, datetime) else value)
    if instant is None:
        raise Wrong("not a time", "write it as 2026-01-05T10:00:00Z", ("@timestamp",))
    return instant


def distance(value: Any, key: str) -> int:
    """Nanoseconds of "+20s" or 20. Raises: Wrong, at `key`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value * SECOND
    found = DISTANCE.fullmatch(str(value))
    if found is None:
        raise Wrong(f"{value!r} is no distance in time", "write it as +20s, +500ms, +2m, +1h or +1d", (key,))
    return int(found.group(1)) * _UNITS[found.group(2)]


def _filled(value: Any, number: int, repeated: bool) -> Any:
    if isinstance(value, list):
        return [_filled(one, number, repeated) for one in value]
    return value.replace("{i}", str(number)) if repeated and isinstance(value, str) else value
