"""Runs the cases beside rules: events that must fire and events that must not. Their format is in docs/rules.md.

In: rule files, and what puts an event through the detectors as the daemon would. Out: a result per case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from sentinel.clock import SECOND
from sentinel.config import yaml
from sentinel.errors import ConfigError, Mistake
from sentinel.records.event import Event
from sentinel.records.line import File
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.match.trace import Trace
from sentinel.rules.read.load import Loaded, files, load
from sentinel.rules.rule import Correlation, Detection, Firing, Rule
from sentinel.rules.tree import Wrong
from sentinel.rules.value import instant_of
from sentinel.scan import Scan, text_of

# Puts an event through the detectors; made anew for each case, so that none remembers another.
Enrich = Callable[[Event], None]
Enriching = Callable[[], Enrich]

START = 1_767_607_200 * SECOND  # Monday, 2026-01-05T10:00:00Z
_UNITS = {"ms": SECOND // 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86400 * SECOND}
_DISTANCE = re.compile(r"\+?(\d{1,9})(ms|s|m|h|d)", re.ASCII)
_CASE_KEYS = ("name", "events", "fires", "group", "rule")
_MOST_EVENTS = 100_000


class Result(Struct, frozen=True):
    """One case's outcome.

    Attributes:
        rule: the rule's file. file, line: where the case stands. name: the case's name.
        problem: empty when it came out as written, else what did not. detail: the conditions, line by line, with what held.
    """

    rule: str
    file: str
    line: int
    name: str
    problem: str = ""
    detail: tuple[str, ...] = ()


def _bare() -> Enrich:
    return lambda event: None


def run(paths: Iterable[Path], enriching: Enriching = _bare) -> list[Result]:
    """Every case of every rule file below `paths`. A rule file without cases is a problem too."""
    libraries: dict[Path, Loaded] = {}
    results: list[Result] = []
    missing: list[Mistake] = []
    for path in files(paths, missing):
        if path.parent not in libraries:
            libraries[path.parent] = load([path.parent])
        results += _file(path, libraries[path.parent], enriching)
    return results + [Result(m.file, m.file, m.line, "", m.what) for m in missing]


def beside(rule: Path) -> Path:
    """Where the cases of a rule file stand."""
    return rule.with_name(f"{rule.stem}.cases.yml")


def _file(path: Path, library: Loaded, enriching: Enriching) -> list[Result]:
    place = beside(path)
    broken = [m for m in library.mistakes if m.file == str(path)]
    if broken:
        return [Result(str(path), str(path), m.line, "", m.said) for m in broken]
    own = [rule for rule in library.rules if rule.info.file == str(path)]
    if own and not place.exists():
        return [Result(str(path), str(place), 0, "", "there are no cases; write some that must fire and some that must not")]
    if not own:
        return []
    try:
        cases, lines = yaml.load(place)
        if not isinstance(cases, list) or not cases:
            raise ConfigError(lines.mistake((), "cases are a list"))
    except ConfigError as error:
        return [Result(str(path), m.file, m.line, "", m.said) for m in error.mistakes]
    bench = _Bench(own, _needed(own, library.rules), enriching)
    return [bench.case(str(path), case, index, lines) for index, case in enumerate(cases)]


def _needed(own: list[Rule], every: list[Rule]) -> list[Rule]:
    """`own` and the rules they listen to, in the library's order."""
    by_id = {rule.info.id: rule for rule in every}
    wanted: dict[str, None] = {}
    stack = [rule.info.id for rule in own]
    while stack:
        id_ = stack.pop()
        if id_ not in wanted:
            wanted[id_] = None
            rule = by_id[id_]
            stack += rule.rules if isinstance(rule, Correlation) else ()
    return [rule for rule in every if rule.info.id in wanted]


