"""A case and what came of it, whatever file it was written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from sentinel.config.yaml import Key, Lines
from sentinel.records.event import Event
from sentinel.rules.match.trace import Explained
from sentinel.rules.rule import Firing
from sentinel.rules.tree import Wrong


class Case(Struct, frozen=True):
    """Events, and how often rules must fire on them.

    Attributes:
        name; file, line: where it stands. fires: True for at least once, False for never, else how many times.
        group: some of the group-by values that one of the firings has. rules: ids of those whose firings count.
        more: a number is the least; firing more often is well too.
        raw: the events are records of any origin: no detector looks at them, and rules of any category apply.
    """

    name: str
    file: str
    line: int
    events: Sequence[Event]
    fires: bool | int
    rules: frozenset[str]
    group: Mapping[str, Any] = field(default_factory=dict)
    raw: bool = False
    more: bool = False


class Told(Struct, frozen=True):
    """What became of one rule's condition. event: which one of the case it was asked about, counted from 1."""

    title: str
    event: int
    explained: Explained


class Result(Struct, frozen=True):
    """One case's outcome.

    Attributes:
        rule: the rule's file. file, line: where the case stands. name: the case's name.
        problem: empty when it came out as written, else what did not. told: then, the conditions of the rules.
        windows: then, a line for each group of a correlation. seconds: how long it took.
    """

    rule: str
    file: str
    line: int
    name: str
    problem: str = ""
    told: tuple[Told, ...] = ()
    windows: tuple[str, ...] = ()
    seconds: float = 0.0


def wrong(rule: str, name: str, lines: Lines, path: Sequence[Key], error: Wrong) -> Result:
    """A case that cannot be run, for what it says at `path`."""
    mistake = lines.mistake((*path, *error.path), error.what, error.do)
    return Result(rule, lines.file, mistake.line, name, mistake.said)


def problem(case: Case, firings: Sequence[Firing]) -> str:
    """What did not come out as the case says; empty when all did."""
    fires, count = case.fires, len(firings)
    if fires is True and not count:
        return "it must fire and does not"
    if fires is False and count:
        return f"it must not fire and does, {count} times, first on {_fields(firings[0])}"
    if not isinstance(fires, bool) and (count < fires if case.more else count != fires):
        return f"it must fire {fires} times and fires {count} times"
    if case.group and not any(_covers(dict(one.group), case.group) for one in firings):
        return f"no firing has the group {dict(case.group)}; they have {[dict(one.group) for one in firings[:3]]}"
    return ""


def _covers(found: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    return all(found.get(name) == str(value) for name, value in wanted.items())


def _fields(firing: Firing) -> str:
    return ", ".join(name for name, _ in firing.matched) or firing.event.id
