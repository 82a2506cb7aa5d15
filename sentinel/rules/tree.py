"""A rule's detection as a small tree: what an event must look like, independent of YAML and of how it is matched.

Leaves hold what one line of the detection says: a field, and what its value is compared with.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from sentinel.rules.glob import Text


class Wrong(Exception):
    """Something in a rule that cannot be; the loader adds file, line and key.

    Attributes:
        path: keys from the rule's top to the place. do: what to write instead. others: what else is wrong in the same rule.
    """

    def __init__(self, what: str, do: str = "", path: tuple[str | int, ...] = (), others: tuple[Wrong, ...] = ()) -> None:
        super().__init__(what)
        self.what, self.do, self.path, self.others = what, do, path, others

    def below(self, *keys: str | int) -> Wrong:
        """The same and its others, as seen from further up."""
        return Wrong(self.what, self.do, (*keys, *self.path), tuple(one.below(*keys) for one in self.others))


class Regex(Struct, frozen=True):
    """A regular expression in RE2's syntax, found anywhere in the text. `flags`: letters of i, m, s."""

    pattern: str
    flags: str = ""

    @property
    def expression(self) -> str:
        return f"(?{self.flags}){self.pattern}" if self.flags else self.pattern


class Cidr(Struct, frozen=True):
    network: IPv4Network | IPv6Network


class Number(Struct, frozen=True):
    value: int | float


class Bool(Struct, frozen=True):
    value: bool


class Null(Struct, frozen=True):
    """Absent, or there and null."""


class Exists(Struct, frozen=True):
    """The field is there, be it null (or is not)."""

    wanted: bool


class Compare(Struct, frozen=True):
    """`op`: gt, gte, lt, lte."""

    op: str
    bound: int | float


class TimePart(Struct, frozen=True):
    """A part of a time in UTC: minute, hour, day, week (ISO), month, year."""

    part: str
    wanted: Number | Compare


class Same(Struct, frozen=True):
    """Another field's value. `how`: equals, starts, ends, contains, or gt, gte, lt, lte."""

    other: str
    how: str = "equals"
    cased: bool = False


Want = Text | Regex | Cidr | Number | Bool | Null | Exists | Compare | TimePart | Same


class Item(Struct, frozen=True):
    """One line of a selection.

    Attributes:
        field: None for keywords, which are looked for in every value.
        wants: what the value is compared with. every: all of them must hold, not any.
        path: where it stands in the rule's detection, for messages.
    """

    field: str | None
    wants: tuple[Want, ...]
    every: bool = False
    path: tuple[str | int, ...] = ()


class All(Struct, frozen=True):
    parts: tuple[Node, ...]


class Any_(Struct, frozen=True):
    parts: tuple[Node, ...]


class Not(Struct, frozen=True):
    part: Node


Node = Item | All | Any_ | Not


def both(parts: list[Node]) -> Node:
    """All of `parts`; the part itself when there is but one."""
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def either(parts: list[Node]) -> Node:
    """Any of `parts`; the part itself when there is but one."""
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


def items(node: Node) -> list[Item]:
    """All leaves, left to right."""
    if isinstance(node, Item):
        return [node]
    if isinstance(node, Not):
        return items(node.part)
    return [leaf for part in node.parts for leaf in items(part)]


def fields(node: Node) -> set[str]:
    """All fields that the tree looks at."""
    found = {leaf.field for leaf in items(node) if leaf.field is not None}
    return found | {want.other for leaf in items(node) for want in leaf.wants if isinstance(want, Same)}

