"""From a rule's `correlation:` to a `Correlation`, its references still as written.

In: the raw YAML of a document. Out: a `Correlation`. pySigma's parser is not used: 1.5 refuses ranges and names with a dash,
cuts numbers to whole ones, and says neither where nor what to write instead.
"""

from __future__ import annotations

import re
from functools import partial
from math import isfinite
from typing import Any, NamedTuple

from sentinel.clock import SECOND
from sentinel.config.mistakes import nearest
from sentinel.rules.expression import Expression, mentioned, orders
from sentinel.rules.read import plan
from sentinel.rules.read.gathered import Gathered
from sentinel.rules.rule import OPERATORS, Bounds, Correlation, RuleInfo
from sentinel.rules.tree import All, Item, Node, Not, Wrong
from sentinel.rules.value import numeric

COUNTS = ("event_count", "value_count")
ORDERS = ("temporal", "temporal_ordered")
NUMBERS = ("value_sum", "value_avg", "value_percentile", "value_median")
TYPES = (*COUNTS, *ORDERS, *NUMBERS)
# A group's window holds that many events at most, and is written at each batch that changes it.
_MOST = 100_000
_KEYS = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")
# A month and a year are the mean ones of the Gregorian calendar, as in pySigma.
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
SPAN = re.compile(r"([0-9]{1,9})([smhdwMy])", re.ASCII)
_WORDS = {"and", "or", "not", "of", "1", "any", "all", "them", "(", ")"}


def read(document: dict[str, Any], info: RuleInfo) -> Correlation:
    """Raises: Wrong, its path beginning at the document."""
    body = document["correlation"]
    if not isinstance(body, dict):
        raise Wrong("a correlation is a mapping", "begin with `type:`", ("correlation",))
    try:
        return _read(body, document, info)
    except Wrong as wrong:
        raise wrong.below("correlation") from wrong


def _read(body: dict[str, Any], document: dict[str, Any], info: RuleInfo) -> Correlation:
    found = Gathered()
    for key in body:
        found.take(partial(_known, key), None)
    # The specification's schema has `generate` beside `correlation`, pySigma within it.
    generate = found.take(partial(_generate, body.get("generate", document.get("generate", False))), False)
    span = found.take(partial(_span, body.get("timespan")), 0)
    group_by: tuple[str, ...] = found.take(partial(_names, body.get("group-by"), "group-by"), ())
    aliases: dict[str, dict[str, str]] = found.take(partial(_aliases, body.get("aliases")), {})
    asked = found.take(partial(_asked, body, info.kind), None)
    found.check()
    assert asked is not None  # or `check` had told
    return Correlation(
        info=info, rules=asked.rules, group_by=group_by, span=span, bounds=asked.bounds, fields=asked.fields, aliases=aliases,
        generate=generate, percentile=asked.percentile, expression=asked.expression)


class _Asked(NamedTuple):
    """What is asked of which rules."""

    rules: tuple[str, ...]
    expression: Expression | None
    bounds: Bounds | None
    fields: tuple[str, ...]
    percentile: int | float


def _asked(body: dict[str, Any], kind: str) -> _Asked:
    if kind not in TYPES:
        raise Wrong(f"unknown type {kind!r}" if kind else "`type` is missing", nearest(kind, TYPES), ("type",))
    condition = body.get("condition")
    rules, expression = _names(body.get("rules"), "rules"), None
    if isinstance(condition, str) and kind in ORDERS:
        rules, expression = _expression(condition, rules)
    if not rules:
        raise Wrong("`rules` is missing", "list the rules that it listens to, by `name` or `id`", ("rules",))
    bounds = _bounds(condition, kind) if expression is None else None
    if kind == "temporal_ordered":
        orders(rules, expression, bounds)
    return _Asked(rules, expression, bounds, _fields(condition, kind), _percentile(condition, kind))


def _known(key: Any) -> None:
    if key not in _KEYS:
        raise Wrong(f"unknown key {key!r}", nearest(str(key), _KEYS), (key,))


