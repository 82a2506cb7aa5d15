"""Whole JSON objects on a line that is not one. In: a line that could not be read. Out: the objects, and whether text is left over.

A program that wrote two records without a line end, a list of records, and the commonest damage: a writer died in the middle
of a record, and the next record follows on the same line. Only what begins a line or ends it counts: an object inside a
broken record is a part of that record, and may hold what a client wrote.
"""

from __future__ import annotations

import json
from typing import NamedTuple

_SEPARATORS = " \t\r\n\0,[]\x1e"
_LARGEST = 4 * 1024 * 1024
_MOST = 1000
# How many of the last braces are tried as the beginning of the last record.
_MOST_TRIES = 16


class Found(NamedTuple):
    """The objects at the line's start, one behind the other, and the one that ends it after something broken."""

    first: list[bytes]
    last: bytes | None
    broken: bool


def objects(line: bytes) -> Found:
    """Linear in the line's length, for a bounded number of tries."""
    if len(line) > _LARGEST:
        return Found([], None, True)
    text = line.decode("utf-8", "surrogateescape")
    first: list[bytes] = []
    at = _skip(text, 0)
    while at < len(text) and len(first) < _MOST:
        end = _end(text, at)
        if not end:
            return Found(first, _last(text, at), True)
        first.append(_bytes(text[at:end]))
        at = _skip(text, end)
    return Found(first, None, at < len(text))


def _last(text: str, after: int) -> bytes | None:
    """The longest object that ends the text and begins within the broken one."""
    starts: list[int] = []
    at = len(text)
    while len(starts) < _MOST_TRIES and (at := text.rfind('{"', after + 1, at)) >= 0:
        starts.append(at)
    for start in reversed(starts):
        end = _end(text, start)
        if end and _skip(text, end) == len(text):
            return _bytes(text[start:end])
    return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SEPARATORS:
        at += 1
    return at


def _end(text: str, at: int) -> int:
    """Where the object that begins here ends; 0 when none does."""
    if text[at] != "{":
        return 0
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return 0


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


_DECODER = json.JSONDecoder(strict=False, parse_int=lambda digits: 0, parse_float=lambda digits: 0.0)
