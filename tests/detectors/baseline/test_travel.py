from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.detectors.baseline._places import Place
from sentinel.detectors.baseline._travel import Last, distance

BERLIN, PARIS, SYDNEY = Place("DE", 52.52, 13.405, 10, False), Place("FR", 48.8566, 2.3522, 10, False), Place("AU", -33.8688, 151.2093, 10, False)
HOUR = 3600 * SECOND


def test_distances_are_the_known_ones() -> None:
    assert distance(52.52, 13.405, 48.8566, 2.3522) == pytest.approx(878, rel=0.01)
    assert distance(52.52, 13.405, -33.8688, 151.2093) == pytest.approx(16_095, rel=0.01)
    assert distance(0, 0, 0, 180) == pytest.approx(20_015, rel=0.001)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_it_is_as_far_back(north: float, east: float, other_north: float, other_east: float) -> None:
    there = distance(north, east, other_north, other_east)
    assert 0 <= there <= 20_016
    assert there == pytest.approx(distance(other_north, other_east, north, east), abs=0.01)


def test_how_fast() -> None:
    last = Last()
    assert last.travel(BERLIN, HOUR) is None
    last.arrive(BERLIN, HOUR)
    assert last.travel(PARIS, 2 * HOUR) == (pytest.approx(858, abs=5), pytest.approx(858, abs=5))
    assert last.travel(SYDNEY, HOUR) == (pytest.approx(16_075, abs=50), pytest.approx(16_075 * 60, rel=0.01)), "clocks differ by a minute"
    last.arrive(SYDNEY, 0)
    assert last.travel(PARIS, 2 * HOUR) is not None, "a late line moves nobody"
    assert last.travel(BERLIN._replace(radius=1000), 2 * HOUR) is None
    assert last.travel(SYDNEY, 100 * 24 * HOUR) is None


def test_nobody_is_in_a_data_centre() -> None:
    last = Last()
    last.arrive(BERLIN, HOUR)
    assert last.travel(SYDNEY._replace(relayed=True), HOUR) is None
    last.arrive(SYDNEY._replace(relayed=True), 2 * HOUR)
    assert last.at == HOUR
    assert last.travel(Place("AU", None, None, 0, False), HOUR) is None