def _generate(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("`generate` is true or false", "", ("generate",))
    return value


def _names(value: Any, key: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    for index, one in enumerate(listed):
        if not isinstance(one, (str, int)) or isinstance(one, bool) or one == "":
            raise Wrong("a name is a string", "put it in quotes", (key, index) if isinstance(value, list) else (key,))
    return tuple(map(str, listed))


def _span(value: Any) -> int:
    """Nanoseconds."""
    if value is None:
        raise Wrong("`timespan` is missing", "write one as 30s, 15m, 1h or 7d", ("timespan",))
    found = SPAN.fullmatch(str(value))
    if found is None or int(found.group(1)) == 0:
        raise Wrong(f"{str(value)[:40]!r} is no timespan", "write a whole number above 0 and s, m, h, d, w, M (months) or y: 90m for an hour "
                    "and a half", ("timespan",))
    return int(found.group(1)) * _SECONDS[found.group(2)] * SECOND


def _bounds(condition: Any, kind: str) -> Bounds | None:
    if condition is None and kind in ORDERS:
        return None
    if condition is None:
        raise Wrong("`condition` is missing", f"say how much it takes: `condition: {{{'' if kind == 'event_count' else 'field: NAME, '}gte: 10}}`",
                    ("condition",))
    if not isinstance(condition, dict):
        raise Wrong(f"the condition of a {kind} is a mapping", "write it as `condition: {gte: 10}`", ("condition",))
    for key in condition:
        if key not in OPERATORS and key not in ("field", "percentile"):
            raise Wrong(f"unknown key {key!r}", nearest(str(key), (*sorted(OPERATORS), "field", "percentile")), ("condition", key))
    pairs = tuple((key, _bound(value, key, kind)) for key, value in condition.items() if key in OPERATORS)
    if not pairs:
        raise Wrong("no number to compare with", "add one, for example `gte: 10`", ("condition",))
    return Bounds(pairs)


def _bound(value: Any, op: str, kind: str) -> int | float:
    number = numeric(value)
    if number is None or not isfinite(number):
        raise Wrong(f"`{op}` takes a number", f"write it as `{op}: 10`", ("condition", op))
    if kind not in NUMBERS and not 0 <= number <= _MOST:
        raise Wrong(f"`{op}` takes a number from 0 to {_MOST}", "a window has no room for more", ("condition", op))
    return number


def _fields(condition: Any, kind: str) -> tuple[str, ...]:
    if kind not in NUMBERS and kind != "value_count":
        return ()
    names = _names(condition.get("field"), "field")
    if not names:
        raise Wrong(f"a {kind} needs a field", "add `field: NAME`", ("condition",))
    if kind in NUMBERS and len(names) > 1:
        raise Wrong(f"a {kind} is that of one field", "write a rule for each", ("condition", "field"))
    return names


def _percentile(condition: Any, kind: str) -> int | float:
    """The median where none is given, as the specification hints."""
    if kind != "value_percentile" or condition.get("percentile") is None:
        return 50
    which = numeric(condition["percentile"])
    if which is None or not 0 <= which <= 100:
        raise Wrong("`percentile` takes a number from 0 to 100", "", ("condition", "percentile"))
    return which


def _aliases(value: Any) -> dict[str, dict[str, str]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Wrong("aliases are a mapping", "write them as `alias: {rule: field}`", ("aliases",))
    for alias, fields in value.items():
        if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields.values()):
            raise Wrong("an alias is a mapping of rules to fields", f"write it as `{alias}: {{rule: field}}`", ("aliases", alias))
    return {str(alias): {str(rule): name for rule, name in fields.items()} for alias, fields in value.items()}


def _expression(text: str, rules: tuple[str, ...]) -> tuple[tuple[str, ...], Expression]:
    """A condition over rules, and the rules; without `rules:` they are those that it names."""
    named = tuple(dict.fromkeys(one for one in plan.TOKEN.findall(text) if one.lower() not in _WORDS and "*" not in one))
    for one in named:
        if rules and one not in rules:
            raise Wrong(f"{one!r} is not among `rules`", nearest(one, rules), ("condition",))
    rules = rules or named
    tree = _tree(plan.condition(text, {name: Item(name, ()) for name in rules}))
    if unused := [one for one in rules if one not in set(mentioned(tree))]:
        raise Wrong(f"the condition does not say what {unused[0]!r} is for", "name it there, or take it out of `rules`", ("condition",))
    return rules, tree


def _tree(node: Node) -> Expression:
    if isinstance(node, Item):
        return ("rule", node.field)
    if isinstance(node, Not):
        return ("not", _tree(node.part))
    return ("and" if isinstance(node, All) else "or", *map(_tree, node.parts))
