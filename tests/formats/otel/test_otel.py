from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Unreadable
from sentinel.formats.otel import Otel
from tests.formats.otel import otlp

OTEL = Otel()


def test_a_line_holds_many_calls_of_many_services() -> None:
    one = json.loads(otlp.spans(otlp.span(1, gen_ai__operation__name="chat"), service__name="a"))
    two = json.loads(otlp.spans(otlp.span(2, gen_ai__operation__name="chat"), service__name="b"))
    found = OTEL.decode(json.dumps({"resourceSpans": one["resourceSpans"] + two["resourceSpans"]}).encode())
    assert [record.fields["service.name"] for record in found] == ["a", "b"]


@pytest.mark.parametrize("line", [
    b"", b" \r", b"\xef\xbb\xbf", b"\0\0", b"{}", b'{"resourceMetrics":[{"scopeMetrics":[]}]}',
    b'{"resourceSpans":null}', b'{"resourceSpans":{"a":1}}', b'{"resourceSpans":[1,{"scopeSpans":[{"spans":[null,{"attributes":7}]}]}]}',
    b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":1},{"value":2},3]}]}]}]}',
])
def test_what_holds_no_call_is_nothing(line: bytes) -> None:
    assert list(OTEL.decode(line)) == []


def test_a_broken_line_says_why_and_quotes_nothing() -> None:
    with pytest.raises(Unreadable, match="not readable JSON") as caught:
        OTEL.decode(b'{"resourceSpans": secret')
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("line", [b"[]", b"null", b"12", b'{"secret":1}', b'[{"resourceSpans":[]}]'])
def test_json_that_is_no_otlp_is_refused(line: bytes) -> None:
    with pytest.raises(Unreadable, match="no OTLP") as caught:
        OTEL.decode(line)
    assert "secret" not in str(caught.value)


def test_a_repaired_line_says_so_on_each_of_its_events() -> None:
    line = otlp.spans(otlp.span(1, gen_ai__operation__name="chat"), otlp.span(2, gen_ai__operation__name="chat"), service__name="a")
    found = OTEL.decode(line.replace(b'"a"', b'"a\xff"'))
    assert [record.fields["sentinel.line.flaws"] for record in found] == [["invalid-utf8"]] * 2
    found[0].fields["sentinel.line.flaws"].append("x")
    assert found[1].fields["sentinel.line.flaws"] == ["invalid-utf8"]


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                            ["resourceSpans", "scopeSpans", "spans", "attributes", "events", "status", "key", "value", "stringValue",
                             "arrayValue", "kvlistValue", "values", "resourceLogs", "scopeLogs", "logRecords", "body", "traceId",
                             "gen_ai.prompt.0.role", "code"]), inner, max_size=3), max_leaves=30)


@given(batch=anything)
def test_any_json_is_records_and_no_error(batch: Any) -> None:
    for one in OTEL.decode(json.dumps({"resourceSpans": batch, "resourceLogs": batch}).encode()):
        assert all(value not in (None, "", []) for value in one.fields.values())


@given(found=anything, key=st.sampled_from([
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.prompt", "gen_ai.prompt.0.content", "gen_ai.prompt.0",
    "llm.input_messages.0.message.contents.0.message_content.text", "gen_ai.retrieval.documents", "gen_ai.tool.definitions"]))
def test_any_value_of_an_attribute_is_no_error(found: Any, key: str) -> None:
    for held in (found, json.dumps(found)):
        line = otlp.spans(otlp.span(1, gen_ai__operation__name="chat", **{key: held}))
        assert len(OTEL.decode(line)) == 1


def test_hostile_batches_take_linear_time() -> None:
    circle = [otlp.span(n, parent=n % 2000 + 1, gen_ai__operation__name="chat") for n in range(1, 2001)]
    numbered = otlp.span(1, gen_ai__operation__name="chat", **{f"gen_ai.prompt.{n}.content": "x" for n in range(20_000)})
    begun = process_time()
    assert len(OTEL.decode(otlp.spans(*circle))) == 2000
    assert len(OTEL.decode(otlp.spans(numbered))[0].fields["gen_ai.prompt"]) == 2 * 20_000 - 1
    assert process_time() - begun < 3


@pytest.mark.parametrize("batch", [b'{"resourceSpans":[{"scopeSpans":[{"spans":[%s]}]}]}', b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[%s]}]}]}'])
def test_a_batch_of_nothing_does_not_fill_the_memory(batch: bytes) -> None:
    with pytest.raises(Unreadable, match="more than 100000 spans or log records"):
        OTEL.decode(batch % b",".join([b"{}"] * 100_001))
