"""Rules as bytes, so that thousands of them need not be read and planned again.

In: what loading and guarding make (structs of known classes, tuples, numbers, texts). Out: MessagePack, and the same back. Only
the classes listed here are ever built; nothing in the bytes is run.
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.errors import Mistake
from sentinel.rules import expression, glob, logsource, rule, tree
from sentinel.rules.match import guard
from sentinel.rules.rule import Detection, RuleInfo
from sentinel.rules.tree import All, Node

_MODULES: tuple[ModuleType, ...] = (tree, glob, rule, logsource, expression, guard)
_CLASSES: list[type] = [Mistake, *(one for module in _MODULES for one in vars(module).values()
                                   if isinstance(one, type) and issubclass(one, Struct) and one.__module__ == module.__name__)]
_NUMBERS = {one: number for number, one in enumerate(_CLASSES)}
_PLAIN = (str, int, float, bool, type(None))
_WIDEST = 63
# What is no struct, by numbers that no class has.
_TUPLE, _LIST, _SET, _WILD, _NETWORK, _DECIMAL, _WIDE = range(-7, 0)


class Later(Detection, frozen=True):
    """A detection whose tree is still bytes: of thousands of rules most are never looked at. Whoever looks twice keeps it."""

    packed: bytes

    @property  # type: ignore[misc]
    def tree(self) -> Node:
        """Raises: as `unpack`."""
        made: Node = unpack(self.packed)
        return made


def later(info: RuleInfo, packed: bytes) -> Later:
    return Later(info, _NOTHING, packed)


_NOTHING = All(())


def pack(value: Any) -> bytes:
    """Raises: TypeError, ValueError, OverflowError for what has no form here, such as lone surrogates."""
    return msgspec.msgpack.encode(_down(value))


def unpack(data: bytes) -> Any:
    """What `pack` was given. Raises: msgspec.DecodeError, TypeError, ValueError, IndexError for anything else."""
    return _up(msgspec.msgpack.decode(data))


def _down(value: Any) -> Any:
    kind = value.__class__
    if kind in _PLAIN:
        return [_WIDE, str(value)] if kind is int and value.bit_length() > _WIDEST else value
    number = _NUMBERS.get(kind)
    if number is not None:
        return [number, *[_down(getattr(value, name)) for name in _names(kind)]]
    if kind is tuple:
        return [_TUPLE, *map(_down, value)]
    if kind is list:
        return [_LIST, *map(_down, value)]
    if kind is frozenset:
        return [_SET, *sorted(map(_down, value), key=repr)]
    if kind is dict:
        return {key: _down(inner) for key, inner in value.items()}
    return _rare(value)


def _rare(value: Any) -> list[Any]:
    if isinstance(value, glob.Wild):
        return [_WILD, value.value]
    if isinstance(value, (IPv4Network, IPv6Network)):
        return [_NETWORK, str(value)]
    if isinstance(value, Decimal):
        return [_DECIMAL, str(value)]
    raise TypeError(f"{type(value).__name__} has no packed form")


def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclass_fields(kind)) if is_dataclass(kind) else kind.__struct_fields__  # type: ignore[attr-defined]


def _up(value: Any) -> Any:
    if value.__class__ is dict:
        return {key: _up(inner) for key, inner in value.items()}
    if value.__class__ is not list:
        return value
    kind, *rest = value
    inner = [one if one.__class__ is not list and one.__class__ is not dict else _up(one) for one in rest]
    return _CLASSES[kind](*inner) if kind >= 0 else _MADE[kind](inner)


_MADE: dict[int, Any] = {
    _TUPLE: tuple, _LIST: list, _SET: frozenset, _WILD: lambda some: glob.Wild(some[0]),
    _NETWORK: lambda some: ip_network(some[0]), _DECIMAL: lambda some: Decimal(some[0]),
    _WIDE: lambda some: int(some[0]),
}
