"""Values as text, number, time and address."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.value import address_of, as_text, instant_of, numeric


@pytest.mark.parametrize(("value", "instant"), [
    ("1970-01-01T00:00:01Z", SECOND), ("1970-01-01 00:00:01.5", SECOND + SECOND // 2), ("1970-01-01T00:00:00.123456789Z", 123_456_789),
    ("1970-01-01T00:00:00.1234567891Z", 123_456_789), ("1970-01-01T01:00:00+01:00", 0), ("1970-01-01T00:00:00-0130", 5400 * SECOND),
    ("1970/01/02", 86400 * SECOND), ("1970-01-01 00:00:01 UTC", SECOND), (1795557600, 1795557600 * SECOND), (1795557600.5, 1795557600 * SECOND + SECOND // 2),
    (1795557600123, 1795557600123 * 10**6), (1795557600123456, 1795557600123456 * 1000), (1795557600123456789, 1795557600123456789),
    ("1795557600", 1795557600 * SECOND), ("1970-02-30T00:00:00Z", None), ("noon", None), (True, None), (None, None), (float("nan"), None),
    (float("inf"), None), ("9" * 100, None), ([1], None),
])
def test_instants(value: Any, instant: int | None) -> None:
    assert instant_of(value) == instant


@given(st.from_regex(r"[0-9]{4}[-0-9W][01][0-9][-0-9][0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9][.,0-9+:]{0,7}Z", fullmatch=True))
@example("2016-12-31T23:59:60Z")
@example("2026-W10-1T10:00:00Z")
def test_the_usual_form_is_read_as_any_other(text: str) -> None:
    assert instant_of(text) == instant_of(f" {text}")


@pytest.mark.parametrize(("value", "number"), [("5", 5), ("-5.5", -5.5), ("1e3", 1000.0), ("05", None), ("5 ", None), ("٣", None), (True, None), ("", None)])
def test_numbers(value: Any, number: float | None) -> None:
    assert numeric(value) == number


def test_texts_and_addresses() -> None:
    assert [as_text(v) for v in ("a", 5, 1.5, True, None, {}, [])] == ["a", "5", "1.5", "true", None, None, None]
    assert str(address_of("::ffff:10.0.0.1")) == "10.0.0.1"
    assert address_of("10.0.0.1/8") is None
