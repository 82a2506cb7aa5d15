"""What became of each part of a condition on one event: the reasons of an alert, and what authors ask of a rule that did not fire.

In: a tree and an event's fields. Out: (field, value) pairs that matched, or the whole tree as `Explained`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sentinel.records.event import FINDINGS
from sentinel.rules.glob import Text, Wild, join
from sentinel.rules.match import words
from sentinel.rules.match.compile import compile_node
from sentinel.rules.tree import All, Exists, Item, Node, Not, Null, Regex, Same, items
from sentinel.rules.value import as_text

Fields = Mapping[str, Any]
_MOST_PLACES = 20


class Place(Struct, frozen=True):
    """Where one of a leaf's values was found.

    Attributes:
        field: the event's. text: its value, or that member of its list which matched, as rules read it.
        start, end: the match in `text`, in code points, end exclusive; both 0 when it is the value as a whole.
        want: which of the leaf's values it is.
    """

    field: str
    text: str
    want: str
    start: int = 0
    end: int = 0


class Explained(Struct, frozen=True):
    """One part of a condition, and whether it holds for an event.

    Attributes:
        kind: "all", "any" or "not" of `parts`, or "leaf": one line of a selection.
        held: whether this part holds.
        name: the selection that this part is the whole of; else empty.
        key: a leaf's `field|modifiers`. field: its field; None for keywords. wants: its values, in the rule's own words.
        every: a leaf all of whose values must be met. negated: a leaf with `neq`, which holds when none of its values is met.
        there: whether the event has the leaf's field. value: what it has there; None also for null.
        places: where a leaf's values were found, also those of a negated leaf, which does not hold because of them.
        lacks: a leaf's values that were not found.
        near: what would find them: "case": were it not counted; "contains": were they looked for inside the value; else empty.
        others: of a leaf with `fieldref`, the other fields' values; None for one that is not there.
    """

    kind: str
    held: bool
    name: str = ""
    key: str = ""
    field: str | None = None
    wants: tuple[str, ...] = ()
    every: bool = False
    negated: bool = False
    there: bool = False
    value: Any = None
    places: tuple[Place, ...] = ()
    lacks: tuple[str, ...] = ()
    near: str = ""
    others: dict[str, Any] = {}
    parts: tuple[Explained, ...] = ()


class Need(Struct, frozen=True):
    """A leaf that would have to come out otherwise. holds: it would have to hold; else it would have to stop holding."""

    leaf: Explained
    holds: bool


def needs(part: Explained, holds: bool = True) -> tuple[Need, ...]:
    """The smallest set of leaves that keeps `part` from holding (or, not `holds`, from not holding); empty when nothing does."""
    if part.held is holds:
        return ()
    if part.kind == "leaf":
        return (Need(part, holds),)
    if part.kind == "not":
        return needs(part.parts[0], not holds)
    found = [needs(one, holds) for one in part.parts]
    if (part.kind == "all") is holds:
        # A selection may stand in a condition twice. Not by hash: a leaf's value may be a list.
        every = [need for one in found for need in one]
        return tuple(need for place, need in enumerate(every) if need not in every[:place])
    # One way is enough. Of ways of one length that is told first which is about fields the event has.
    return min(found, key=lambda one: (len(one), sum(not need.leaf.there for need in one)), default=())


class Trace:
    """A tree, each of whose parts can be asked by itself. Slower than `compile_node`; for events that matter."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._match = compile_node(node)
        self._parts = [] if isinstance(node, Item) else [Trace(p) for p in ([node.part] if isinstance(node, Not) else node.parts)]

    def matched(self, fields: Fields) -> tuple[tuple[str, Any], ...]:
        """(field, value as found) of each line that holds and counts in favour, in the rule's order, once each."""
        found: dict[str, Any] = {}
        self._collect(fields, found)
        return tuple(found.items())

    def _collect(self, fields: Fields, found: dict[str, Any]) -> None:
        if isinstance(self.node, Not) or not self._match(fields):
            return
        if isinstance(self.node, Item):
            for name, value in _where(self.node, fields):
                found.setdefault(name, value)
        for part in self._parts:
            part._collect(fields, found)

    def explain(self, fields: Fields) -> Explained:
        """What became of each part for an event with these fields."""
        return self._explain(fields, "")

    def _explain(self, fields: Fields, inside: str) -> Explained:
        node, held = self.node, self._match(fields)
        selection = _selection(node)
        name, inside = ("" if selection == inside else selection), selection or inside
        if isinstance(node, Item):
            return _leaf(node, held, name, fields)
        if isinstance(node, Not) and isinstance(node.part, Item) and "neq" in words.modifiers(node.part):
            return _leaf(node.part, held, name, fields, negated=True)
        if isinstance(node, Not):
            # The name belongs to what is negated.
            name, inside = "", ""
        kind = "not" if isinstance(node, Not) else "all" if isinstance(node, All) else "any"
        return Explained(kind, held, name, parts=tuple(part._explain(fields, inside) for part in self._parts))


