from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.operational.silence import Habits, Silence
from tests.make import NOW

MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND


def test_after_the_span_that_the_config_names() -> None:
    one = Silence("15m", Habits(NOW), NOW)
    one.heard(NOW + MINUTE)
    assert one.said(NOW + 16 * MINUTE) == ""
    assert "no line since 2026-11-24T22:01:00Z, and 15 min is what it may be silent (silent_after)" in one.said(NOW + 17 * MINUTE)
    one.heard(NOW + 18 * MINUTE)
    assert one.said(NOW + 19 * MINUTE) == ""


def test_one_that_never_spoke_has_its_time_from_the_first_start_on() -> None:
    one = Silence("15m", Habits(NOW - 14 * MINUTE), NOW)
    assert one.said(NOW) == ""
    assert "it has never had a line" in one.said(NOW + 2 * MINUTE)
    assert Silence("learn", Habits(NOW - 30 * DAY), NOW).said(NOW) == ""


def test_never_is_never() -> None:
    assert Silence("never", Habits(NOW - DAY, NOW - DAY, NOW - 9 * DAY), NOW).said(NOW + 99 * DAY) == ""


def spoken(pauses: list[int], *, after: str = "learn") -> tuple[Silence, int]:
    """One that has spoken with these pauses, and when it last did."""
    one, now = Silence(after, Habits(NOW), NOW), NOW + SECOND
    one.heard(now)
    for pause in pauses:
        now += pause
        one.heard(now)
    return one, now


@pytest.mark.parametrize(("pauses", "allowed"), [
    ([MINUTE] * 100, 0),  # not yet a day
    ([MINUTE] * 1500, 15 * MINUTE),
    ([10 * MINUTE] * 150, 20 * MINUTE),
    ([MINUTE] * 900 + [9 * HOUR] + [MINUTE] * 900, 18 * HOUR),
    ([60 * HOUR] + [HOUR] * (24 * 5), 120 * HOUR),  # a weekend
    ([60 * HOUR] + [HOUR] * (24 * 9), 2 * HOUR),  # one of the week before last
])
def test_what_is_usual_is_learnt_from_a_week(pauses: list[int], allowed: int) -> None:
    one, last = spoken(pauses)
    assert one.allowed(last) == allowed
    if allowed:
        assert one.said(last + allowed) == "" and "longest pause" in one.said(last + allowed + SECOND)


def test_a_pause_during_which_nobody_listened_is_not_learnt() -> None:
    one, last = spoken([MINUTE] * 1500)
    again = Silence("learn", one.habits, last + 8 * HOUR)
    again.heard(last + 8 * HOUR + SECOND)
    assert again.allowed(last + 8 * HOUR + SECOND) == 15 * MINUTE
    # But whoever was silent all the while is silent now.
    assert Silence("learn", spoken([MINUTE] * 1500)[0].habits, last + 8 * HOUR).said(last + 8 * HOUR)


def test_what_is_kept_is_bounded() -> None:
    one, _ = spoken([HOUR] * 24 * 40)
    assert len(one.habits.pauses) <= 9
