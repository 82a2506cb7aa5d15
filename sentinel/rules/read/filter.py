"""Sigma filters: exclusions kept apart from the rules they narrow.

In: filter documents and rules. Out: the rules, narrowed. A rule with a filter matches where its own condition holds AND the
filter's condition holds; the usual filter therefore writes `condition: not selection`. One without any `not` would make the
rule fire only on what it names, which is rarely meant, so it is warned of. Selections of a filter and of a rule never mix:
each is planned by itself. Correlations are not filtered: a filter looks at one event, so it narrows what they listen to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.config.yaml import Lines
from sentinel.errors import Mistake
from sentinel.rules.logsource import Logsource
from sentinel.rules.logsource import read as of_logsource
from sentinel.rules.read.link import Draft
from sentinel.rules.read.pipeline import Pipelines
from sentinel.rules.rule import Correlation, Detection, RuleInfo
from sentinel.rules.tree import All, Item, Node, Not, Wrong

_MOST_TOLD = 5


class Filter(Struct):
    """Attributes: rules: ids or names it narrows; None for any. logsource: what it names, a rule's must equal."""

    rules: tuple[str, ...] | None
    logsource: Logsource
    tree: Node
    lines: Lines


def read(document: dict[str, Any], lines: Lines, placeholders: Mapping[str, Sequence[str]], pipelines: Pipelines) -> Filter:
    """Raises: Wrong."""
    body = document["filter"]
    if not isinstance(body, dict) or not body.get("rules"):
        raise Wrong("a filter names its rules", "add `rules: [ID]` or `rules: any`", ("filter",))
    for key in ("correlation", "detection"):
        if key in document:
            raise Wrong(f"a filter has no `{key}`", "write two documents", (key,))
    if isinstance(body.get("condition"), list):
        raise Wrong("a filter has one condition", "join them by `or`", ("filter", "condition"))
    logsource = _logsource(document)
    detection = {key: value for key, value in body.items() if key != "rules"}
    try:
        tree, _ = pipelines.plan(detection, None, logsource, placeholders)
    except Wrong as wrong:
        raise wrong.below("filter") from wrong
    return Filter(_rules(body["rules"]), logsource, tree, lines)


def _logsource(document: Mapping[str, Any]) -> Logsource:
    given = document.get("logsource")
    if given is not None and not isinstance(given, dict):
        raise Wrong("`logsource` is a mapping", "write `logsource: {category: …}`", ("logsource",))
    return of_logsource(given or {})


def _rules(given: Any) -> tuple[str, ...] | None:
    listed = [str(one) for one in (given if isinstance(given, list) else [given])]
    return None if [one.lower() for one in listed] == ["any"] else tuple(listed)


def apply(drafts: Sequence[Draft], filters: Iterable[Filter], warnings: list[Mistake]) -> None:
    """Put each filter on the detections it names, in place."""
    for one in filters:
        if not _negates(one.tree):
            warnings.append(one.lines.mistake(
                ("filter", "condition"), "this filter has no `not`, so its rules fire only on what it names",
                "write `condition: not selection` to leave it out"))
        named = [draft for draft in drafts if _names(one.rules, draft.info)]
        touched = [draft for draft in named if isinstance(draft.rule, Detection) and one.logsource.covers(draft.info.logsource)]
        for draft in touched:
            assert isinstance(draft.rule, Detection)
            draft.rule = replace(draft.rule, tree=All((draft.rule.tree, one.tree)))
        warnings += _doubts(one, named, touched)


def _doubts(one: Filter, named: Sequence[Draft], touched: Sequence[Draft]) -> list[Mistake]:
    """What the filter names and does not narrow."""
    found = []
    for index, rule in enumerate(one.rules or ()):
        mine = [draft for draft in named if _names((rule,), draft.info)]
        path = ("filter", "rules", index)
        if not mine:
            found.append(one.lines.mistake(path, f"there is no working rule {rule!r} to narrow", "name rules by `id` or `name`"))
        elif isinstance(mine[0].rule, Correlation):
            found.append(one.lines.mistake(path, f"{rule!r} is a correlation, which no filter narrows", "name the rules it listens to"))
        elif not any(draft in touched for draft in mine):
            found.append(one.lines.mistake(path, f"the logsource of {rule!r} is another one, so it is not narrowed",
                                           "make the filter's `logsource:` the rule's"))
    if one.rules is None and not touched:
        found.append(one.lines.mistake(("filter", "rules"), "this filter touches no rule", "check its `logsource:`"))
    return found


def tell_unfiltered(drafts: Sequence[Draft], broken: Iterable[tuple[Mapping[str, Any], Lines]], warnings: list[Mistake]) -> None:
    """Say which rules run without the filters that could not be read. A broken filter stops no rule."""
    for document, lines in broken:
        body = document["filter"]
        rules = _rules(body["rules"]) if isinstance(body, dict) and body.get("rules") else ()
        bare = [draft.info.title or draft.info.id for draft in drafts
                if isinstance(draft.rule, Detection) and _names(rules, draft.info)]
        if bare:
            more = f" and {len(bare) - _MOST_TOLD} more" if len(bare) > _MOST_TOLD else ""
            warnings.append(lines.mistake(("filter",), f"without this filter, which is broken, run: {', '.join(bare[:_MOST_TOLD])}{more}",
                                          "mend it"))


def _negates(node: Node) -> bool:
    return isinstance(node, Not) or (not isinstance(node, Item) and any(map(_negates, node.parts)))


def _names(rules: Sequence[str] | None, info: RuleInfo) -> bool:
    """By id, in capitals or not, as UUIDs are, or by name."""
    return rules is None or any(rule.lower() == info.id.lower() or (rule == info.name and bool(rule)) for rule in rules)