def _selection(node: Node) -> str:
    """The selection that all of a part's lines stand in; empty when there are several."""
    names = {str(item.path[0]) if item.path else "" for item in items(node)}
    return names.pop() if len(names) == 1 else ""


def _leaf(item: Item, held: bool, name: str, fields: Fields, *, negated: bool = False) -> Explained:
    wants = words.values(item)
    places = tuple(_places(item, wants, fields))
    found = {place.want for place in places}
    met = {want for one, want in zip(item.wants, wants, strict=True) if isinstance(one, (Null, Exists)) and held is not negated}
    there = item.field is None or item.field in fields
    return Explained(
        "leaf", held, name, key=words.key(item), field=item.field, wants=wants, every=item.every, negated=negated, there=there,
        value=fields.get(item.field) if item.field is not None else None, places=places,
        lacks=tuple(dict.fromkeys(want for want in wants if want not in found and want not in met)),
        near="" if held is not negated or not there else _near(item, fields),
        others={want.other: fields.get(want.other) for want in item.wants if isinstance(want, Same)})


def _near(item: Item, fields: Fields) -> str:
    """What an author often forgets, and would have found the values."""
    uncased = tuple(replace(one, flags=one.flags + "i") if isinstance(one, Regex) else replace(one, cased=False) if isinstance(one, Text) else one
                    for one in item.wants)
    if uncased != item.wants and compile_node(replace(item, wants=uncased))(fields):
        return "case"
    inside = tuple(replace(one, parts=join((Wild.ANY, *one.parts, Wild.ANY))) if isinstance(one, Text) and one.parts else one for one in item.wants)
    return "contains" if inside != item.wants and compile_node(replace(item, wants=inside))(fields) else ""


def _places(item: Item, wants: tuple[str, ...], fields: Fields) -> Iterable[Place]:
    """Where each value stands: once in each text, at its first place there."""
    left = _MOST_PLACES
    for want, said in zip(item.wants, wants, strict=True):
        if isinstance(want, (Null, Exists)):
            continue
        match = compile_node(Item(item.field, (want,), path=item.path))
        for name, value in fields.items() if item.field is None else [(item.field, fields.get(item.field))]:
            if item.field is None and name.startswith(FINDINGS):
                continue
            for member in value if isinstance(value, list) else [value]:
                text = as_text(member)
                if text is None or not left or not match({**fields, name: member} if item.field is not None else {name: member}):
                    continue
                left -= 1
                yield Place(name, text, said, *(words.span(want, text, anywhere=item.field is None) or (0, 0)))


def _where(item: Item, fields: Fields) -> list[tuple[str, Any]]:
    if item.field is not None:
        return [(item.field, fields[item.field])] if fields.get(item.field) is not None else []
    return [(name, value) for name, value in fields.items()
            if not name.startswith(FINDINGS) and compile_node(item)({name: value})]