class _Bench:
    """Runs the cases of one rule file."""

    def __init__(self, own: list[Rule], rules: list[Rule], enriching: Enriching) -> None:
        self._own, self._rules, self._enriching = own, rules, enriching
        self._scan = Scan(RuleSet(rules).patterns)
        base = next((rule for rule in rules if isinstance(rule, Detection)), None)
        self._category = base.info.category if base else ""
        self._traces = [(r.info, Trace(r.tree)) for r in rules if isinstance(r, Detection)]

    def case(self, rule: str, case: Any, index: int, lines: yaml.Lines) -> Result:
        name = str(case.get("name", "")) if isinstance(case, dict) else ""
        line = lines.of((index,))
        try:
            problem, detail = self._outcome(case)
        except Wrong as wrong:
            mistake = lines.mistake((index, *wrong.path), wrong.what, wrong.do)
            return Result(rule, lines.file, mistake.line, name, mistake.said)
        return Result(rule, lines.file, line, name, problem, detail)

    def _outcome(self, case: Any) -> tuple[str, tuple[str, ...]]:
        _refuse_unknown(case)
        ids = self._ids(case.get("rule"))
        ruleset, enrich = RuleSet(self._rules), self._enriching()
        firings: list[Firing] = []
        last: Event | None = None
        for event in events(case.get("events"), self._category):
            hits = self._scan.hits(text_of(event.fields))
            enrich(event)
            firings += [one for one in ruleset.evaluate(event, hits) if one.rule.id in ids]
            last = event
        problem = _problem(case, firings)
        if not problem or last is None:
            return problem, ()
        return problem, tuple(line for info, trace in self._traces for line in [
            f"{info.title or info.id}, on the last event:", *trace.tell(last.document(), 1)])

    def _ids(self, narrowed: Any) -> set[str]:
        if narrowed is None:
            return {rule.info.id for rule in self._own}
        found = {rule.info.id for rule in self._own if narrowed in (rule.info.id, rule.info.name)}
        if not found:
            raise Wrong(f"no rule {narrowed!r} in this file", "write its `id` or `name`", ("rule",))
        return found


def _refuse_unknown(case: Any) -> None:
    if not isinstance(case, dict):
        raise Wrong("a case is a mapping", "begin with `name:`")
    for key in case:
        if key not in _CASE_KEYS:
            raise Wrong(f"unknown key {key!r}", f"known are {', '.join(_CASE_KEYS)}", (key,))
    fires = case.get("fires")
    if not isinstance(fires, int) or fires < 0:
        raise Wrong("`fires` is true, false or a number", "", ("fires",))


def _problem(case: dict[str, Any], firings: list[Firing]) -> str:
    fires, count = case["fires"], len(firings)
    if fires is True and not count:
        return "it must fire and does not"
    if fires is False and count:
        return f"it must not fire and does, {count} times, first on {_told(firings[0])}"
    if not isinstance(fires, bool) and fires != count:
        return f"it must fire {fires} times and fires {count} times"
    group = case.get("group")
    if group and not any(_covers(dict(one.group), group) for one in firings):
        return f"no firing has the group {group}; they have {[dict(one.group) for one in firings[:3]]}"
    return ""


def _covers(found: dict[str, str], wanted: dict[str, Any]) -> bool:
    return all(found.get(name) == str(value) for name, value in wanted.items())


def _told(firing: Firing) -> str:
    return ", ".join(name for name, _ in firing.matched) or firing.event.id


def events(given: Any, category: str) -> Iterator[Event]:
    """A case's events, repeats written out. Raises: Wrong."""
    if not isinstance(given, list) or not given:
        raise Wrong("`events` is a list of events", "", ("events",))
    file = File("0000000000000000", "cases", "cases")
    at, offset = START - SECOND, 0
    for index, one in enumerate(given):
        try:
            for at, fields in _written_out(one, at):  # noqa: B020 - the next event comes after the last
                kind = fields.pop("event.category", category)
                yield Event(file, offset, at, kind, fields)
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
    count, every = one.get("repeat", 1), _distance(one.get("every", "1s"), "every")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= _MOST_EVENTS:
        raise Wrong(f"`repeat` is a number from 1 to {_MOST_EVENTS}", "", ("repeat",))
    first = _when(one, before)
    for number in range(1, count + 1):
        yield first + (number - 1) * every, {str(name): _filled(value, number, "repeat" in one) for name, value in fields.items()}


def _when(one: dict[str, Any], before: int) -> int:
    if "at" in one:
        return START + _distance(one["at"], "at")
    if "@timestamp" not in one:
        return before + SECOND
    value = one["@timestamp"]
    instant = instant_of(value.isoformat() if isinstance(value, datetime) else value)
    if instant is None:
        raise Wrong("not a time", "write it as 2026-01-05T10:00:00Z", ("@timestamp",))
    return instant


def _distance(value: Any, key: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value * SECOND
    found = _DISTANCE.fullmatch(str(value))
    if found is None:
        raise Wrong(f"{value!r} is no distance in time", "write it as +20s, +500ms, +2m, +1h or +1d", (key,))
    return int(found.group(1)) * _UNITS[found.group(2)]


def _filled(value: Any, number: int, repeated: bool) -> Any:
    if isinstance(value, list):
        return [_filled(one, number, repeated) for one in value]
    return value.replace("{i}", str(number)) if repeated and isinstance(value, str) else value
