"""Which `timezone:` a source needs when its times are off, and what this host's own is called."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sentinel.clock import SECOND, zone


def wanted(configured: str, off: int, now: int, local: str | None = None) -> str:
    """The zone to write into the config: this host's own when it fits, else an offset.

    Args:
        configured: the source's zone now. off: nanoseconds its times are ahead of the clock.
        local: this host's zone; None: ask the host.
    """
    right = _offset(configured, now) + timedelta(seconds=off // SECOND)
    name = here() if local is None else local
    if name and _offset(name, now) == right:
        return name
    minutes = int(right.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@cache
def here() -> str:
    """The name of this host's zone ("Europe/Berlin"), empty when it has none."""
    for name in (os.environ.get("TZ", ""), str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2]):
        try:
            if name and zone(name):
                return name
        except ValueError:
            continue
    return ""


def _offset(name: str, now: int) -> timedelta:
    return datetime.fromtimestamp(now // SECOND, zone(name)).utcoffset() or timedelta()
