from __future__ import annotations

from sentinel.detectors.baseline._levels import ENOUGH, Levels
from sentinel.detectors.baseline._tokens import Pace, look, size_of


def test_an_hour_teaches_about_ten() -> None:
    pace = Pace()
    assert [n for n in range(1, 40) if pace.teaches(5)] == [1, 2, 4, 8, 16, 32]
    assert sum(pace.teaches(6) for _ in range(100_000)) == 17


def test_eight_times_the_usual_is_six() -> None:
    levels = Levels()
    for _ in range(ENOUGH):
        look(levels, size_of(200), True)
    assert 5.0 < look(levels, size_of(1600), False) < 7.0
    assert levels.learnt == ENOUGH


def test_what_is_no_count_is_nothing() -> None:
    levels = Levels()
    assert [look(levels, size_of(value), True) for value in (None, -1, "7", 1.5, True)] == [0.0] * 5
    assert levels.learnt == 0
