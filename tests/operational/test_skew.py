from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.operational.skew import Skew
from tests.make import NOW

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


def fed(off: int, batches: int, *, each: int = 5, apart: int = 2 * SECOND, jitter: int = 0, skew: Skew | None = None) -> Skew:
    """A log whose newest record is `off` from the clock, batch after batch."""
    skew = skew or Skew()
    for number in range(batches):
        now = NOW + number * apart
        skew.saw(now + off + (jitter if number % 2 else -jitter), each, now)
    return skew


@pytest.mark.parametrize(("off", "said"), [
    (HOUR, "1 h ahead of"), (-HOUR, "1 h behind"), (11 * HOUR // 2, "5.5 h ahead of"), (-8 * HOUR, "8 h behind"), (14 * HOUR, "14 h ahead of")])
def test_whole_and_half_hours_are_told_with_the_zone_to_set(off: int, said: str) -> None:
    skew = fed(off, 10, jitter=20 * SECOND)
    assert said in skew.said("+01:00") and "`timezone: +01:00`" in skew.said("+01:00")


@pytest.mark.parametrize("off", [0, -30 * SECOND, -10 * MINUTE, 20 * MINUTE, -20 * HOUR])
def test_other_differences_are_not(off: int) -> None:
    assert fed(off, 50).said("+01:00") == ""


def test_the_future_is_proof_at_once_and_the_past_only_when_it_stays() -> None:
    assert fed(HOUR, 1, each=25).off
    assert not fed(HOUR, 1, each=10).off
    assert not fed(-HOUR, 1, each=2000).off
    assert fed(-HOUR, 6, each=2000).off


def test_a_backlog_that_is_read_passes_the_hours_and_is_none() -> None:
    """Two days of a log, a minute of it every tenth of a second."""
    skew = Skew()
    for number in range(48 * 60):
        skew.saw(NOW - 48 * HOUR + number * MINUTE, 2000, NOW + number * SECOND // 10)
    assert not skew.off


def test_it_is_over_when_the_times_agree_again() -> None:
    skew = fed(HOUR, 10)
    skew.saw(NOW + MINUTE, 3, NOW + MINUTE)
    assert skew.off, "three records are not enough"
    assert not fed(0, 40, skew=skew).off


def test_nothing_is_said_before_enough_was_seen() -> None:
    assert not fed(0, 2).sure
    assert fed(0, 20).sure
