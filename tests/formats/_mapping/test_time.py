from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import iso
from sentinel.formats._mapping.time import instant

SECOND = 1_000_000_000


@pytest.mark.parametrize(("value", "at"), [
    (1795561283, "2026-11-24T23:01:23Z"),
    (1795561283166, "2026-11-24T23:01:23.166Z"),
    (1795561283166428, "2026-11-24T23:01:23.166428Z"),
    (1795561283166428123, "2026-11-24T23:01:23.166428123Z"),
    ("1795561283166", "2026-11-24T23:01:23.166Z"),
    ("1795561283.166428123", "2026-11-24T23:01:23.166428123Z"),
    ("1795561283166.428123", "2026-11-24T23:01:23.166428123Z"),
    (1795561283.166428, "2026-11-24T23:01:23.166428Z"),
    (1795561283166.428, "2026-11-24T23:01:23.166428Z"),
    (99_999_999_999, ""),  # seconds, and beyond 2262: nanoseconds no longer fit 64 bits
    ("2026-11-24T23:01:23Z", "2026-11-24T23:01:23Z"),
    ("2026-11-24t23:01:23z", "2026-11-24T23:01:23Z"),
    ("2026-11-24 23:01:23,166", "2026-11-24T23:01:23.166Z"),
    ("2026-11-24T23:01:23.1664281Z", "2026-11-24T23:01:23.166428100Z"),
    ("2026-11-24T23:01:23.166428123+05:30", "2026-11-24T17:31:23.166428123Z"),
    ("2026-11-24T23:01:23.1664281239999-0330", "2026-11-25T02:31:23.166428123Z"),
    ("2026-11-24 23:01:23 UTC", "2026-11-24T23:01:23Z"),
    ("2026-11-24T23:01:23+02", "2026-11-24T21:01:23Z"),
    ("24/Nov/2026:23:06:29 +0000", "2026-11-24T23:06:29Z"),
    ("24/Nov/2026:23:06:29 -0130", "2026-11-25T00:36:29Z"),
])
def test_the_notations_of_logs(value: Any, at: str) -> None:
    assert instant(value) == 0 if not at else iso(instant(value)) == at


@pytest.mark.parametrize("value", [
    0, -1, -1795561283, 2**63, 10**30, float("nan"), float("inf"), -1.5, 1e30, True, None, [], {}, "", "-", "now", "NaN",
    "2026-13-24T23:01:23Z", "2026-11-31T23:01:23Z", "2026-11-24T25:01:23Z", "2026-11-24", "24/Foo/2026:23:06:29 +0000",
    "99999999999999999999999", "1e9", "٢٠٢٦-١١-٢٤T23:01:23Z", "2026-11-24T23:01:23Z; DROP", "2026-11-24T23:01:23+99:99",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
])
def test_what_is_no_time_is_zero(value: Any) -> None:
    assert instant(value) == 0


@given(st.integers(10**9 * SECOND, 2**62), st.sampled_from([0, 3, 6, 9]))
def test_no_digit_is_lost(at: int, digits: int) -> None:
    at -= at % 10 ** (9 - digits)
    assert instant(iso(at)) == at
    assert instant(at) == at
    assert instant(f"{at // SECOND}.{at % SECOND:09d}") == at


@given(st.integers(10**9, 4 * 10**9), st.integers(0, 999_999))
def test_a_double_gives_back_its_microseconds(seconds: int, micro: int) -> None:
    assert instant(float(f"{seconds}.{micro:06d}")) == seconds * SECOND + micro * 1000


@given(st.text() | st.floats() | st.integers())
def test_anything_else_is_a_number_of_64_bits(value: Any) -> None:
    assert 0 <= instant(value) < 2**63
