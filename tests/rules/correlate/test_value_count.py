"""`value_count` against brute force, and what counts as a value."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import key_of
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute


@given(st.booleans().flatmap(brute.steps), brute.bounds, st.integers(1, 20))
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int) -> None:
    rule = brute.correlation("value_count", bounds=bounds, span=span * SECOND, fields=("v",))
    assert brute.firings(rule, stream) == brute.expected(
        stream, span, lambda inside: bounds.hold(len({(type(one[1]), one[1]) for one in inside})))


def counts(fields: tuple[str, ...], *events: dict[str, Any], need: int = 3) -> list[int]:
    engine = correlator(brute.correlation("value_count", fields=fields, bounds=Bounds((("gte", need),))), InMemory())
    fired = [engine.feed([("a", {"g": "x", **event})], at * SECOND) for at, event in enumerate(events)]
    return [int(one[0][1]) if one else 0 for one in fired]


def test_each_member_of_a_list_is_a_value() -> None:
    assert counts(("v",), {"v": ["a", "b"]}, {"v": ["b"]}, {"v": ["b", "c"]}) == [0, 0, 3]


def test_a_number_is_one_value_however_it_is_written() -> None:
    assert counts(("v",), {"v": 1}, {"v": 1.0}, {"v": [1.0, 1.5]}, {"v": "1"}) == [0, 0, 0, 3]


def test_several_fields_are_counted_together() -> None:
    same = {"v": "a", "w": "b"}
    assert counts(("v", "w"), same, same, {"v": "ab", "w": ""}, {"v": "a", "w": "c"}) == [0, 0, 0, 3]


def test_an_event_without_the_field_is_not_counted() -> None:
    assert counts(("v",), {"v": 1}, {}, {"v": None}, {"v": []}, {"v": 2}, {"v": 3}) == [0, 0, 0, 0, 0, 3]


def test_values_are_not_kept_in_the_clear() -> None:
    section = InMemory()
    engine = correlator(brute.correlation("value_count", fields=("v",)), section)
    engine.feed([("a", {"g": "x", "v": "ann@example.com"})], SECOND)
    [key] = section.keys()
    assert b"ann" not in msgspec.msgpack.encode(section.get(key))


def test_a_flood_of_values_stays_bounded() -> None:
    section = InMemory()
    engine = correlator(brute.correlation("value_count", fields=("v",), bounds=Bounds((("eq", 0),)), span=10**6 * SECOND), section)
    for at in range(50):
        engine.feed([("a", {"g": "x", "v": [f"{at}-{n}" for n in range(2_000)]})], at * SECOND)
    assert len(section.get(key_of(["x"]))[1]) <= 1_010
