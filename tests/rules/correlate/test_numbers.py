"""What the four types over numbers share: what a number is, and how many are kept."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._numbers import MOST, kept
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute


@pytest.mark.parametrize(("value", "number"), [
    (5, 5), (-0.5, -0.5), ("12", 12), ("1.5e3", 1500.0), (2**63 - 1, 2**63 - 1), (2**63, 2.0**63),
    ("012", None), ("12 ", None), ("0x10", None), ("", None), (True, None), (None, None), ([1], None), ({"a": 1}, None),
    (float("inf"), None), (float("nan"), None), (10**400, None)])
def test_what_is_a_number(value: Any, number: int | float | None) -> None:
    assert kept(value) == number


def engine(kind: str = "value_sum", **changed: Any) -> Any:
    return correlator(brute.correlation(kind, fields=("v",), **changed), InMemory())


def test_a_window_has_room_for_so_many_and_counts_what_had_none() -> None:
    one = engine(bounds=Bounds((("lt", 0),)), span=10**9 * SECOND)
    for at in range(MOST + 5):
        one.feed([("a", {"g": "x", "v": 1})], at)
    assert (one.tell(["x"]).count, one.dropped) == (MOST, 5)
    one.feed([("a", {"g": "x", "v": -MOST - 1})], MOST + 6)
    assert one.tell(["x"]) is not None and one.tell(["x"]).count == 0, "exact within the bound: it fired at -2 and began afresh"


def test_an_event_counts_once_whatever_it_matches_and_an_alias_names_its_field() -> None:
    one = engine(rules=("a", "b"), bounds=Bounds((("gte", 10),)), aliases={"v": {"b": "w"}})
    both = {"g": "x", "v": 3, "w": 5}
    assert one.feed([("a", both), ("b", both)], 0) == []
    assert one.tell(["x"]).entries == ((0, "3"),)
    assert one.feed([("b", both)], 1) == []
    assert one.feed([("b", both)], 2) == [(["x"], 13)]


def test_what_it_misses_is_told() -> None:
    one = engine("value_avg", bounds=Bounds((("gt", 2.5),)))
    one.feed([("a", {"g": "x", "v": 1})], 0)
    one.feed([("a", {"g": "x", "v": "2"})], 1)
    assert (one.tell(["x"]).count, one.tell(["x"]).missing) == (1.5, "it is 1.5 and must be gt 2.5")
