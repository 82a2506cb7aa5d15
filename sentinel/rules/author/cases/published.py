"""Cases that come with published rules: SigmaHQ's regression tests, and the exemplars that rsigma reads.

In: a rule file's documents and its rules. Out: their cases. Events are records of any origin, as `rules eval` reads them:
a field is looked up literally, then as a dotted path. SigmaHQ's records are `.evtx` files, with the same as JSON beside each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sentinel.config import yaml
from sentinel.errors import ConfigError
from sentinel.records.event import Event
from sentinel.rules.author.cases.beside import FILE, START, distance
from sentinel.rules.author.cases.case import Case, Result, wrong
from sentinel.rules.author.evaluate import instant
from sentinel.rules.match.flat import flat
from sentinel.rules.rule import Correlation, Rule
from sentinel.rules.tree import Wrong

REGRESSION, EXEMPLARS = "regression_tests_path", "rsigma.exemplars"
_BIGGEST = 64 * 1024 * 1024
_TYPES = ("evtx", "json", "jsonl")


def read(path: Path, own: Sequence[Rule]) -> Iterator[Case | Result]:
    """The published cases of the rule file `path`."""
    try:
        documents = yaml.load_all(path)
    except ConfigError:
        return  # The loader has said why.
    for document, lines in documents:
        rule = next((rule for rule in own if rule.info.line == lines.of(("title",))), None)
        if rule is None or not isinstance(document, dict):
            continue
        if REGRESSION in document:
            yield from _regression(path, rule, str(document[REGRESSION]), lines)
        yield from _exemplars(path, rule, document, lines)


def _regression(path: Path, rule: Rule, named: str, lines: yaml.Lines) -> Iterator[Case | Result]:
    place = _above(path, named)
    if place is None:
        yield wrong(str(path), "", lines, (REGRESSION,), Wrong(f"there is no file {named!r} here nor in a folder above", "check the path"))
        return
    try:
        info, told = yaml.load(place)
        given = info.get("regression_tests_info") if isinstance(info, dict) else None
        if not isinstance(given or [], list):
            raise ConfigError(told.mistake(("regression_tests_info",), "a list of tests is wanted here"))
    except ConfigError as error:
        yield from (Result(str(path), m.file, m.line, "", m.said) for m in error.mistakes)
        return
    for index, one in enumerate(given or []):
        name = str(one.get("name", "")) if isinstance(one, dict) else ""
        at = ("regression_tests_info", index)
        try:
            yield _test(one, name, place, told.of(at), rule)
        except Wrong as error:
            yield wrong(str(path), name, told, at, error)


def _test(given: Any, name: str, info: Path, line: int, rule: Rule) -> Case:
    if not isinstance(given, dict):
        raise Wrong("a test is a mapping", "begin with `name:`")
    if given.get("type") not in _TYPES:
        raise Wrong(f"records of type {given.get('type')!r} are not read", f"known are {', '.join(_TYPES)}", ("type",))
    count = given.get("match_count", True)
    if not isinstance(count, int) or count < 0:
        raise Wrong("`match_count` is a number", "leave it out for at least one", ("match_count",))
    # SigmaHQ's own runner takes the number for the least, and only mentions more.
    count = count or False
    place = _above(info, str(given.get("path", "")))
    if place is not None and place.suffix == ".evtx":
        place = place.with_suffix(".json")
    if place is None or not place.is_file():
        raise Wrong("there is no JSON file of these records", "put NAME.json beside NAME.evtx", ("path",))
    return Case(name, str(info), line, list(_events(_records(place))), count, frozenset({rule.info.id}), raw=True, more=True)


def _above(start: Path, named: str) -> Path | None:
    """A path is written from the top of the repository, which is some folder above."""
    found = (folder / named for folder in start.absolute().parents)
    return next((place for place in found if named and place.exists()), None)


def _records(place: Path) -> Iterator[dict[str, Any]]:
    """One JSON object, a list of them, or several one behind the other."""
    if place.stat().st_size > _BIGGEST:
        raise Wrong(f"{place.name} is larger than {_BIGGEST} bytes", "split it", ("path",))
    text, decoder, at = place.read_text("utf-8-sig", "replace"), json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, at) + 1
            raise Wrong(f"{place.name}:{line}: no JSON object begins here", "write one after the other", ("path",)) from error
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict):
                raise Wrong(f"{place.name} holds something else than objects", "write one after the other", ("path",))
            yield one


def _events(records: Iterator[dict[str, Any]]) -> Iterator[Event]:
    at = START
    for offset, record in enumerate(records):
        fields = flat(record)
        at = instant(fields, at)
        yield Event(FILE, offset, at, "", fields)


def _exemplars(path: Path, rule: Rule, document: Mapping[str, Any], lines: yaml.Lines) -> Iterator[Case | Result]:
    custom = document.get("custom_attributes")
    at: tuple[str, ...] = ("custom_attributes", EXEMPLARS)
    if not isinstance(custom, dict) or EXEMPLARS not in custom:
        custom, at = document, (EXEMPLARS,)
    if EXEMPLARS not in custom:
        return
    given = custom[EXEMPLARS]
    if not isinstance(given, list) or not given:
        yield wrong(str(path), "", lines, at, Wrong("exemplars are a list", "write `- {expect: match, event: {...}}`"))
        return
    for index, one in enumerate(given):
        name = str(one.get("name", index)) if isinstance(one, dict) else str(index)
        try:
            yield _exemplar(one, name, str(path), lines.of((*at, index)), rule)
        except Wrong as error:
            yield wrong(str(path), name, lines, (*at, index), error)


def _exemplar(given: Any, name: str, file: str, line: int, rule: Rule) -> Case:
    payload = "events" if isinstance(rule, Correlation) else "event"
    if not isinstance(given, dict) or set(given) - {"name", "expect", payload} or payload not in given:
        raise Wrong(f"an exemplar of this rule has `name`, `expect` and `{payload}`", "write these, and nothing else")
    if given.get("expect") not in ("match", "no-match"):
        raise Wrong("`expect` is match or no-match", "", ("expect",))
    timed = given["events"] if payload == "events" else [{"offset": "0s", "event": given["event"]}]
    if not isinstance(timed, list) or not timed:
        raise Wrong("`events` is a list", "write `- {offset: 0s, event: {...}}`", ("events",))
    events = [_timed(one, index, payload) for index, one in enumerate(timed)]
    return Case(name, file, line, events, given["expect"] == "match", frozenset({rule.info.id}), raw=True)


def _timed(given: Any, index: int, payload: str) -> Event:
    path = ("events", index) if payload == "events" else ()
    if not isinstance(given, dict) or set(given) != {"offset", "event"}:
        raise Wrong("an event of a sequence has `offset` and `event`", "", path)
    if not isinstance(given["event"], dict):
        raise Wrong("an event is a mapping of fields", "", (*path, "event"))
    try:
        offset = distance(given["offset"], "offset")
    except Wrong as error:
        raise Wrong(error.what, error.do, (*path, *error.path)) from error
    return Event(FILE, index, START + offset, "", flat(given["event"]))
