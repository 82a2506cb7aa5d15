"""What all correlations share: which group an event belongs to, and whose memory it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import Correlator, Window, key_of
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute

VALUE = st.one_of(st.text(max_size=300), st.integers(-9, 9), st.booleans(), st.lists(st.text(max_size=3), max_size=3))


def made(**changed: Any) -> Correlator:
    return correlator(brute.correlation("event_count", **changed), InMemory())


@given(st.lists(VALUE, max_size=3), st.lists(VALUE, max_size=3))
def test_two_groups_never_share_a_key_and_no_key_is_long(one: list[Any], other: list[Any]) -> None:
    assert (key_of(one) == key_of(other)) == (repr(one) == repr(other))
    assert len(key_of(one)) == 32


@pytest.mark.parametrize(("one", "other"), [
    (["a", "b|c"], ["a|b", "c"]), ([1], ["1"]), ([True], [1]), (["x" * 500 + "a"], ["x" * 500 + "b"]), (['a","b'], ["a", "b"])])
def test_alike_but_not_the_same(one: list[Any], other: list[Any]) -> None:
    assert key_of(one) != key_of(other)


def test_a_number_is_the_same_however_it_is_written() -> None:
    assert key_of([1.0, "x"]) == key_of([1, "x"]) != key_of([1.5, "x"])
    assert key_of([1e300]) == key_of([10.0**300])


def test_an_event_that_lacks_a_group_value_belongs_to_no_group() -> None:
    engine = made(group_by=("g", "h"), bounds=Bounds((("gte", 1),)))
    assert engine.values("a", {"g": "x"}) is None
    assert engine.feed([("a", {"g": "x"})], 0) == []
    assert engine.feed([("a", {"g": "x", "h": 0})], 0) == [(["x", 0], 1)]
    assert engine.group(["x", 0]) == (("g", "x"), ("h", "0"))


def test_an_alias_is_another_field_in_each_rule() -> None:
    engine = made(rules=("a", "b"), group_by=("who",), aliases={"who": {"a": "user.id", "b": "source.user"}})
    assert engine.values("a", {"user.id": "u", "source.user": "v"}) == ["u"]
    assert engine.values("b", {"user.id": "u", "source.user": "v"}) == ["v"]


def test_an_event_is_taken_once_by_each_group() -> None:
    engine = made(rules=("a", "b", "c"), bounds=Bounds((("gte", 2),)))
    several = [("a", {"g": "x"}), ("b", {"g": "x"}), ("b", {"g": "y"}), ("c", {"h": "z"})]
    assert engine.feed(several, 0) == []
    assert engine.feed(several, 1) == [(["x"], 2), (["y"], 2)]


def test_what_strict_json_refuses_is_a_value_too() -> None:
    """A log may hold half a surrogate pair, or no number where one should be."""
    engine = made(group_by=("g", "h"), bounds=Bounds((("gte", 2),)))
    event = [("a", {"g": "\ud800", "h": [float("nan"), "\udfff"]})]
    assert engine.feed(event, 0) == []
    assert engine.feed(event, 1) == [(["\ud800", event[0][1]["h"]], 2)]
    assert key_of(["\ud800"]) != key_of(["\\ud800"])


def test_what_a_window_holds_can_be_told() -> None:
    engine = made(bounds=Bounds((("gte", 3), ("lt", 9))))
    assert engine.tell(["x"]) is None
    engine.feed([("a", {"g": "x"})], 5 * SECOND)
    engine.feed([("a", {"g": "x"})], 7 * SECOND)
    assert engine.tell(["x"]) == Window(-3 * SECOND, 7 * SECOND, 2, ((5 * SECOND, ""), (7 * SECOND, "")), "it is 2 and must be gte 3 and lt 9")
