"""The one place that asks the machine for the time. Everything else is handed a `Clock`.

All instants inside sentinel are integers: nanoseconds since 1970-01-01T00:00:00Z. Floats lose nanoseconds after 2^53.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
_OFFSET = re.compile(r"([+-])(\d\d)(?::?+(\d\d))?+", re.ASCII)


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> int:
        """Nanoseconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for measuring how long something took."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def iso(at: int) -> str:
    """RFC 3339 in UTC, with as many fraction digits as the instant needs (0, 3, 6 or 9)."""
    seconds, rest = divmod(at, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    if rest == 0:
        return text + "Z"
    digits = f"{rest:09d}"
    for width in (3, 6):
        if digits[width:].strip("0") == "":
            return f"{text}.{digits[:width]}Z"
    return f"{text}.{digits}Z"


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """A time zone by its IANA name (`Europe/Berlin`) or its offset (`+01:00`, `+0100`, `+01`). Raises: ValueError."""
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign == "-" else offset)
    try:
        return UTC if name in ("UTC", "Z") else ZoneInfo(name)
    except (KeyError, OSError):
        raise ValueError(f"no such time zone: {name!r}") from None
