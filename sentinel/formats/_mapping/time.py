"""Times as logs write them. In: a JSON value or text. Out: nanoseconds since the epoch, exact; 0 for what is no time.

The log is hostile: every pattern is possessive, a text counts up to its 64th character, and what lies before 1970 or after
2262 (where nanoseconds no longer fit 64 bits), or never was, is no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from sentinel.clock import SECOND, Clock, SystemClock, zone

# The unit of a bare number is told by its size: seconds until the year 5138, milliseconds from 1973 on, ...
_UNITS = ((10**11, SECOND), (10**14, 1_000_000), (10**17, 1_000))
_LAST = 2**63  # nanoseconds are stored as 64-bit integers: until 2262
_DAY = 86_400 * SECOND
_LONGEST = 64

_DIGITS = re.compile(r"(\d{1,19}+)(?:\.(\d{1,9}+)\d*+)?+", re.ASCII)
_MONTHS = {name: number for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}

_SPAN = re.compile(r"(\d{1,9}+)(?:\.(\d{1,18}+))?+(h|ms|m|s|[uµμ]s|ns)", re.ASCII)
_SPAN_UNITS = {"h": 3_600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "μs": 1_000, "ns": 1}

_CLOCK = r"(?P<clock>\d\d:\d\d(?::\d\d)?+)(?:[.,](?P<fraction>\d{1,9}+)\d*+)?+"
# Go's String() writes the zone twice: `+0000 UTC`.
_ZONE = r"(?: ?+(?P<zone>[Zz]|UTC|GMT|[+-]\d\d(?::?+\d\d)?+)(?: UTC)?+)?+"
_NOTATIONS = [re.compile(pattern, re.ASCII) for pattern in (
    # 2026-11-24T23:01:23.5+01:00, 2026/11/24 23:01:23, 2026/11/24 - 23:01:23 (GIN)
    r"(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<date>\d\d)(?:[Tt ]| - )" + _CLOCK + _ZONE,
    # 24/Nov/2026:23:06:29 +0000 (web servers)
    r"(?P<date>\d\d)/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4})[: ]" + _CLOCK + _ZONE,
    # 11-24 23:01:23 (vLLM)
    r"(?P<month>\d\d)-(?P<date>\d\d) " + _CLOCK + _ZONE,
    # Nov 24 23:01:23 (syslog), Tue Nov 24 23:01:23.5 2026 (C), Tue Nov 24 23:01:23 UTC 2026 (date)
    r"(?:[A-Z][a-z]{2} (?=[A-Z]))?+(?P<month>[A-Z][a-z]{2}) {1,2}+(?P<date>\d{1,2}+) " + _CLOCK + _ZONE + r"(?: (?P<year>\d{4}))?+",
    # Tue, 24 Nov 2026 23:01:23 GMT (mail, HTTP)
    r"(?:[A-Z][a-z]{2}, )?+(?P<date>\d{1,2}+) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) " + _CLOCK + _ZONE,
    # 20261124T230123Z (AWS)
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<date>\d\d)[Tt](?P<clock>\d{6})(?:\.(?P<fraction>\d{1,9}+)\d*+)?+" + _ZONE,
)]


class _Undated(NamedTuple):
    """A time that names no year."""

    month: int
    date: int
    clock: str
    zone: str
    nanoseconds: int


class LocalTimes:
    """Reads the times of one source: it knows in which zone its program lives, and what year it is.

    Where a time names its zone, that one holds, and may change from line to line. In the hour that comes twice when a zone's
    clocks are put back, a local time is the first of the two; in the hour that is left out when they are put forward, it is
    read as if they had not been.
    """

    def __init__(self, local: tzinfo = UTC, clock: Clock | None = None) -> None:
        """Args: local: the zone of times that name none. clock: tells the year of times that name none."""
        self._local, self._clock = local, clock or SystemClock()
        # Thousands of lines share a second, and web servers write no finer: most calls end here.
        self._text = lru_cache(maxsize=1024)(self._read)
        self._second = lru_cache(maxsize=1024)(self._whole)

    def instant(self, value: Any) -> int:
        """When it was: an epoch number (unit by size; also as text) or one of the notations of logs."""
        kind = value.__class__
        if kind is float:
            # A double of today's epoch seconds is good to 0.12 microseconds: rounding to whole ones gives what was written.
            return round(value * 1e6) * 1000 if 0 < value < 9e9 else _of_float(value)
        if kind is str:
            found = self._text(value if len(value) <= _LONGEST else value[:_LONGEST])
            return found if found.__class__ is int else self._in_its_year(found)  # type: ignore[arg-type]
        return _of_number(value) if kind is int else 0

    def elapsed(self, end: Any, start: Any) -> int | None:
        """Nanoseconds between two instants; None when one is missing or they are the wrong way round."""
        until, since = self.instant(end), self.instant(start)
        return until - since if until and since and until >= since else None

    def _read(self, text: str) -> int | _Undated:
        text = text.strip(" \t\r\n[]")  # Apache's %t brings its brackets
        for notation in _NOTATIONS:
            if match := notation.fullmatch(text):
                return self._of_notation(match.groupdict())
        if match := _DIGITS.fullmatch(text):
            whole, fraction = match.groups()
            return _of_number(int(whole)) if fraction is None else _of_parts(int(whole), fraction)
        return 0

    def _of_notation(self, said: dict[str, str | None]) -> int | _Undated:
        month, clock = said["month"] or "", said["clock"] or ""
        number = _MONTHS.get(month, 0) if month.isalpha() else int(month)
        if ":" not in clock:
            clock = f"{clock[:2]}:{clock[2:4]}:{clock[4:]}"
        date, zone, nanoseconds = int(said["date"] or 0), said["zone"] or "", _fraction(said["fraction"])
        if (year := said.get("year")) is None:
            return _Undated(number, date, clock, zone, nanoseconds)
        return _bounded(self._second(int(year), number, date, clock, zone) + nanoseconds)

    def _in_its_year(self, said: _Undated) -> int:
        """The year that brings it nearest to now; but a log does not know the future (a day: clocks and zones differ)."""
        latest = self._clock.now() + _DAY
        for year in _years_back_from(latest):
            at = _bounded(self._second(year, said.month, said.date, said.clock, said.zone) + said.nanoseconds)
            if 0 < at <= latest:
                return at
        return 0

    def _whole(self, year: int, month: int, date: int, clock: str, named: str) -> int:
        """Nanoseconds of a whole second; far in the past when there is no such day or hour."""
        hour, minute, second = map(int, f"{clock}:00"[:8].split(":"))
        # 60 is a leap second: the one after 59.
        leap = second == 60
        try:
            moment = datetime(year, month, date, hour, minute, 59 if leap else second, tzinfo=self._named(named))
            return (round(moment.timestamp()) + leap) * SECOND
        except (ValueError, OverflowError):
            return -_LAST

    def _named(self, name: str) -> tzinfo:
        return zone(name) if name[:1] in ("+", "-") else UTC if name else self._local


def duration(text: str) -> int:
    """Nanoseconds of a span as Go and Rust write it (`1m2.5s`, `414.019µs`); 0 when it is none. No digit is rounded away."""
    total = 0
    for whole, fraction, unit in _SPAN.findall(text[:_LONGEST]):
        total += int(whole + fraction.ljust(9, "0")[:9]) * _SPAN_UNITS[unit] // SECOND
    return total if total < _LAST else 0


def _years_back_from(latest: int) -> Iterator[int]:
    """Far enough for the 29th of February, which 2100 does not have."""
    year = datetime.fromtimestamp(latest // SECOND, UTC).year
    return iter(range(year, year - 9, -1))


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


def _of_parts(whole: int, fraction: str) -> int:
    unit = next((unit for limit, unit in _UNITS if whole < limit), 1)
    return _bounded(whole * unit + _fraction(fraction) * unit // SECOND)


def _fraction(digits: str | None) -> int:
    return int(digits.ljust(9, "0")) if digits else 0


def _bounded(at: int) -> int:
    return at if 0 < at < _LAST else 0


# Of times that name their zone and year, and of all in UTC.
WORLD = LocalTimes()
instant = WORLD.instant
