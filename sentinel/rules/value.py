"""An event's values as rules read them: as text, number, time or address; None when they are none."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from sentinel.clock import SECOND


def as_text(value: Any) -> str | None:
    """A value as the string that rules compare with; None when it has none (null, objects)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 10_000):
        return str(value)
    return None


# JSON's numbers; each alternative is decided by its first character, so it is linear.
_NUMERAL = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:(\.\d{1,30})?([eE][+-]?\d{1,3})?)", re.ASCII)


def numeric(value: Any) -> int | float | None:
    """A number, or a string that is one as JSON writes it."""
    if value.__class__ is int or value.__class__ is float:
        return value
    if value.__class__ is not str or len(value) > 70:
        return None
    found = _NUMERAL.fullmatch(value)
    if found is None:
        return None
    return float(value) if found.group(1) or found.group(2) else int(value)


@lru_cache(4096)
def address_of(text: str) -> IPv4Address | IPv6Address | None:
    if len(text) > 80:
        return None
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # ::ffff:10.0.0.1 is 10.0.0.1 as a dual-stack socket writes it.
    return getattr(address, "ipv4_mapped", None) or address


# Date, time, fraction, zone: each part is told from the next by its first character, so it is linear.
_ISO = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?)?"
                  r"(?: UTC| ?Z| ?([+-])(\d{2}):?(\d{2})?)?", re.ASCII | re.IGNORECASE)


def instant_of(value: Any) -> int | None:
    """Nanoseconds since 1970 of ISO 8601 text (no zone: UTC) or a number of s, ms, µs or ns; None for anything else."""
    try:
        if value.__class__ is str:
            if len(value) in _USUAL and value[7] == "-" and value[10] == "T" and value[13] == value[16] == ":" and value[-1] == "Z":
                return _usual(value)
            found = _ISO.fullmatch(value.strip()) if len(value) <= 60 else None
            if found:
                return _instant(*found.groups())
            value = numeric(value)
        if value.__class__ is int:
            return int(value) * (SECOND // _scale(abs(value)))
        if value.__class__ is float:
            return round(value * (SECOND // _scale(abs(value))))
    except (ValueError, OverflowError):
        pass
    return None


# 2026-03-02T10:00:00Z, and with milli- or microseconds: what most logs write, and Python itself reads in a tenth of the time.
_USUAL = frozenset({20, 24, 27})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _usual(text: str) -> int | None:
    try:
        since = datetime.fromisoformat(text) - _EPOCH
    except ValueError:
        found = _ISO.fullmatch(text)
        return _instant(*found.groups()) if found else None
    return (since.days * 86400 + since.seconds) * SECOND + since.microseconds * 1000


def _instant(year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None,
             fraction: str | None, sign: str | None, hours: str | None, minutes: str | None) -> int:
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59), tzinfo=UTC)
    seconds = int(moment.timestamp())
    if sign:
        offset = int(hours or 0) * 3600 + int(minutes or 0) * 60
        seconds -= offset if sign == "+" else -offset
    return seconds * SECOND + int((fraction or "").ljust(9, "0"))


def time_of(value: Any) -> datetime | None:
    """The same as a time in UTC, to the second."""
    instant = instant_of(value)
    try:
        return None if instant is None else datetime.fromtimestamp(instant // SECOND, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _scale(value: float) -> int:
    """How many of the unit make a second; a date between 1973 and 5138 has 9 to 11 digits of seconds."""
    return 1 if value < 1e11 else 1_000 if value < 1e14 else 1_000_000 if value < 1e17 else 1_000_000_000
