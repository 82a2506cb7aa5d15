from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats.otel._values import attributes, identifier, nested, plain


@pytest.mark.parametrize(("given", "wanted"), [
    ({"stringValue": "a"}, "a"), ({"intValue": "9223372036854775807"}, 2**63 - 1), ({"intValue": 7}, 7), ({"intValue": "x"}, None),
    ({"doubleValue": 0.5}, 0.5), ({"doubleValue": "NaN"}, None), ({"boolValue": False}, False), ({"bytesValue": "AA=="}, "AA=="),
    ({"arrayValue": {"values": [{"stringValue": "a"}, {}]}}, ["a", None]), ({"arrayValue": {}}, []),
    ({"kvlistValue": {"values": [{"key": "k", "value": {"intValue": "1"}}]}}, {"k": 1}), ({}, None), ("a", None), (None, None),
    ({"stringValue": 5}, None), ({"futureValue": 1}, None),
])
def test_a_value_as_it_is(given: Any, wanted: Any) -> None:
    assert plain(given) == wanted


def test_nesting_is_bounded() -> None:
    value: Any = {"stringValue": "deep"}
    for _ in range(200):
        value = {"arrayValue": {"values": [value]}}
    assert plain(value) is not None


def test_attributes_without_a_key_are_left_out() -> None:
    assert attributes({"attributes": [{"key": "a", "value": {"intValue": "1"}}, {"value": {}}, {"key": 5}, 7]}) == {"a": 1}


@pytest.mark.parametrize(("given", "size", "wanted"), [
    ("5B8AA5A2D2C872E8321CF37308D69DF2", 16, "5b8aa5a2d2c872e8321cf37308d69df2"), ("W4qlotLIcugyHPNzCNad8g==", 16, "5b8aa5a2d2c872e8321cf37308d69df2"),
    ("0" * 16, 8, ""), ("", 8, ""), (None, 8, ""), ("zz" * 8, 8, ""), ("AAAAAAAAAAA=", 8, ""), ("x" * 10_000, 8, ""),
])
def test_ids_are_hexadecimal(given: Any, size: int, wanted: str) -> None:
    assert identifier(given, size) == wanted


def test_numbered_attributes_become_a_list_again() -> None:
    flat = {"p.10.role": "c", "p.2.role": "b", "p.2.tool_calls.0.name": "f", "p.2.tool_calls.1.name": "g", "q.0.role": "x", "p.name": "no"}
    assert nested(flat, "p.") == [{"role": "b", "tool_calls": [{"name": "f"}, {"name": "g"}]}, {"role": "c"}]
    assert nested(flat, "r.") == []


def test_numbered_attributes_that_contradict_each_other_lose_nothing() -> None:
    assert nested({"p.0.a": "text", "p.0.a.b": "more"}, "p.") == [{"a": {"": "text", "b": "more"}}]
    assert nested({"p.0": "bare"}, "p.") == ["bare"]
