"""Which fields a rule cannot do without, and so whether it can ever fire on events that lack some.

In: rules, and the fields that events of each category can have. Out: those that cannot fire, each with what it lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from sentinel.records.event import ENVELOPE
from sentinel.rules.rule import Correlation, Detection, Rule, RuleInfo
from sentinel.rules.tree import All, Any_, Exists, Item, Node, Not, Null, Same


class Blind(Struct, frozen=True):
    """A rule that cannot fire.

    Attributes:
        lacks: fields without which it cannot: with these it could. none: there are no events of its category at all.
        categories: of the events that it, or the rules it listens to, look at.
    """

    rule: RuleInfo
    lacks: tuple[str, ...]
    none: bool = False
    categories: frozenset[str] = frozenset()


def blind(rules: Sequence[Rule], fields: Mapping[str, Collection[str]]) -> list[Blind]:
    """The rules that cannot fire, in their order; each correlation with what its rules lack.

    Args:
        fields: by category, those that its events can have.
    """
    found: dict[str, Blind] = {}
    categories: dict[str, frozenset[str]] = {}
    everywhere = frozenset[str]().union(*fields.values())
    for rule in rules:
        category, below = rule.info.category, rule.rules if isinstance(rule, Correlation) else ()
        mine = categories[rule.info.id] = frozenset({category} - {""}).union(*(categories.get(id_, frozenset()) for id_ in below))
        have = frozenset(fields.get(category, ())) if category else everywhere
        none = bool(category) and category not in fields
        lacks = _of_detection(rule, have) if isinstance(rule, Detection) else _of_correlation(rule, everywhere, found)
        if none or lacks:
            found[rule.info.id] = Blind(rule.info, () if none else tuple(sorted(lacks)), none, mine)
    return list(found.values())


def missing(node: Node, have: Collection[str]) -> frozenset[str]:
    """Fields for want of which the tree can never hold; empty when it can. What is under a `not` holds without any."""
    if isinstance(node, Not):
        return frozenset()
    if isinstance(node, Item):
        return _of_item(node, have)
    parts = [missing(part, have) for part in node.parts]
    if isinstance(node, All):
        return frozenset[str]().union(*parts)
    assert isinstance(node, Any_)
    # One way is enough: the one that lacks least is named.
    return min(parts, key=len) if parts and all(parts) else frozenset()


def _of_item(item: Item, have: Collection[str]) -> frozenset[str]:
    if item.field is None or item.field in have or item.field in ENVELOPE:
        others = {want.other for want in item.wants if isinstance(want, Same)}
        return frozenset(others - set(have) - ENVELOPE) if others and len(others) == len(item.wants) else frozenset()
    if any(isinstance(want, Null) or (isinstance(want, Exists) and not want.wanted) for want in item.wants):
        return frozenset()
    return frozenset({item.field})


def _of_detection(rule: Detection, have: Collection[str]) -> frozenset[str]:
    return missing(rule.tree, have)


def _of_correlation(rule: Correlation, have: Collection[str], found: Mapping[str, Blind]) -> frozenset[str]:
    """A temporal one needs all of its rules, the others one of them; and each what it groups by and counts."""
    behind = [name for alias in rule.group_by for name in rule.aliases.get(alias, {}).values()]
    own = frozenset(name for name in (*rule.group_by, *rule.fields, *behind)
                    if name not in rule.aliases and name not in have and name not in ENVELOPE)
    dead = [found[id_] for id_ in rule.rules if id_ in found]
    needed = dead if rule.info.kind.startswith("temporal") or len(dead) == len(rule.rules) else []
    return own | frozenset(name for one in needed for name in one.lacks or (f"events of category {one.rule.category}",))
