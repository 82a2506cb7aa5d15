from datetime import UTC, datetime

import pytest

from sentinel.clock import SECOND
from sentinel.operational import zone

HOUR = 3600 * SECOND
WINTER, SUMMER = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) * SECOND for month in (1, 7))


@pytest.mark.parametrize(("configured", "off", "now", "local", "named"), [
    ("UTC", HOUR, WINTER, "Europe/Berlin", "Europe/Berlin"),
    ("UTC", 2 * HOUR, SUMMER, "Europe/Berlin", "Europe/Berlin"),
    ("UTC", 2 * HOUR, WINTER, "Europe/Berlin", "+02:00"),
    ("UTC", 11 * HOUR // 2, WINTER, "", "+05:30"),
    ("UTC", -7 * HOUR, WINTER, "Europe/Berlin", "-07:00"),
    ("Europe/Berlin", -HOUR, WINTER, "", "+00:00"),
    ("+05:30", -HOUR // 2, WINTER, "", "+05:00"),
    ("Europe/Berlin", -HOUR, WINTER, "UTC", "UTC"),
])
def test_the_zone_to_set(configured: str, off: int, now: int, local: str, named: str) -> None:
    assert zone.wanted(configured, off, now, local) == named


def test_what_this_host_calls_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, found in (("Asia/Kolkata", "Asia/Kolkata"), (":/nonsense", None)):
        monkeypatch.setenv("TZ", name)
        zone.here.cache_clear()
        assert zone.here() == found or found is None
    zone.here.cache_clear()
