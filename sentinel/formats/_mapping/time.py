"""Times as logs write them. In: a JSON value or text. Out: nanoseconds since the epoch, exact; 0 for what is no time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from sentinel.clock import SECOND

# The unit of a bare number is told by its size: seconds until the year 5138, milliseconds from 1973 on, ...
_UNITS = ((10**11, SECOND), (10**14, 1_000_000), (10**17, 1_000))
_LAST = 2**63  # nanoseconds are stored as 64-bit integers: until 2262

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}+)\d*+)?+ ?+([Zz]|UTC|[+-]\d\d(?::?+\d\d)?+)?+", re.ASCII)
_CLF = re.compile(r"(\d\d)/([A-Z][a-z][a-z])/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})", re.ASCII)
_DIGITS = re.compile(r"(\d{1,19}+)(?:\.(\d{1,9}+)\d*+)?+", re.ASCII)
_MONTHS = {name: number for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}


def instant(value: Any) -> int:
    """When it was: an epoch number (unit by size), ISO 8601 (UTC when it names no zone) or nginx's `24/Nov/2026:23:06:29 +0000`."""
    kind = value.__class__
    if kind is float:
        # A double of today's epoch seconds is good to 0.12 microseconds: rounding to whole ones gives what was written.
        return round(value * 1e6) * 1000 if 0 < value < 9e9 else _of_float(value)
    if kind is str:
        return _of_text(value)
    return _of_number(value) if kind is int else 0


def _of_float(value: float) -> int:
    for limit, unit in _UNITS:
        if 0 < value < limit:
            return _bounded(round(value * (unit / 1000)) * 1000)
    return _bounded(int(value)) if 0 < value < _LAST else 0


def _of_number(value: int) -> int:
    for limit, unit in _UNITS:
        if value < limit:
            return _bounded(value * unit)
    return _bounded(value)


def _bounded(at: int) -> int:
    return at if 0 < at < _LAST else 0


# Thousands of lines share a second, and web servers write no finer: most calls end here.
@lru_cache(maxsize=1024)
def _of_text(text: str) -> int:
    text = text.strip()[:64]
    if match := _ISO.fullmatch(text):
        day, time, fraction, zone = match.groups()
        return _bounded(_second(day, time, zone or "Z") + _fraction(fraction))
    if match := _CLF.fullmatch(text):
        date, month, year, time, zone = match.groups()
        return _bounded(_second(f"{year}-{_MONTHS.get(month, 0):02d}-{date}", time, zone))
    if match := _DIGITS.fullmatch(text):
        whole, fraction = match.groups()
        return _of_number(int(whole)) if fraction is None else _of_parts(int(whole), fraction)
    return 0


def _of_parts(whole: int, fraction: str) -> int:
    unit = next((unit for limit, unit in _UNITS if whole < limit), 1)
    return _bounded(whole * unit + _fraction(fraction) * unit // SECOND)


def _fraction(digits: str | None) -> int:
    return int(digits.ljust(9, "0")) if digits else 0


@lru_cache(maxsize=1024)
def _second(day: str, time: str, zone: str) -> int:
    """Nanoseconds of a whole second; far in the past when there is no such day or hour."""
    try:
        moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=_zone(zone))
        return round(moment.timestamp()) * SECOND
    except (ValueError, OverflowError):
        return -_LAST


def _zone(zone: str) -> timezone:
    if zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
