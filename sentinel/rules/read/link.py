"""How correlations find the rules they speak of.

In: all rules, those of a correlation still as written. Out: rules in an order in which each comes after those it listens to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.config.yaml import Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.expression import Expression
from sentinel.rules.read import correlation, judge
from sentinel.rules.read.gathered import together
from sentinel.rules.rule import Correlation, Detection, Rule, RuleInfo


class Draft(Struct):
    """A rule on its way: references of a correlation are still as written."""

    rule: Rule
    lines: Lines

    @property
    def info(self) -> RuleInfo:
        return self.rule.info


def draft(document: dict[str, Any], info: RuleInfo, lines: Lines) -> Draft:
    """A correlation, its references as written. Raises: Wrong, ConfigError."""
    try:
        judge.correlation(document, lines)
    except ConfigError as around:
        raise together(around, partial(correlation.read, document, info), lines) from around
    return Draft(correlation.read(document, info), lines)


def link(drafts: list[Draft], mistakes: list[Mistake]) -> list[Rule]:
    """References resolved to ids; a correlation over a rule that is missing or broken becomes a mistake."""
    known = _known(drafts)
    resolved = [_resolved(one, known) for one in drafts]
    ordered: list[Rule] = [one.rule for one in resolved if isinstance(one.rule, Detection)]
    pending = {one.info.id: one for one in resolved if isinstance(one.rule, Correlation)}
    done = {rule.info.id for rule in ordered}
    while ready := [one for one in pending.values() if done.issuperset(_references(one))]:
        ordered += [one.rule for one in ready]
        done.update(one.info.id for one in ready)
        for one in ready:
            del pending[one.info.id]
    mistakes += [mistake for one in pending.values() for mistake in _missing(one, done, pending)]
    return ordered


class _Known(dict[str, str]):
    """What a rule may be called -> its id. Ids come before names; a UUID is the same in capitals."""

    def __missing__(self, reference: str) -> str:
        return self.get(reference.lower(), reference)


def _known(drafts: list[Draft]) -> _Known:
    known = _Known()
    for one in drafts:
        known.setdefault(one.info.id, one.info.id)
    for one in drafts:
        known.setdefault(one.info.id.lower(), one.info.id)
        if one.info.name:
            known.setdefault(one.info.name, one.info.id)
    return known


def _references(one: Draft) -> tuple[str, ...]:
    return one.rule.rules if isinstance(one.rule, Correlation) else ()


def _resolved(one: Draft, known: _Known) -> Draft:
    rule = one.rule
    if not isinstance(rule, Correlation):
        return one
    return Draft(replace(
        rule, rules=tuple(known[r] for r in rule.rules),
        aliases={alias: {known[r]: name for r, name in m.items()} for alias, m in rule.aliases.items()},
        expression=_renamed(rule.expression, known)), one.lines)


def _renamed(node: Expression, known: _Known) -> Expression:
    if node is None:
        return None
    return ("rule", known[node[1]]) if node[0] == "rule" else (node[0], *(_renamed(n, known) for n in node[1:]))


def _missing(one: Draft, done: set[str], pending: Mapping[str, Draft]) -> Iterator[Mistake]:
    for index, reference in enumerate(_references(one)):
        if reference in done:
            continue
        what, do = f"there is no working rule {reference!r}", "name a rule by its `id` or `name`, and mend it if it is broken"
        if circle := _circle(one.info.id, reference, pending):
            what, do = f"a circle: {circle}", "let one of them listen to other rules"
        elif reference in pending:
            what, do = f"it listens to {reference!r}, which does not work", "mend that one"
        yield one.lines.mistake(("correlation", "rules", index), what, do)


def _circle(start: str, reference: str, pending: Mapping[str, Draft]) -> str:
    """The way from `start` over `reference` back to `start`, by names; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start, reference)]
    seen = {reference}
    while ways:
        way = ways.pop(0)
        if way[-1] == start:
            return " listens to ".join(pending[id_].info.name or id_ for id_ in way)
        for following in _references(pending[way[-1]]) if way[-1] in pending else ():
            if following == start or following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ""
