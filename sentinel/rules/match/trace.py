"""Which parts of a condition matched: the reasons of an alert, and what `rules test` says of a case that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sentinel.rules.match.compile import FINDINGS, compile_node
from sentinel.rules.tree import All, Item, Node, Not


class Trace:
    """A tree, each of whose parts can be asked by itself. Slower than `compile_node`; for events that matter."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._match = compile_node(node)
        self._parts = [] if isinstance(node, Item) else [Trace(p) for p in ([node.part] if isinstance(node, Not) else node.parts)]

    def matched(self, fields: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
        """(field, value as found) of each line that holds and counts in favour, in the rule's order, once each."""
        found: dict[str, Any] = {}
        self._collect(fields, found)
        return tuple(found.items())

    def _collect(self, fields: Mapping[str, Any], found: dict[str, Any]) -> None:
        if isinstance(self.node, Not) or not self._match(fields):
            return
        if isinstance(self.node, Item):
            for name, value in _places(self.node, fields):
                found.setdefault(name, value)
        for part in self._parts:
            part._collect(fields, found)

    def tell(self, fields: Mapping[str, Any], depth: int = 0) -> list[str]:
        """The tree, a line a part, with what held (+) and what did not (-)."""
        mark = "+" if self._match(fields) else "-"
        lines = ["  " * depth + f"{mark} {_name(self.node)}"]
        return lines + [line for part in self._parts for line in part.tell(fields, depth + 1)]


def _name(node: Node) -> str:
    if isinstance(node, Item):
        return ".".join(map(str, node.path)) or "keywords"
    return "not" if isinstance(node, Not) else "all of" if isinstance(node, All) else "any of"


def _places(item: Item, fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if item.field is not None:
        return [(item.field, fields[item.field])] if fields.get(item.field) is not None else []
    return [(name, value) for name, value in fields.items()
            if not name.startswith(FINDINGS) and compile_node(item)({name: value})]
