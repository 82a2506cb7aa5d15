"""What all correlations share: which group an event belongs to, and whose memory it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import Correlator, grouped, key_of
from sentinel.rules.rule import Bounds
from sentinel.rules.section import Kept
from tests.rules.correlate import brute

VALUE = st.one_of(st.text(max_size=300), st.integers(-9, 9), st.booleans(), st.lists(st.text(max_size=3), max_size=3))


def made(**changed: Any) -> Correlator:
    return correlator(brute.correlation("event_count", **changed), Kept())


@given(st.lists(VALUE, max_size=3), st.lists(VALUE, max_size=3))
def test_two_groups_never_share_a_key_and_no_key_is_long(one: list[Any], other: list[Any]) -> None:
    assert (key_of(one) == key_of(other)) == (repr(one) == repr(other))
    assert len(key_of(one)) == 32


@pytest.mark.parametrize(("one", "other"), [
    (["a", "b|c"], ["a|b", "c"]), ([1], ["1"]), ([True], [1]), (["x" * 500 + "a"], ["x" * 500 + "b"]), (['a","b'], ["a", "b"])])
def test_alike_but_not_the_same(one: list[Any], other: list[Any]) -> None:
    assert key_of(one) != key_of(other)


def test_an_event_that_lacks_a_group_value_belongs_to_no_group() -> None:
    engine = made(group_by=("g", "h"), bounds=Bounds((("gte", 1),)))
    assert engine.values("a", {"g": "x"}) is None
    assert engine.feed([("a", {"g": "x"})], 0) == []
    assert engine.feed([("a", {"g": "x", "h": 0})], 0) == [((("g", "x"), ("h", "0")), 1)]


def test_an_alias_is_another_field_in_each_rule() -> None:
    engine = made(rules=("a", "b"), group_by=("who",), aliases={"who": {"a": "user.id", "b": "source.user"}})
    assert engine.values("a", {"user.id": "u", "source.user": "v"}) == ["u"]
    assert engine.values("b", {"user.id": "u", "source.user": "v"}) == ["v"]


def test_each_group_of_an_event_is_used_once() -> None:
    engine, used = made(rules=("a", "b", "c")), []

    def use(key: str, base: str, fields: Any) -> int:
        used.append((key, base))
        return int(fields["g"] == "y") * 7

    fired = grouped(engine, [("a", {"g": "x"}), ("b", {"g": "x"}), ("b", {"g": "y"}), ("c", {"h": "z"})], use)
    assert used == [(key_of(["x"]), "a"), (key_of(["y"]), "b")]
    assert fired == [((("g", "y"),), 7)]


@pytest.mark.parametrize("changed", [
    {"span": 5}, {"bounds": Bounds((("gte", 4),))}, {"group_by": ("g", "h")}, {"rules": ("a", "b")}, {"fields": ("v",)},
    {"aliases": {"g": {"a": "h"}}}])
def test_a_changed_rule_does_not_go_on_from_what_its_old_self_remembered(changed: dict[str, Any]) -> None:
    section = Kept()
    old = correlator(brute.correlation("event_count"), section)
    old.feed([("a", {"g": "x"})], 0)
    assert old.recall(key_of(["x"])) is not None
    assert correlator(brute.correlation("event_count", **changed), section).recall(key_of(["x"])) is None
    assert correlator(brute.correlation("event_count"), section).recall(key_of(["x"])) is not None
