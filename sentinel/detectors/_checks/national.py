"""Numbers by which a state knows a person."""

from __future__ import annotations

import re

from sentinel.detectors._checks.candidate import Candidate, Check, digits_of


def ssn(found: Candidate) -> bool:
    """A US social security number that can have been issued (never 000, 666 or 9xx, no group 00, no serial 0000)."""
    number = digits_of(found.value)
    area, group, serial = number[:3], number[3:5], number[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000" or len(set(number)) < 2:
        return False
    return not re.search(r"[\d\-]\Z|\d[.,/ ]\Z", found.before(2)) and not re.match(r"-?\d|[./]\d", found.after(2))


def no_sequence(found: Candidate) -> bool:
    """Not 123-45-6789 and its like."""
    return digits_of(found.value) not in "01234567890123456789" and digits_of(found.value) not in "9876543210987654321"


ALL: tuple[Check, ...] = (ssn, no_sequence)
