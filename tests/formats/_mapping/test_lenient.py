from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sentinel.errors import Unreadable
from sentinel.formats._mapping.lenient import decoded


@pytest.mark.parametrize(("data", "value", "flaws"), [
    (b'{"a":1}', {"a": 1}, []),
    (b'{"a":"\xff"}', {"a": "\ufffd"}, ["invalid-utf8"]),
    (b'{"a":NaN,"b":-Infinity,"c":1e999}', {"a": None, "b": None, "c": None}, ["lenient-json"]),
    (b'{"a":"\\ud800"}', {"a": "\ufffd"}, ["lenient-json"]),
    (b'{"a":"\xff","b":NaN}', {"a": "\ufffd", "b": None}, ["invalid-utf8", "lenient-json"]),
])
def test_a_value_and_what_was_repaired(data: bytes, value: Any, flaws: list[str]) -> None:
    fields: dict[str, Any] = {}
    assert decoded(data, msgspec.json.decode, fields) == value
    assert fields.get("sentinel.line.flaws", []) == flaws


@pytest.mark.parametrize("data", [b"", b"{secret", b'{"a":' * 20_000, b"\xffsecret"])
def test_a_reason_that_does_not_quote(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not readable JSON: ") as caught:
        decoded(data, msgspec.json.decode, {})
    assert "secret" not in str(caught.value)
