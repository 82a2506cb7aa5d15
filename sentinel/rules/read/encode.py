"""Strings of rules as others write them down: in UTF-16, in base64, behind another dash.

In: a string with its wildcards. Out: the strings that stand for it, each still without its final form (`modifiers` sees to that).
"""

from __future__ import annotations

import itertools
import re
from base64 import b64encode
from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from sentinel.rules.glob import DASHES, Part, Wild, join
from sentinel.rules.tree import Wrong

_MOST_DASHES = 4
_DASH_AT_WORD = re.compile(rf"\B[{re.escape(DASHES)}]\b")


class String(Struct, frozen=True):
    """A string on its way. `binary`: its characters are bytes (after `wide`)."""

    parts: tuple[Part, ...]
    binary: bool = False
    cased: bool = False


def utf16(codec: str, mark: bytes = b"") -> Callable[[String], list[String]]:
    """Args: mark: the byte order mark that goes before."""
    def encoded(string: String) -> list[String]:
        return [replace(string, parts=join([mark.decode("latin-1"), *_units(parts, codec)]), binary=True) for parts in _dashes(string)]

    return encoded


def marked(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Bytes as the text that holds them: a byte order mark is a character of its own there."""
    place = int(parts[:1] == (Wild.ANY,))
    head = parts[place] if len(parts) > place else ""
    if isinstance(head, str) and head.startswith("ÿþ"):
        return (*parts[:place], "\ufeff" + head[2:], *parts[place + 1:])
    return parts


def base64(string: String) -> list[String]:
    """Raises: Wrong."""
    return [replace(string, parts=(b64encode(data).decode(),), binary=False) for data in _bytes(string, "base64")]


def base64offset(string: String) -> list[String]:
    """Raises: Wrong."""
    return [replace(string, parts=(_shifted(data, shift),), binary=False)
            for data in _bytes(string, "base64offset") for shift in range(3)]


def windash(string: String) -> list[String]:
    """A dash where a word begins may be any dash."""
    parts: list[Part] = []
    for part in string.parts:
        if not isinstance(part, str):
            parts.append(part)
            continue
        pieces = _DASH_AT_WORD.split(part)
        parts += [p for piece in pieces for p in (piece, Wild.DASH)][:-1]
    return [replace(string, parts=join(parts))]


def _units(parts: tuple[Part, ...], codec: str) -> Iterator[Part]:
    """Text as its bytes; any one character is two."""
    for part in parts:
        yield from (part.encode(codec).decode("latin-1"),) if isinstance(part, str) else (part,) * (2 if part is Wild.ONE else 1)


def _dashes(string: String) -> list[tuple[Part, ...]]:
    """Every choice of the dashes of `windash`, written out, because encoded they are no single characters."""
    dashes = string.parts.count(Wild.DASH)
    if dashes > _MOST_DASHES:
        raise Wrong(f"`windash` gives {len(DASHES)} variants for each of {dashes} dashes to encode", "split the value")
    return [join(choice) for choice in itertools.product(*(DASHES if part is Wild.DASH else (part,) for part in string.parts))]


def _bytes(string: String, name: str) -> list[bytes]:
    if Wild.ANY in string.parts or Wild.ONE in string.parts:
        raise Wrong(f"`{name}` cannot encode wildcards", r"escape them: \* and \?")
    codec = "latin-1" if string.binary else "utf-8"
    return ["".join(map(str, parts)).encode(codec, "replace") for parts in _dashes(string)]


def _shifted(data: bytes, shift: int) -> str:
    """What of the encoding does not depend on the bytes around, when `shift` bytes stand before."""
    start, end = (0, 2, 3)[shift], (None, -3, -2)[(len(data) + shift) % 3]
    return b64encode(b" " * shift + data)[start:end].decode()
