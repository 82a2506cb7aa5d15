from __future__ import annotations

import statistics
from math import log2

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors.baseline._levels import ENOUGH, Levels

SIZES = st.lists(st.integers(0, 2_000_000).map(lambda value: log2(1 + value)), min_size=ENOUGH, max_size=120)


def learnt(sizes: list[float], enough: int = 10_000) -> Levels:
    levels = Levels()
    for size in sizes:
        levels.learn(size, enough)
    levels._refresh()
    return levels


@given(SIZES)
def test_the_median_is_off_by_one_bucket_at_most(sizes: list[float]) -> None:
    low, high = statistics.median_low(sizes), statistics.median_high(sizes)
    assert low - 0.5 <= learnt(sizes).centre <= high + 0.5


@given(SIZES)
def test_the_spread_is_that_of_the_quantiles(sizes: list[float]) -> None:
    ordered, levels = sorted(sizes), learnt(sizes)
    at = lambda share: ordered[min(int(share * len(ordered)), len(ordered) - 1)]  # noqa: E731
    widest = max(at(0.86) - at(0.48), (at(0.97) - at(0.48)) / 1.645, (ordered[-1] - at(0.48)) / 5, 0.5) + 1.1
    narrowest = max(at(0.82) - at(0.52), (at(0.93) - at(0.52)) / 1.645, 0.5) - 1.1
    assert narrowest <= levels.spread <= widest


@given(SIZES, st.integers(0, 40).map(float))
def test_one_value_moves_nothing_much(sizes: list[float], outlier: float) -> None:
    levels = Levels()
    for size in sizes:
        levels.learn(size)
    levels._refresh()
    centre, spread = levels.centre, levels.spread
    levels.learn(outlier)
    levels._refresh()
    near = sorted(abs(size - centre) for size in sizes)
    assert abs(levels.centre - centre) <= near[2] + 1.0, "no further than to one of its neighbours"
    assert levels.spread >= 0.5 and levels.spread <= max(2 * spread, spread + 1.1)


@given(SIZES)
def test_the_journal_gives_it_back(sizes: list[float]) -> None:
    levels = learnt(sizes)
    assert msgspec.convert(msgspec.msgpack.decode(msgspec.msgpack.encode(levels)), Levels) == levels


def test_whoever_raises_it_slowly_needs_long() -> None:
    """Each value 0.2 % above the last: a mean that follows would never be surprised."""
    levels = learnt([log2(100 + i % 50) for i in range(300)], ENOUGH)
    size, scores = log2(130), []
    for _ in range(2500):
        size += log2(1.002)
        scores.append(levels.score(size))
        if len(scores) % 50 == 0:  # of an hour with fifty, a few are learnt
            levels.learn(size)
    assert max(scores) >= 6
    assert scores.index(next(s for s in scores if s >= 6)) < 1600


def test_it_forgets_by_halves() -> None:
    levels = learnt([5.0] * 1000)
    assert sum(levels.counts) <= 255 and levels.learnt == 1000
    for _ in range(600):
        levels.learn(9.0, 10_000)
    assert levels.centre > 8.9


def test_nothing_is_scored_before_enough() -> None:
    assert learnt([5.0] * (ENOUGH - 1)).score(20.0) == 0
    assert learnt([5.0] * ENOUGH).score(20.0) == pytest.approx(30, abs=2)
