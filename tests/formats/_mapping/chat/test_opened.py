from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.chat.body import request
from sentinel.formats._mapping.chat.opened import opened
from sentinel.formats._mapping.fields import FLAWS


def found(value: Any) -> tuple[Any, list[str] | None]:
    fields: dict[str, Any] = {}
    return opened(value, fields), fields.get(FLAWS)


@pytest.mark.parametrize(("value", "wanted"), [
    ({"a": 1}, {"a": 1}), ('{"a":1}', {"a": 1}), (' \n{"a":1}\n', {"a": 1}), ("[1]", [1]), ("text", "text"), ("", ""), (None, None), (5, 5),
    ('{"body":"{\\"a\\":1}","status":200}', {"a": 1}), ({"body": {"a": 1}, "headers": {}}, {"a": 1}), ({"body": {"a": 1}}, {"body": {"a": 1}}),
    ("data: {\"a\":1}\n\ndata: [DONE]\n\n", [{"a": 1}]), ("event: x\r\ndata:{\"a\":1}\r\n\r\n", [{"a": 1}]), ("data: hello", [{"text": "hello"}]),
    (": keep-alive\n\ndata: {\"a\":1}", [{"a": 1}]), ('{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}]), (["data: {\"a\":1}", "data: [DONE]"], [{"a": 1}]),
    # U+2028 ends no line of a stream.
    ("data: {\"a\":\"x\u2028y\"}", [{"a": "x\u2028y"}]),
    ("}", "}"), ("{]", "{]"), ("[}", "[}"),
])
def test_a_body_however_it_is_held(value: Any, wanted: Any) -> None:
    assert found(value) == (wanted, None)


@pytest.mark.parametrize(("text", "wanted", "flaws"), [
    ('{"a":NaN,"b":1}', {"a": None, "b": 1}, ["lenient-json"]), ('{"a":"\\ud800"}', {"a": "\ufffd"}, ["lenient-json"]),
    ('{"a":"b', {"a": "b"}, ["content-cut"]), ('{"a":1,"b', {"a": 1}, ["content-cut"]), ('{"a":1,"b":', {"a": 1}, ["content-cut"]),
    ('{"a":[1,{"b":"c"},', {"a": [1, {"b": "c"}]}, ["content-cut"]), ('{"a":"b\\', {"a": "b"}, ["content-cut"]), ('{"a":"b\\u00', {"a": "b"}, ["content-cut"]),
    ('{"a":"b\\\\', {"a": "b\\"}, ["content-cut"]), ('{"a":tru', {}, ["content-cut"]), ("{", {}, ["content-cut"]), ("[", [], ["content-cut"]),
    ('data: {"a":1}\n\ndata: {"a":"b', [{"a": 1}, {"a": "b"}], ["content-cut"]),
])
def test_what_is_mended_is_marked(text: str, wanted: Any, flaws: list[str]) -> None:
    assert found(text) == (wanted, flaws)


@given(said=st.text(min_size=1, max_size=30), ascii_only=st.booleans(), data=st.data())
def test_wherever_a_body_is_cut_what_is_there_is_read(said: str, ascii_only: bool, data: st.DataObject) -> None:
    said = said.encode("utf-8", "replace").decode()
    body = json.dumps({"model": "m", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": said}], "x": [1]}, ensure_ascii=ascii_only)
    begin = body.index('"content": ', body.index('"user"')) + len('"content": "')
    cut = data.draw(st.integers(begin, len(body) - 1))
    fields: dict[str, Any] = {}
    request(body[:cut], fields)
    # The last escape may be cut in two, and a pair of surrogates between its halves.
    read = fields.get("gen_ai.prompt", "").rstrip("\ufffd")
    shown = body[begin:cut].split('"}], "x"')[0]
    assert said.startswith(read)
    assert len(json.dumps(read, ensure_ascii=ascii_only)) - 2 >= min(len(shown), len(json.dumps(said, ensure_ascii=ascii_only)) - 2) - 12
    assert fields["gen_ai.system_instructions"] == "s"
    assert "content-cut" in fields[FLAWS]


@given(st.text())
def test_any_text_is_a_body(text: str) -> None:
    for prefix in ("", "{", "[", "data: ", "data: {", '{"a":"'):
        found(prefix + text)
