"""YAML's plain values where it matters how they are written.

In: a scalar that PyYAML takes for a number, a word for true or false, or a date. Out: its value that still knows its text, or the
text. PyYAML speaks YAML 1.1, Sigma asks for 1.2: there `10:30` is no 630, `0755` no 493, `1_000` and `no` are text. And a version
`1.10` in a log is not 1.1.
"""

from __future__ import annotations

import re
from typing import Any

# What YAML 1.1 alone takes for numbers: of base 60, 8 and 2, and in groups.
_TEXT = re.compile(r"[-+]?0[0-9]|[-+]?0b|.*[:_]", re.ASCII)
_TRUE = ("yes", "on")


class Int(int):
    """A whole number that is not written as Python would: `+1`, `0x17`."""

    text: str


class Float(float):
    """A number that is not written as Python would: `1.10`, `1.5e+3`."""

    text: str


class Word(str):
    """A word that YAML 1.1 takes for true or false: `yes`, `no`, `on`, `off`."""

    __slots__ = ()

    @property
    def true(self) -> bool:
        return self.lower() in _TRUE


def value(text: str, read: Any) -> Any:
    """Args: read: what YAML 1.1 makes of `text`."""
    if isinstance(read, bool):
        return read if text.lower() in ("true", "false") else Word(text)
    if not isinstance(read, (int, float)):
        return text if read is not None else None
    if str(read) == text:
        return read
    if _TEXT.match(text):
        return text
    number: Int | Float = Int(read) if isinstance(read, int) else Float(read)
    number.text = text
    return number


def plain(value: Any) -> Any:
    """The number without its text; anything else as it is."""
    return int(value) if isinstance(value, Int) else float(value) if isinstance(value, Float) else value


def text_of(value: Any) -> str | None:
    """How a number was written, where that is remembered."""
    return value.text if isinstance(value, (Int, Float)) else None
