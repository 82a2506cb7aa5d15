from datetime import datetime, timedelta

import pytest

from sentinel.clock import SECOND, SystemClock, iso, zone


@pytest.mark.parametrize(("at", "text"), [
    (1_795_561_283 * SECOND, "2026-11-24T23:01:23Z"),
    (1_795_561_283 * SECOND + 166_000_000, "2026-11-24T23:01:23.166Z"),
    (1_795_561_283 * SECOND + 166_428_000, "2026-11-24T23:01:23.166428Z"),
    (1_795_561_283 * SECOND + 166_428_123, "2026-11-24T23:01:23.166428123Z"),
    (0, "1970-01-01T00:00:00Z"),
])
def test_an_instant_keeps_every_digit_it_has(at: int, text: str) -> None:
    assert iso(at) == text


def test_the_system_clock_counts_nanoseconds_and_only_forwards() -> None:
    clock = SystemClock()
    before, monotonic = clock.now(), clock.monotonic()
    clock.sleep(0.001)
    assert clock.now() - before >= 1_000_000
    assert clock.monotonic() > monotonic


@pytest.mark.parametrize(("name", "hours"), [
    ("UTC", 0), ("Z", 0), ("+01:00", 1), ("+0100", 1), ("-08", -8), ("+05:30", 5.5), ("Europe/Berlin", 1), ("America/New_York", -5)])
def test_a_zone_by_name_or_offset(name: str, hours: float) -> None:
    assert datetime(2026, 11, 24, tzinfo=zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "Berlin", "Europe/berlin2", "+1", "+99:00", "/etc/passwd", "../UTC", "Europe", "posixrules\0", "\ud800", "x" * 5000])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        zone(name)
