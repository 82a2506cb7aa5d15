"""JSON as it is found in logs. In: bytes, and a strict decoder. Out: the value; or the reason why it cannot be read.

The strict decoder takes nearly every line. What it refuses is repaired once (bytes that are no UTF-8, NaN and Infinity as
Python writes them, lone surrogates, raw control characters, nesting beyond all measure) and decoded again: one bad byte, or one key
that a client nests a thousand deep, must not hide an event.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.readable import utf8
from sentinel.records.event import Fields

# What msgspec's decoders raise on a text. All three always: the log chooses its bytes, and how deep it nests.
NOT_JSON = (msgspec.MsgspecError, UnicodeError, RecursionError)
# Decoders give up at the depth of Python's stack. No reader looks deeper than this.
_DEEPEST = 200
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[\]{}]', re.DOTALL)


def decoded(line: bytes, decode: Callable[[bytes | str], Any], fields: Fields) -> Any:
    """The value of a JSON text; what had to be repaired is marked in `fields`.

    Args:
        decode: a msgspec decoder, which may know a shape.

    Raises: Unreadable. Its reason names bytes and types and never quotes the line.
    """
    try:
        return decode(line)
    except NOT_JSON as error:
        return _repaired(line, decode, error, fields)


def _repaired(line: bytes, decode: Callable[[bytes | str], Any], error: Exception, fields: Fields) -> Any:
    content = utf8(line, fields)
    try:
        try:
            return _mended(content, decode, error, fields)
        except RecursionError:
            return _mended(_shallow(content), decode, error, fields)
    except RecursionError:
        raise Unreadable("not readable JSON: nested too deeply") from None
    except (msgspec.MsgspecError, ValueError) as second:
        reason = error if isinstance(error, msgspec.MsgspecError) else second
        raise Unreadable(f"not readable JSON: {_reason(reason)}") from None


def _mended(content: str, decode: Callable[[bytes | str], Any], error: Exception, fields: Fields) -> Any:
    """Raises: MsgspecError, ValueError, RecursionError."""
    if isinstance(error, UnicodeDecodeError):
        try:
            return decode(content)
        except msgspec.MsgspecError:
            pass
    flaw(fields, "lenient-json")
    return decode(_strict(content))


def _strict(content: str) -> str:
    """The same record as strict JSON. Raises: ValueError, RecursionError."""
    value = json.loads(content, strict=False, parse_constant=_nothing, parse_float=_finite, parse_int=_whole)
    # A lone surrogate has no UTF-8 form.
    return json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shallow(content: str) -> str:
    """The same with what is nested too deeply as a text, which can be looked into."""
    pieces: list[str] = []
    depth = kept = began = 0
    for token in _TOKEN.finditer(content):
        sign = token.group()
        if sign in ("[", "{"):
            depth += 1
            if depth == _DEEPEST:
                pieces.append(content[kept:token.start()])
                began = token.start()
        elif sign in ("]", "}"):
            if depth == _DEEPEST:
                kept = token.end()
                pieces.append(json.dumps(content[began:kept], ensure_ascii=False))
            depth -= 1
    return "".join((*pieces, content[kept:] if depth < _DEEPEST else ""))


def _nothing(word: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= 40 else digits


def _reason(error: Exception) -> str:
    """What the strict decoder said. It names bytes and types, and never quotes the line."""
    if isinstance(error, UnicodeDecodeError):
        return "bytes that are not UTF-8, and more"
    return str(error).removeprefix("JSON is malformed: ").split(" - at ")[0]
