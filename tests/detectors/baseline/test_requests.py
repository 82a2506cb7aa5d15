from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.detectors.baseline._requests import ENOUGH, SLOT, Requests, hour_of_week, unheard_of

MONDAY = 1_791_158_400 * SECOND
HOUR, DAY = 6 * SLOT, 144 * SLOT


def slots(requests: Requests, weeks: int, counted: dict[int, int], usual: int = 10) -> int:
    """Ten minutes of each hour with so many requests, by hour of the week; the end."""
    for hour in range(168 * weeks):
        for _ in range(counted.get(hour % 168, usual)):
            requests.take(MONDAY + hour * HOUR)
    return MONDAY + weeks * 7 * DAY


def burst(requests: Requests, at: int, count: int) -> float:
    for _ in range(count):
        seen = requests.take(at)
    return requests.score(at, seen)


@given(st.integers(0, 4_000_000_000))
def test_the_hour_of_the_week_is_the_calendars(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert hour_of_week(seconds * SECOND // SLOT) == at.weekday() * 24 + at.hour


@given(st.lists(st.integers(0, 3), max_size=60))
def test_stragglers_of_ten_minutes_are_counted(steps: list[int]) -> None:
    """In any order within twenty minutes, each ten minutes' last count is how many there were."""
    requests, last, times, newest = Requests(), Counter[int](), Counter[int](), 1000
    for step in steps:
        newest += step == 3
        slot = newest - (step == 1)
        times[slot] += 1
        last[slot] = requests.take(slot * SLOT)
    assert last == times


def test_too_late_is_not_counted_and_a_clock_that_ran_ahead_is_forgotten() -> None:
    requests = Requests()
    assert requests.take(1000 * SLOT) == 1
    assert requests.take(9_000_000 * SLOT) == 1, "a line from the year 2141"
    assert [requests.take(1000 * SLOT) for _ in range(17)] == [0] * 16 + [1]
    assert requests.take(1000 * SLOT) == 2


def test_a_flood_is_unusual_a_usual_flood_is_not() -> None:
    requests = Requests()
    sunday = 6 * 24 + 3
    now = slots(requests, 3, {sunday: 900})
    assert burst(requests, now + DAY, 11) == 0, "too few to say"
    assert burst(requests, now + DAY + HOUR, 400) >= 6
    assert burst(requests, now + sunday * HOUR, 900) < 2
    assert burst(requests, now + 7 * DAY + HOUR, 900) >= 6


def test_it_says_nothing_before_enough() -> None:
    requests = Requests()
    for slot in range(ENOUGH - 2):
        requests.take(MONDAY + slot * SLOT)
    assert burst(requests, MONDAY + ENOUGH * HOUR, 900) == 0


def test_one_flood_does_not_make_floods_usual() -> None:
    requests = Requests()
    now = slots(requests, 3, {})
    scores = [burst(requests, now + day * DAY, 5000) for day in range(7)]
    assert min(scores) >= 6 and scores[-1] > 0.9 * scores[0]
    weekly = [burst(requests, now + (8 + 7 * week) * DAY, 5000) for week in range(5)]
    assert min(weekly) >= 6, "the hour that it comes in each week rises by three quarters of an octave"


def test_the_hours_nobody_works_in() -> None:
    requests = Requests()
    for day in range(14):
        for hour in range(9, 18):
            if day % 7 < 5:
                requests.take(MONDAY + day * DAY + hour * HOUR)
    requests.take(MONDAY + 15 * DAY)
    heard = lambda day, hour: not unheard_of(requests.season, MONDAY + (14 + day) * DAY + hour * HOUR)  # noqa: E731
    assert [hour for hour in range(24) if heard(3, hour)] == list(range(8, 19))
    assert not any(heard(6, hour) for hour in range(24))
