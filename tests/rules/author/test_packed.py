"""Rules as bytes and back."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Mistake
from sentinel.rules.author.packed import pack, unpack
from sentinel.rules.match.guard import guard
from sentinel.rules.match.presence import groups
from sentinel.rules.read.plan import plan
from tests.rules import strategies


@given(strategies.detections())
def test_any_rule_comes_back(detection: dict[str, Any]) -> None:
    tree = plan(detection)
    whole = (tree, guard(tree), groups(tree))
    assert unpack(pack(whole)) == whole


def test_what_else_comes_back() -> None:
    for value in (Mistake("f", 1, "k", "what", "do"), {"a": {"b": ("c", [1])}}, frozenset({frozenset({"x"})}), (True, 1, 1.0, None, ""), 2**70):
        back = unpack(pack(value))
        assert (back, repr(back)) == (value, repr(value))
    assert math.isinf(unpack(pack(float("inf"))))


@pytest.mark.parametrize("value", ["\ud800", object(), b"bytes"])
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        pack((value,))


@given(st.recursive(st.one_of(st.integers(-9, 99), st.text(max_size=3), st.none()), lambda inner: st.lists(inner, max_size=3)))
def test_other_bytes_build_nothing_or_fail(value: Any) -> None:
    try:
        unpack(msgspec.msgpack.encode(value))
    except (TypeError, ValueError, IndexError, KeyError, msgspec.MsgspecError, ArithmeticError):
        pass
