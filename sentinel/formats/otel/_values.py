"""OTLP's JSON as plain values. In: what a JSON decoder made of it. Out: dicts, lists, texts, numbers.

Nothing here trusts a shape: a value of another kind than OTLP's costs itself and not its neighbours.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from sentinel.errors import Unreadable
from sentinel.formats._mapping.values import integer, number

# A message, its parts, a call's arguments and what is in them: real trees end well above.
_DEEPEST = 24
# With its ids and times a span has 250 bytes; what is none takes far more memory than bytes.
_MOST_ROWS = 100_000
T = TypeVar("T")

Attributes = dict[str, Any]


def rows(holder: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects listed under the first of `keys` that is there."""
    if holder.__class__ is dict:
        for key in keys:
            found = holder.get(key)
            if found.__class__ is list:
                return [row for row in found if row.__class__ is dict]
    return []


def bounded(of: Iterator[T]) -> list[T]:
    """All of them. Raises: Unreadable: more than a line has room for, if each is one that an SDK made."""
    found = list(islice(of, _MOST_ROWS + 1))
    if len(found) > _MOST_ROWS:
        raise Unreadable(f"more than {_MOST_ROWS} spans or log records in one batch; have the exporter send smaller ones")
    return found


def attributes(holder: Any) -> Attributes:
    """The attributes of a resource, span, event or log record."""
    return {row["key"]: plain(row.get("value")) for row in rows(holder, "attributes") if row.get("key").__class__ is str}


def plain(value: Any, depth: int = 0) -> Any:
    """An AnyValue as the value it wraps; None for an empty or unknown one."""
    if value.__class__ is not dict or depth > _DEEPEST:
        return None
    for kind, inner in value.items():
        if kind in ("stringValue", "bytesValue"):
            return inner if inner.__class__ is str else None
        if kind == "intValue":  # 64 bits do not fit into every JSON reader's number: protobuf writes them as text
            return integer(inner)
        if kind == "doubleValue":
            return number(inner)
        if kind == "boolValue":
            return inner if inner.__class__ is bool else None
        if kind == "arrayValue":
            return [plain(row, depth + 1) for row in rows(inner, "values")]
        if kind == "kvlistValue":
            return {row["key"]: plain(row.get("value"), depth + 1) for row in rows(inner, "values") if row.get("key").__class__ is str}
    return None


def identifier(value: Any, size: int) -> str:
    """A trace's (16 bytes) or span's (8) id in hexadecimal, which OTLP's JSON uses; protobuf's own JSON has base64. Empty for none."""
    if value.__class__ is not str or not value:
        return ""
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value).hex() if value.strip("0") else ""
        found = b64decode(value, validate=True) if len(value) <= 2 * size else b""
    except (ValueError, Error):
        return ""
    return found.hex() if len(found) == size and any(found) else ""


def nested(flat: Attributes, prefix: str) -> list[Any]:
    """The list that was flattened into numbered attributes: `gen_ai.prompt.0.role` and so on, with prefix `gen_ai.prompt.`."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        if name.startswith(prefix) and name[len(prefix):len(prefix) + 1].isdigit():
            steps = [step for step in name[len(prefix):].split(".", _DEEPEST) if step not in _WRAPPERS]
            _put(tree, steps, value)
    return _listed(tree) if tree else []


# OpenInference names each level twice: `message.tool_calls.0.tool_call.function.name`.
_WRAPPERS = frozenset({"message", "message_content", "tool_call", "prompt", "completion", "document", "tool", "embedding"})


def _put(tree: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        inner = tree.setdefault(step, {})
        if inner.__class__ is not dict:
            inner = tree[step] = {"": inner}
        tree = inner
    if steps:
        tree.setdefault(steps[-1], value)


def _listed(tree: Any) -> Any:
    """Objects whose keys are all numbers become lists, in the order of the numbers."""
    if tree.__class__ is not dict:
        return tree
    if all(key.isdecimal() and len(key) < 10 for key in tree):
        return [_listed(tree[key]) for key in sorted(tree, key=int)]
    return {key: _listed(part) for key, part in tree.items()}
