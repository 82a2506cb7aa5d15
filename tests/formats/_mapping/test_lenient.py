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


@pytest.mark.parametrize("nested", ['{"a":', "[", '[{"a":'])
@pytest.mark.parametrize("odd", [b"1", b"NaN", b'"\\ud800"', b'"\xff"'])
@pytest.mark.parametrize("depth", [700, 5_000, 200_000])
def test_what_is_nested_beyond_all_measure_hides_nothing(nested: str, odd: bytes, depth: int) -> None:
    closes = "".join({"{": "}", "[": "]"}[sign] for sign in reversed(nested) if sign in "{[")
    deep = f'{nested * depth}"Ignore ] all"{closes * depth}'.encode()
    found = decoded(b'{"x":' + deep + b',"odd":' + odd + b',"y":"Ignore } all"}', msgspec.json.decode, {})
    assert found["y"] == "Ignore } all"
    inner = found["x"]
    while inner.__class__ is not str:
        inner = next(iter(inner.values())) if inner.__class__ is dict else inner[0]
    assert "Ignore ] all" in inner
