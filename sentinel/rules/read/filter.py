"""Sigma filters: exclusions kept apart from the rules they narrow.

In: filter documents and rules. Out: the rules, narrowed. A rule with a filter matches where its own condition holds AND the
filter's condition holds; the usual filter therefore writes `condition: not selection`. One without any `not` would make the
rule fire only on what it names, which is rarely meant, so it is warned of. Selections of a filter and of a rule never mix:
each is planned by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.config.yaml import Lines
from sentinel.errors import Mistake
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection
from sentinel.rules.tree import All, Node, Wrong


class Filter(Struct):
    """Attributes: rules: ids or names it narrows; None for any. logsource: keys that a rule's must equal."""

    title: str
    rules: tuple[str, ...] | None
    category: str
    tree: Node
    negates: bool
    lines: Lines


def read(document: dict[str, Any], lines: Lines, placeholders: Mapping[str, Sequence[str]] | None) -> Filter:
    """Raises: Wrong."""
    body = document["filter"]
    if not isinstance(body, dict) or "rules" not in body:
        raise Wrong("a filter names its rules", "add `rules: [ID]` or `rules: any`", ("filter",))
    rules = body["rules"]
    try:
        tree = plan({key: value for key, value in body.items() if key != "rules"}, placeholders)
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.do, ("filter", *wrong.path)) from wrong
    logsource = document.get("logsource")
    return Filter(
        title=str(document.get("title") or ""), tree=tree, lines=lines,
        rules=None if rules == "any" or rules == ["any"] else tuple(map(str, rules if isinstance(rules, list) else [rules])),
        category=str(logsource.get("category") or "") if isinstance(logsource, dict) else "",
        negates="not" in str(body.get("condition")).lower().split() or "not(" in str(body.get("condition")).lower())


def apply(drafts: Any, filters: Sequence[Filter], loaded: Any) -> Any:
    """`drafts` with each filter put on the detections it names."""
    for one in filters:
        if not one.negates:
            loaded.warnings.append(one.lines.mistake(
                ("filter", "condition"), "this filter has no `not`, so its rules fire only on what it names",
                "write `condition: not selection` to leave it out"))
        touched = [draft for draft in drafts if isinstance(draft.rule, Detection) and _touches(one, draft.rule)]
        if not touched:
            loaded.warnings.append(_idle(one))
        for draft in touched:
            draft.rule = replace(draft.rule, tree=All((draft.rule.tree, one.tree)))
    return drafts


def _idle(one: Filter) -> Mistake:
    return one.lines.mistake(("filter", "rules"), "this filter touches no rule", "name rules by `id` or `name`")


def _touches(one: Filter, rule: Detection) -> bool:
    if one.category and rule.info.category != one.category:
        return False
    return one.rules is None or rule.info.id in one.rules or (rule.info.name in one.rules and bool(rule.info.name))
