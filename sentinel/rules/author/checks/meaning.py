"""Conditions that cannot hold, cannot but hold, or hold less than they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sentinel.records.event import FINDINGS
from sentinel.rules.author.checks import sense
from sentinel.rules.author.checks.remark import Around, Check, Said, Subject
from sentinel.rules.read.plan import NO_SELECTIONS
from sentinel.rules.tree import Item, items

_LISTS = frozenset({"list", "words"})


def never_matches(subject: Subject, around: Around) -> Iterator[Said]:
    if subject.detection and (found := sense.never(subject.detection.tree, _many(around))):
        yield Said(_path(found.item), f"the rule never fires: {_told(found)}", "join them by `or`, or mend one of the two")


def dead_part(subject: Subject, around: Around) -> Iterator[Said]:
    if not subject.detection or sense.never(subject.detection.tree, _many(around)):
        return
    seen: set[tuple[str | int, ...]] = set()
    for found in sense.dead(subject.detection.tree, _many(around)):
        if found.item.path not in seen:
            seen.add(found.item.path)
            yield Said(_path(found.item), f"this part never matters: {_told(found)}", "take it out, or mend one of the two")


def always_matches(subject: Subject, around: Around) -> Iterator[Said]:
    if subject.detection and sense.always(subject.detection.tree, _many(around)):
        yield Said(("detection", "condition"), "the rule fires on every event", "look for `or not` in the condition")


def unused_selection(subject: Subject, around: Around) -> Iterator[Said]:
    if subject.detection is None:
        return
    used = {leaf.path[0] for leaf in items(subject.detection.tree) if leaf.path}
    for name in _selections(subject):
        if name not in used:
            yield Said(("detection", name), "no condition uses this selection", "name it in the condition, or take it out")


def empty_pattern(subject: Subject, around: Around) -> Iterator[Said]:
    names = _selections(subject)
    for pattern in re.findall(r"\bof\s+([^\s()]+)", " ".join(_conditions(subject))):
        wanted = re.compile(re.escape(pattern).replace(r"\*", ".*"))
        if pattern.lower() != "them" and not any(map(wanted.fullmatch, names)):
            yield Said(("detection", "condition"), f"no selection is called {pattern}, so this part of the condition falls away",
                       "write the selection, or take the pattern out")


def _many(around: Around) -> sense.Many:
    """Findings are mostly lists, and of some the type is not known."""
    return lambda name: around.fields.get(name) in _LISTS or name.startswith(FINDINGS)


def _selections(subject: Subject) -> list[str]:
    detection = subject.document.get("detection")
    return [str(name) for name in detection if name not in NO_SELECTIONS] if isinstance(detection, dict) else []


def _conditions(subject: Subject) -> list[str]:
    detection = subject.document.get("detection")
    found: Any = detection.get("condition") if isinstance(detection, dict) else None
    return [str(one) for one in (found if isinstance(found, list) else [found])]


def _path(item: Item) -> tuple[str | int, ...]:
    return ("detection", *item.path)


def _told(found: sense.Clash) -> str:
    if found.other is None:
        return "no value is like this"
    other = ".".join(map(str, found.other.path))
    if found.negated:
        return f"where this holds, so does {other}, which must not"
    return f"no value meets both this and {other}"


CHECKS = (
    Check("never-matches", "the condition cannot hold: two of its lines contradict each other, or one allows no value at all",
          never_matches),
    Check("dead-part", "an alternative that can never hold, or an exclusion that can never leave anything out", dead_part),
    Check("always-matches", "the condition holds for every event", always_matches),
    Check("unused-selection", "a selection that no condition uses", unused_selection),
    Check("empty-pattern", "`1 of name_*` where no selection is called so", empty_pattern),
)
