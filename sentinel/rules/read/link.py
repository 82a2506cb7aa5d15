"""Correlations, and how they find the rules they speak of.

In: correlation documents, and all rules by id and name. Out: rules in an order in which each comes after those it listens to.
pySigma parses correlations; ranges (`gte` and `lte` together) are the specification's and refused by it, so their numbers
are read here, as YAML has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sigma import correlations
from sigma import exceptions as sigma
from sigma.correlations import SigmaCorrelationRule

from sentinel.clock import SECOND
from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.rule import OPERATORS, Bounds, Correlation, Detection, Rule, RuleInfo
from sentinel.rules.tree import Wrong

TYPES = ("event_count", "value_count", "temporal", "temporal_ordered")
# A group's window holds that many events at most, and is written at each batch that changes it.
_MOST = 10_000
_KEYS = {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"}


class Draft(Struct):
    """A rule on its way: references of a correlation are still as written."""

    rule: Rule
    lines: Lines

    @property
    def info(self) -> RuleInfo:
        return self.rule.info


_PLACES: list[tuple[type[Exception], tuple[str, ...]]] = [
    (sigma.SigmaIdentifierError, ("id",)), (sigma.SigmaNameError, ("name",)), (sigma.SigmaTitleError, ("title",)),
    (sigma.SigmaLevelError, ("level",)), (sigma.SigmaStatusError, ("status",)), (sigma.SigmaTagError, ("tags",)),
    (sigma.SigmaDateError, ("date",)), (sigma.SigmaModifiedError, ("modified",)),
    (sigma.SigmaLogsourceError, ("logsource",)), (sigma.SigmaRelatedError, ("related",)),
    (sigma.SigmaFieldsError, ("fields",)), (sigma.SigmaFalsePositivesError, ("falsepositives",)),
    (sigma.SigmaAuthorError, ("author",)), (sigma.SigmaDescriptionError, ("description",)),
    (sigma.SigmaReferencesError, ("references",)), (sigma.SigmaTimespanError, ("correlation", "timespan")),
    (sigma.SigmaCorrelationTypeError, ("correlation", "type")),
    (sigma.SigmaCorrelationConditionError, ("correlation", "condition")),
    (sigma.SigmaCorrelationRuleError, ("correlation",)),
]


def told(error: Exception, lines: Lines) -> Mistake:
    """What pySigma says, with the place that it leaves out."""
    path = next((path for kind, path in _PLACES if isinstance(error, kind)), ())
    return lines.mistake(path, str(error.args[0] if error.args else error))


def draft(document: dict[str, Any], info: RuleInfo, lines: Lines) -> Draft:
    """A correlation, its references as written. Raises: Wrong, ConfigError."""
    body = document["correlation"]
    if not isinstance(body, dict):
        raise Wrong("a correlation is a mapping", "begin with `type:`", ("correlation",))
    for key in body:
        if key not in _KEYS:
            raise Wrong(f"unknown key {key!r}", f"known are {', '.join(sorted(_KEYS))}", ("correlation", key))
    parsed = _parsed(document, lines)
    if info.kind not in TYPES:
        raise Wrong(f"correlations of type {info.kind} are not supported yet", f"known are {', '.join(TYPES)}",
                    ("correlation", "type"))
    extended = isinstance(parsed.condition, correlations.SigmaExtendedCorrelationCondition)
    raw = body.get("condition")
    expression: Any = _tree(parsed.condition.parsed) if extended else None
    if extended and info.kind == "temporal_ordered" and not (
            expression[0] == "and" and all(node[0] == "rule" for node in expression[1:])):
        raise Wrong("an order needs every rule", "list them under `rules:`, without a condition", ("correlation", "condition"))
    references = [r.reference for r in parsed.rules or []]
    return Draft(Correlation(
        info=info, rules=tuple(references) or (tuple(parsed.condition.get_referenced_rules()) if extended else ()),
        group_by=tuple(parsed.group_by or ()), span=parsed.timespan.seconds * SECOND,
        bounds=_bounds(raw) if isinstance(raw, dict) else None,
        fields=_fields(raw) if info.kind == "value_count" else (),
        aliases={a.alias: {r.reference: name for r, name in a.mapping.items()} for a in parsed.aliases},
        generate=bool(parsed.generate), expression=expression), lines)


def _parsed(document: dict[str, Any], lines: Lines) -> Any:
    body = document["correlation"]
    condition = body.get("condition")
    if isinstance(condition, dict):
        operators = [key for key in condition if key in OPERATORS]
        condition = {k: v for k, v in condition.items() if k not in operators[1:]}
    try:
        parsed = SigmaCorrelationRule.from_dict({**document, "correlation": {**body, "condition": condition}}, collect_errors=True)
        errors: list[Exception] = list(parsed.errors)
    except sigma.SigmaError as error:
        raise ConfigError(told(error, lines)) from error
    except (TypeError, AttributeError, KeyError, ValueError, UnboundLocalError) as error:
        raise ConfigError(lines.mistake(("correlation",), f"a value is missing or has the wrong type ({error})")) from error
    if errors:
        raise ConfigError([told(error, lines) for error in errors])
    return parsed


def _bounds(condition: dict[str, Any]) -> Bounds:
    pairs = [(key, value) for key, value in condition.items() if key in OPERATORS]
    for op, value in pairs:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _MOST:
            raise Wrong(f"`{op}` takes a number from 0 to {_MOST}", "", ("correlation", "condition", op))
    return Bounds(tuple(pairs))


def _fields(condition: Any) -> tuple[str, ...]:
    names = condition.get("field") if isinstance(condition, dict) else None
    return tuple(map(str, names)) if isinstance(names, list) else (str(names),)


def _tree(node: Any) -> Any:
    """pySigma's condition over rules as nested tuples."""
    if isinstance(node, correlations.SigmaRuleReference):
        return ("rule", node.reference)
    kind = {correlations.CorrelationConditionAND: "and", correlations.CorrelationConditionOR: "or"}.get(type(node), "not")
    return (kind, *map(_tree, node.args))


