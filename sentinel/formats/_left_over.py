"""What of a record a format left over, found out by trying: what can be taken away, or changed, and changes nothing, nobody took.

In: a format and a record's bytes. Out: keys of a JSON record, or pieces of a text line. So it holds for every format, written
in YAML or in Python. For people at a terminal; the daemon never asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format
from sentinel.formats._mapping.lenient import NOT_JSON

_MOST_KEYS, _LARGEST = 300, 256 * 1024
_WORD = re.compile(r"[^\s\"'\[\](){},;=|]+")
_DEEPEST = 12
# Another digit that a time or a status may have in its place, too; letters become x, and x becomes y.
_OTHER = {str(n): str((n + 1) % 10) for n in range(10)} | {"x": "y", "X": "Y"}


def left_over(form: Format, record: bytes) -> list[str]:
    """Dotted keys whose value no field took; for text, the words that stand in no field's value. Empty when it is too large."""
    if len(record) > _LARGEST:
        return []
    try:
        value = msgspec.json.decode(record)
    except NOT_JSON:
        return _words(form, record)
    return list(_keys(form, value)) if isinstance(value, dict) else []


def _keys(form: Format, value: dict[str, Any]) -> Iterator[str]:
    whole = _said(form, value)
    for count, (path, holder, key) in enumerate(_leaves(value, (), 0)):
        if count >= _MOST_KEYS:
            return
        kept = holder.pop(key)
        if _said(form, value) == whole and kept not in (None, "", [], {}):
            yield ".".join(path)
        holder[key] = kept


def _leaves(value: dict[str, Any], path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any], str]]:
    for key in list(value):
        if isinstance(value[key], dict) and value[key] and depth < _DEEPEST:
            yield from _leaves(value[key], (*path, key), depth + 1)
        else:
            yield (*path, key), value, key


def _said(form: Format, value: dict[str, Any]) -> Any:
    return _decoded(form, msgspec.json.encode(value))


def _decoded(form: Format, data: bytes) -> Any:
    """What the format says, to be compared: a text when it cannot read it."""
    try:
        return [(record.at, record.fields, record.category, record.join) for record in form.decode(data)]
    except Unreadable as error:
        return str(error)
    except Exception as error:  # the wall around one extension: here it is only looked at
        return type(error).__name__


def _words(form: Format, record: bytes) -> list[str]:
    """Words in which another last letter or digit changes nothing."""
    text = record.decode("utf-8", "surrogateescape")
    whole, over = _of_text(form, text), []
    for count, match in enumerate(_WORD.finditer(text)):
        end = match.end() - 1
        if count >= _MOST_KEYS or isinstance(whole, str):
            break
        changed = _OTHER.get(text[end]) or ("x" if text[end].isalpha() else "")
        if changed and end > match.start() and _of_text(form, text[:end] + changed + text[end + 1:]) == whole:
            over.append(match[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return list(dict.fromkeys(over))


def _of_text(form: Format, text: str) -> Any:
    return _decoded(form, text.encode("utf-8", "surrogateescape"))
