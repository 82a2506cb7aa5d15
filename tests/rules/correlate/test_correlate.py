"""Each type by its name, on one stream that tells them apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.correlate import TYPES, memory
from sentinel.rules.rule import Bounds, RuleInfo
from tests.rules.correlate import brute

# a, a, b, a: the same value twice, a new one, the first again.
STREAM: list[brute.Step] = [("x", 1, 1, ("a",)), ("x", 1, 2, ("a",)), ("x", 4, 3, ("b",)), ("x", 1, 4, ("a",))]


@pytest.mark.parametrize(("kind", "changed", "places"), [
    ("event_count", {"bounds": Bounds((("gte", 2),))}, [1, 3]),
    ("value_count", {"bounds": Bounds((("gte", 2),)), "fields": ("v",)}, [2]),
    ("value_sum", {"bounds": Bounds((("gte", 2),)), "fields": ("v",)}, [1, 2]),
    ("value_avg", {"bounds": Bounds((("gte", 2),)), "fields": ("v",)}, [2]),
    ("value_percentile", {"bounds": Bounds((("gt", 3),)), "fields": ("v",), "percentile": 90}, [2]),
    ("value_median", {"bounds": Bounds((("gt", 3),)), "fields": ("v",), "rules": ("b", "c")}, [2]),
    ("temporal", {"bounds": None}, [2]),
    ("temporal_ordered", {"bounds": None, "rules": ("b", "a")}, [3]),
])
def test_each_type_fires_where_it_should(kind: str, changed: dict[str, object], places: list[int]) -> None:
    rule = brute.correlation(kind, **{"rules": ("a", "b")} | changed)
    stream = [one for one in STREAM if set(one[3]) <= set(rule.rules)]
    assert [STREAM.index(stream[place]) for place in brute.firings(rule, stream)] == places


def test_no_type_is_left_out_above() -> None:
    [mark] = test_each_type_fires_where_it_should.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(TYPES)


@given(st.sampled_from(sorted(TYPES)), brute.steps(True, ("a", "b"), brute.numbers), brute.bounds, st.booleans())
def test_its_memory_is_the_section_alone(kind: str, stream: list[brute.Step], bounds: Bounds, whole: bool) -> None:
    """Made anew from its section before each event, as after a kill, it goes on as if nothing had been."""
    rule = brute.correlation(kind, rules=("a", "b"), bounds=None if kind == "temporal_ordered" else bounds, fields=("v",))
    assert brute.firings(rule, stream, whole=whole, restarted=True) == brute.firings(rule, stream, whole=whole)


@pytest.mark.parametrize("changed", [
    {"span": 5}, {"bounds": Bounds((("gte", 4),))}, {"group_by": ("g", "h")}, {"rules": ("a", "b")}, {"fields": ("v",)},
    {"aliases": {"g": {"a": "h"}}}, {"percentile": 9}, {"expression": ("rule", "a")}])
def test_a_changed_rule_does_not_go_on_from_what_its_old_self_remembered(changed: dict[str, Any]) -> None:
    assert memory(brute.correlation("event_count", **changed)) != memory(brute.correlation("event_count"))
    assert memory(brute.correlation("event_count", info=RuleInfo("c", "another title", "high", (), kind="event_count"))) \
        == memory(brute.correlation("event_count"))