def link(drafts: list[Draft], mistakes: list[Mistake]) -> list[Rule]:
    """References resolved to ids; a correlation over a rule that is missing or broken becomes a mistake."""
    known: dict[str, str] = {}
    for one in drafts:
        known.setdefault(one.info.id, one.info.id)
    for one in drafts:
        if one.info.name:
            known.setdefault(one.info.name, one.info.id)
    waiting = [_resolved(one, known) for one in drafts]
    ordered: list[Rule] = [one.rule for one in waiting if isinstance(one.rule, Detection)]
    pending = [one for one in waiting if isinstance(one.rule, Correlation)]
    done = {rule.info.id for rule in ordered}
    while pending:
        ready = [one for one in pending if done.issuperset(_references(one))]
        if not ready:
            break
        ordered += [one.rule for one in ready]
        done.update(one.info.id for one in ready)
        pending = [one for one in pending if one not in ready]
    mistakes += [m for one in pending for m in _missing(one, done, {p.info.id for p in pending})]
    return ordered


def _references(one: Draft) -> tuple[str, ...]:
    return one.rule.rules if isinstance(one.rule, Correlation) else ()


def _resolved(one: Draft, known: dict[str, str]) -> Draft:
    rule = one.rule
    if not isinstance(rule, Correlation):
        return one
    return Draft(replace(
        rule, rules=tuple(known.get(r, r) for r in rule.rules),
        aliases={alias: {known.get(r, r): name for r, name in m.items()} for alias, m in rule.aliases.items()},
        expression=_renamed(rule.expression, known)), one.lines)


def _renamed(node: Any, known: dict[str, str]) -> Any:
    if node is None:
        return None
    return ("rule", known.get(node[1], node[1])) if node[0] == "rule" else (node[0], *(_renamed(n, known) for n in node[1:]))


def _missing(one: Draft, done: set[str], pending: set[str]) -> Iterator[Mistake]:
    for index, reference in enumerate(_references(one)):
        if reference in done:
            continue
        what = (f"it listens to {reference}, which waits for a missing rule or, in a circle, for this one"
                if reference in pending else f"there is no working rule {reference!r}")
        yield one.lines.mistake(("correlation", "rules", index), what, "name a rule by its `id` or `name`, and mend it if broken")
