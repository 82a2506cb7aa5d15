from __future__ import annotations

from datetime import datetime
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND, iso, zone
from sentinel.formats._mapping.time import LocalTimes, duration, instant
from tests.make import Clock


@pytest.mark.parametrize(("value", "at"), [
    (1795561283, "2026-11-24T23:01:23Z"),
    (1795561283166, "2026-11-24T23:01:23.166Z"),
    (1795561283166428, "2026-11-24T23:01:23.166428Z"),
    (1795561283166428123, "2026-11-24T23:01:23.166428123Z"),
    ("1795561283166", "2026-11-24T23:01:23.166Z"),
    ("1795561283166428123", "2026-11-24T23:01:23.166428123Z"),
    ("1795561283.166428123", "2026-11-24T23:01:23.166428123Z"),
    ("1795561283166.428123", "2026-11-24T23:01:23.166428123Z"),
    (1795561283.166428, "2026-11-24T23:01:23.166428Z"),
    (1795561283166.428, "2026-11-24T23:01:23.166428Z"),
    (99_999_999_999, ""),  # seconds, and beyond 2262: nanoseconds no longer fit 64 bits
    ("2026-11-24T23:01:23Z", "2026-11-24T23:01:23Z"),
    ("2026-11-24t23:01:23z", "2026-11-24T23:01:23Z"),
    ("2026-11-24T23:01Z", "2026-11-24T23:01:00Z"),
    ("2026-11-24 23:01:23,166", "2026-11-24T23:01:23.166Z"),
    ("2026-11-24T23:01:23.5Z", "2026-11-24T23:01:23.500Z"),
    ("2026-11-24T23:01:23.1664281Z", "2026-11-24T23:01:23.166428100Z"),
    ("2026-11-24T23:01:23.166428123+05:30", "2026-11-24T17:31:23.166428123Z"),
    ("2026-11-24T23:01:23.1664281239999-0330", "2026-11-25T02:31:23.166428123Z"),
    ("2026-11-24 23:01:23 UTC", "2026-11-24T23:01:23Z"),
    ("2026-11-24 23:01:23.5 +0100 UTC", "2026-11-24T22:01:23.500Z"),
    ("2026-11-24T23:01:23+02", "2026-11-24T21:01:23Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ("2026/11/24 23:01:23", "2026-11-24T23:01:23Z"),
    ("2026/11/24 - 23:01:23", "2026-11-24T23:01:23Z"),
    ("24/Nov/2026:23:06:29 +0000", "2026-11-24T23:06:29Z"),
    ("24/Nov/2026:23:06:29 -0130", "2026-11-25T00:36:29Z"),
    ("24/Nov/2026:23:06:29.123", "2026-11-24T23:06:29.123Z"),
    ("Tue, 24 Nov 2026 23:01:23 GMT", "2026-11-24T23:01:23Z"),
    ("Tue, 24 Nov 2026 23:01:23 -0800", "2026-11-25T07:01:23Z"),
    ("4 Nov 2026 23:01:23", "2026-11-04T23:01:23Z"),
    ("Tue Nov 24 23:01:23 2026", "2026-11-24T23:01:23Z"),
    ("Wed Nov  4 23:01:23.000042 2026", "2026-11-04T23:01:23.000042Z"),
    ("Tue Nov 24 23:01:23 UTC 2026", "2026-11-24T23:01:23Z"),
    ("20261124T230123Z", "2026-11-24T23:01:23Z"),
    (" 2026-11-24T23:01:23Z ", "2026-11-24T23:01:23Z"),
])
def test_the_notations_of_logs(value: Any, at: str) -> None:
    assert instant(value) == 0 if not at else iso(instant(value)) == at


@pytest.mark.parametrize("value", [
    0, -1, -1795561283, 2**63, 10**30, float("nan"), float("inf"), -1.5, 1e30, True, None, [], {}, "", "-", "now", "NaN",
    "2026-13-24T23:01:23Z", "2026-11-31T23:01:23Z", "2026-11-24T25:01:23Z", "2026-11-24", "24/Foo/2026:23:06:29 +0000",
    "99999999999999999999999", "1e9", "٢٠٢٦-١١-٢٤T23:01:23Z", "2026-11-24T23:01:23Z; DROP", "2026-11-24T23:01:23+99:99",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "2263-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z", "2026-11-24T23:01:61Z", "Foo 24 23:01:23", "Nov 31 23:01:23", "Nov 24", "00-00 00:00:00",
    "2026-11-24T23:01:23Z" + "0" * 60, "2023-02-29T00:00:00Z", "20261324T230123Z", "Tue, 0 Nov 2026 23:01:23 GMT",
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


@given(st.text() | st.floats() | st.integers() | st.from_regex(r"\A\d{2,4}[-/ ]\d\d[-/ ]?\d{0,2}[ T]?\d\d:\d\d:\d\d.{0,8}\Z"))
def test_anything_else_is_a_number_of_64_bits(value: Any) -> None:
    assert 0 <= instant(value) < 2**63


def test_a_hostile_text_takes_no_time() -> None:
    begun = process_time()
    for part in ("0", " ", "24/", "Nov ", "2026-11-24T23:01:23.", "+00", ":"):
        for times in range(20):
            assert instant(part * 200_000 + str(times)) == 0
    assert process_time() - begun < 1


def test_a_span_is_the_time_between_two() -> None:
    times = LocalTimes()
    assert times.elapsed(1795561589.154334, 1795561589.141039) == 13_295_000
    assert times.elapsed("2026-11-24T23:01:23Z", "2026-11-24T23:01:22.5Z") == SECOND // 2
    assert times.elapsed(1795561589.1, None) is None
    assert times.elapsed(1795561589.1, 1795561589.2) is None


@pytest.mark.parametrize(("named", "text", "at"), [
    ("Europe/Berlin", "2026/11/24 - 23:01:23", "2026-11-24T22:01:23Z"),
    ("Europe/Berlin", "2026-07-24 23:01:23,5", "2026-07-24T21:01:23.500Z"),
    ("-08:00", "24/Nov/2026:23:06:29", "2026-11-25T07:06:29Z"),
    # What names its zone is in that one, line by line.
    ("Europe/Berlin", "2026-11-24T23:01:23Z", "2026-11-24T23:01:23Z"),
    ("Europe/Berlin", "2026-11-24T23:01:23-05:00", "2026-11-25T04:01:23Z"),
    ("Europe/Berlin", "2026-11-24T23:01:23-0400", "2026-11-25T03:01:23Z"),
    # Clocks were put back at 03:00: what comes twice is taken for the first time.
    ("Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z"),
    ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
    ("Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
    # Clocks were put forward at 02:00: what there never was is read as if they had not been.
    ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
])
def test_a_time_without_a_zone_is_the_sources(named: str, text: str, at: str) -> None:
    assert iso(LocalTimes(zone(named)).instant(text)) == at


@pytest.mark.parametrize(("now", "text", "at"), [
    ("2026-11-25T03:00:00Z", "11-24 23:01:23", "2026-11-24T23:01:23Z"),
    ("2026-11-25T03:00:00Z", "11-24 23:01:23.5", "2026-11-24T23:01:23.500Z"),
    ("2026-11-25T03:00:00Z", "Nov 24 23:01:23", "2026-11-24T23:01:23Z"),
    ("2026-11-25T03:00:00Z", "Nov  4 23:01:23", "2026-11-04T23:01:23Z"),
    # Up to a day ahead of the reader's clock it is still this year, then the last.
    ("2026-11-25T03:00:00Z", "11-26 02:59:59", "2026-11-26T02:59:59Z"),
    ("2026-11-25T03:00:00Z", "11-26 03:00:01", "2025-11-26T03:00:01Z"),
    ("2027-01-01T00:00:05Z", "12-31 23:59:59", "2026-12-31T23:59:59Z"),
    ("2026-12-31T23:59:59Z", "01-01 00:00:05", "2027-01-01T00:00:05Z"),
    # The last leap day there was.
    ("2026-11-25T03:00:00Z", "02-29 12:00:00", "2024-02-29T12:00:00Z"),
    ("2103-01-01T00:00:00Z", "02-29 12:00:00", "2096-02-29T12:00:00Z"),
])
def test_a_time_without_a_year_is_the_nearest_that_has_been(now: str, text: str, at: str) -> None:
    assert iso(LocalTimes(clock=Clock(instant(now))).instant(text)) == at


def test_the_year_is_that_of_the_zone() -> None:
    times = LocalTimes(zone("Pacific/Kiritimati"), Clock(instant("2026-12-31T12:00:00Z")))
    assert iso(times.instant("Jan  1 01:30:00")) == "2026-12-31T11:30:00Z"


def test_the_year_is_asked_for_each_time() -> None:
    clock = Clock(instant("2026-11-25T03:00:00Z"))
    times = LocalTimes(clock=clock)
    assert iso(times.instant("11-24 23:01:23")) == "2026-11-24T23:01:23Z"
    clock.at = instant("2027-11-25T03:00:00Z")
    assert iso(times.instant("11-24 23:01:23")) == "2027-11-24T23:01:23Z"


@given(st.integers(10**9 * SECOND, 4 * 10**9 * SECOND), st.integers(0, 300 * 86_400), st.sampled_from(["UTC", "Europe/Berlin", "-09:30"]))
def test_the_year_that_was_left_out_is_found_again(at: int, ago: int, named: str) -> None:
    at -= at % SECOND
    local = datetime.fromtimestamp(at // SECOND, zone(named))
    times = LocalTimes(zone(named), Clock(at + ago * SECOND))
    assert abs(times.instant(local.strftime("%b %d %H:%M:%S")) - at) in (0, 3600 * SECOND)  # the hour that comes twice


@pytest.mark.parametrize(("text", "nanoseconds"), [
    ("35.684791792s", 35_684_791_792), ("1.193025ms", 1_193_025), ("414.019µs", 414_019), ("16.52µs", 16_520), ("29m59s", 1_799 * SECOND),
    ("1h2m3.5s", 3_723_500_000_000), ("0s", 0), ("12ns", 12), ("", 0), ("soon", 0), ("999999999h", 0), ("9" * 5_000 + "s", 0)])
def test_spans_of_go_and_rust(text: str, nanoseconds: int) -> None:
    assert duration(text) == nanoseconds
