"""Spans of time as people write and read them. In: "90s", "15m", "24h", "7d", "2w". Out: nanoseconds; and back, in words."""

from __future__ import annotations

from sentinel.clock import SECOND

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def span(text: str) -> int:
    """Nanoseconds. Raises: ValueError with what to write instead."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(digits):]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and unit in _UNITS):
        raise ValueError(f"{text[:40]!r} is no span of time; write it as 90s, 15m, 24h or 7d")
    return int(digits) * _UNITS[unit] * SECOND


def in_words(span: int) -> str:
    """Nanoseconds for a person: "40 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    minutes, seconds = divmod(span // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d" + f" {hours} h" * bool(hours)
    if hours:
        return f"{hours} h" + f" {minutes} min" * bool(minutes)
    return f"{minutes} min" if minutes else f"{seconds} s"
