"""A detection as pySigma has it, so that its pipelines can change it, and back.

In: a detection's raw YAML. Out: pySigma's detections, each line of which remembers what it was written as; and from them, after
a pipeline, the tree. A line whose values no pipeline touched is planned from the YAML as it stands, under the name its field has now:
so numbers keep their digits and modifiers that pySigma lacks keep working. Only values that a pipeline made anew are pySigma's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sigma import types as sigma
from sigma.conditions import ConditionAND, ConditionOR
from sigma.exceptions import SigmaError
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections

from sentinel.rules.read import plan
from sentinel.rules.read.modifiers import LIST_MODIFIERS
from sentinel.rules.tree import Exists, Item, Node, Not, Null, Wrong, both, either

Path = tuple[str | int, ...]
Placeholders = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class _Raw:
    """A line as written. `values`: what pySigma made of each of its values; nothing for those that it cannot read."""

    names: tuple[str, ...]
    value: Any
    path: Path
    values: tuple[tuple[sigma.SigmaType, ...], ...]

    def untouched(self, now: Sequence[sigma.SigmaType]) -> bool:
        then = [one for values in self.values for one in values]
        return len(then) == len(now) and all(a is b for a, b in zip(then, now, strict=True))

    def of(self, value: sigma.SigmaType) -> int | None:
        """The place of the written value that this one still is."""
        return next((place for place, made in enumerate(self.values) if any(value is one for one in made)), None)


@dataclass
class _Line(SigmaDetectionItem):
    raw: _Raw | None = None


def detections(detection: Mapping[str, Any]) -> SigmaDetections:
    """pySigma's form of a detection that `plan` takes."""
    conditions = detection["condition"]
    return SigmaDetections(
        {str(name): _wrapped(_selection(value, (str(name),))) for name, value in detection.items() if name not in plan.NO_SELECTIONS},
        list(conditions) if isinstance(conditions, list) else [conditions])


def _wrapped(one: SigmaDetection | SigmaDetectionItem) -> SigmaDetection:
    return one if isinstance(one, SigmaDetection) else SigmaDetection([one], item_linking=ConditionAND)


def _selection(value: Any, path: Path) -> SigmaDetection | SigmaDetectionItem:
    if isinstance(value, dict):
        return SigmaDetection([_line(str(key), one, (*path, key)) for key, one in value.items()], item_linking=ConditionAND)
    if isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
        return SigmaDetection([_selection(one, (*path, index)) for index, one in enumerate(value)], item_linking=ConditionOR)
    return _line("", value, path)


def _line(key: str, value: Any, path: Path) -> _Line:
    name, *names = key.split("|")
    field = name.rstrip() or None
    written = value if isinstance(value, list) else [value]
    made = tuple(tuple(_made(field, names, one)) for one in written or [None])
    linking = ConditionAND if "all" in names else ConditionOR
    line = _Line(field, [], [one for values in made for one in values], value_linking=linking)
    line.raw = _Raw(tuple(names), value, path, made)
    return line


def _made(field: str | None, names: Sequence[str], value: Any) -> list[sigma.SigmaType]:
    """What pySigma makes of one value and its modifiers; nothing when it cannot: then no pipeline changes that value."""
    if "fieldref" in names:
        # Whatever stands around it, only the other field's name is a pipeline's to change.
        return [sigma.SigmaFieldReference(value.rstrip())] if isinstance(value, str) else []
    key = "|".join([field or "", *(name for name in names if name not in LIST_MODIFIERS)])
    try:
        made = SigmaDetectionItem.from_mapping(key, value).value
    except (SigmaError, TypeError, ValueError, AttributeError):
        return []
    return [one for value in made for one in (value.values if isinstance(value, sigma.SigmaExpansion) else [value])]


def tree(given: SigmaDetections, placeholders: Placeholders) -> Node:
    """What a pipeline left. Raises: Wrong."""
    nodes = {name: _node(one, (name,), placeholders) for name, one in given.detections.items()}
    return either([plan.condition(one.condition, nodes) for one in given.parsed_condition])


def _node(given: SigmaDetection | SigmaDetectionItem, path: Path, placeholders: Placeholders) -> Node | None:
    """None when nothing is left of it."""
    if isinstance(given, SigmaDetectionItem):
        return _read(given, path, placeholders)
    parts = [node for one in given.detection_items if (node := _node(one, path, placeholders)) is not None]
    if not parts:
        return None
    return both(parts) if given.item_linking is ConditionAND or _is_denied(given, parts) else either(parts)


def _is_denied(given: SigmaDetection, parts: Sequence[Node]) -> bool:
    """Whether this is one line whose field became several, that says what the field is not: then none of them is it."""
    lines = {id(getattr(one, "raw", None)) for one in given.detection_items}
    return len(lines) == 1 and getattr(given.detection_items[0], "raw", None) is not None and all(map(_denies, parts))


def _denies(node: Node) -> bool:
    if isinstance(node, Item):
        return all(isinstance(want, Null) or want == Exists(False) for want in node.wants)
    return isinstance(node, Not) or all(map(_denies, node.parts))


def _read(line: SigmaDetectionItem, path: Path, placeholders: Placeholders) -> Node:
    raw = getattr(line, "raw", None) or _Raw(("all",) if line.value_linking is ConditionAND else (), None, path, ())
    if raw.values and raw.untouched(line.value):
        return plan.line(_key(line.field, raw.names), raw.value, raw.path, placeholders)
    written = raw.value if isinstance(raw.value, list) else [raw.value]
    about_list = tuple(name for name in raw.names if name in LIST_MODIFIERS)
    found: dict[tuple[str, ...], dict[int, Any]] = {}
    for number, value in enumerate(line.value or [sigma.SigmaNull()]):
        place = raw.of(value)
        if place is not None:
            found.setdefault(raw.names, {})[-1 - place] = written[place]
        elif isinstance(value, sigma.SigmaFieldReference) and "fieldref" in raw.names:
            found.setdefault(raw.names, {})[number] = value.field
        else:
            for deep, (names, text) in enumerate(_written(value)):
                found.setdefault((*names, *about_list), {})[number * 1000 + deep] = text
    nodes = [plan.line(_key(line.field, names), list(values.values()), raw.path, placeholders) for names, values in found.items()]
    # All of them with `all`; and with `neq`, which is none of them, unless both are written.
    return both(nodes) if ("all" in about_list) != ("neq" in about_list) else either(nodes)


def _key(field: str | None, names: Sequence[str]) -> str:
    return "|".join([field or "", *names])


def _written(value: sigma.SigmaType) -> list[tuple[tuple[str, ...], Any]]:
    """A value of pySigma's as (modifiers, YAML value). Raises: Wrong."""
    if isinstance(value, sigma.SigmaExpansion):
        return [one for inner in value.values for one in _written(inner)]
    if isinstance(value, sigma.SigmaString):
        return [(_names_of(value), _escaped(value))]
    for kind, written in _WRITTEN.items():
        if isinstance(value, kind):
            return [written(value)]
    raise Wrong(f"a pipeline made a {type(value).__name__} here, which only a database can look for", "take that step out of the pipeline")


def _names_of(value: sigma.SigmaString) -> tuple[str, ...]:
    names = ("expand",) if any(isinstance(part, sigma.Placeholder) for part in value.s) else ()
    return (*names, "cased") if isinstance(value, sigma.SigmaCasedString) else names


_MEANS_SOMETHING = re.compile(r"[\\*?]")


def _escaped(value: sigma.SigmaString) -> str:
    return "".join(_MEANS_SOMETHING.sub(r"\\\g<0>", part) if isinstance(part, str) else
                   f"%{part.name}%" if isinstance(part, sigma.Placeholder) else
                   "*" if part is sigma.SpecialChars.WILDCARD_MULTI else "?" for part in value.s)


def _regex(value: Any) -> tuple[tuple[str, ...], Any]:
    flags = sorted(flag.name[0].lower() for flag in value.flags)
    return ("re", *flags), str(value.regexp)


def _reference(value: Any) -> tuple[tuple[str, ...], Any]:
    how = ("contains",) if value.starts_with and value.ends_with else ("startswith",) if value.starts_with else (
        "endswith",) if value.ends_with else ()
    return ("fieldref", *how), value.field


# The narrower kinds first.
_WRITTEN: dict[type, Any] = {
    sigma.SigmaTimestampPart: lambda v: ((v.timestamp_part.name.lower(),), v.number),
    sigma.SigmaNumber: lambda v: ((), v.number),
    sigma.SigmaBool: lambda v: ((), v.boolean),
    sigma.SigmaNull: lambda v: ((), None),
    sigma.SigmaExists: lambda v: (("exists",), v.exists),
    sigma.SigmaRegularExpression: _regex,
    sigma.SigmaCIDRExpression: lambda v: (("cidr",), v.cidr),
    sigma.SigmaCompareExpression: lambda v: ((v.op.name.lower(),), v.number.number),
    sigma.SigmaFieldReference: _reference,
}


class Anything(dict[str, Sequence[str]]):
    """Placeholders that all have a value: to look at a detection before a pipeline gives them theirs."""

    def __bool__(self) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        return ["x"]

    def __missing__(self, key: str) -> Sequence[str]:
        return ["x"]

    def __contains__(self, key: object) -> bool:
        return True

