from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from sentinel.errors import Unreadable
from sentinel.sources.otlp import body as body_module
from sentinel.sources.otlp.body import SIGNALS, TooLarge, line_of_json, line_of_protobuf, unpacked

TRACES, LOGS = SIGNALS[b"/v1/traces"], SIGNALS[b"/v1/logs"]


def span(**fields: Any) -> dict[str, Any]:
    """As the collector's file exporter writes one."""
    return {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "chat", "kind": 3,
            "startTimeUnixNano": "1795557600000000001",
            "attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "17"}}, {"key": "x", "value": {"stringValue": "a\nb"}}],
            "status": {"code": 2}} | fields


def spans(*them: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]},
                               "scopeSpans": [{"scope": {"name": "n"}, "spans": list(them)}]}]}


def protobuf(request: dict[str, Any]) -> bytes:
    """What an exporter sends: ids are bytes."""
    def as_bytes(record: dict[str, Any]) -> dict[str, Any]:
        return {name: base64.b64encode(bytes.fromhex(value)).decode() if name.endswith(("traceId", "spanId", "SpanId")) else
                [as_bytes(link) for link in value] if name == "links" else value for name, value in record.items()}

    made = {"resourceSpans": [resource | {"scopeSpans": [scope | {"spans": [as_bytes(one) for one in scope["spans"]]}
                                                         for scope in resource["scopeSpans"]]} for resource in request["resourceSpans"]]}
    data: bytes = ParseDict(made, ExportTraceServiceRequest()).SerializeToString()
    return data


def test_protobuf_becomes_what_the_file_exporter_writes() -> None:
    links = [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "00f067aa0ba902b7"}]
    request = spans(span(), span(parentSpanId="00f067aa0ba902b7", links=links))
    line = line_of_protobuf(TRACES, protobuf(request))
    assert b"\n" not in line and json.loads(line) == request


def test_json_is_put_on_one_line_and_otherwise_left_alone() -> None:
    request = spans(span(traceId="ABC", name="grüezi \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")))
    line = line_of_json(TRACES, json.dumps(request, indent=2, ensure_ascii=False).encode())
    assert b"\n" not in line and json.loads(line) == request


def test_a_body_with_nothing_in_it_is_no_line() -> None:
    assert line_of_protobuf(TRACES, b"") == line_of_json(TRACES, b"{}") == line_of_json(LOGS, b' {"resourceLogs": [ ]} ') == b""


@pytest.mark.parametrize("body", [b"", b"[]", b"x", b'{"resourceSpans": {}}', b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 100_000, b"\xff"])
def test_what_is_no_otlp_json_is_said_and_not_quoted(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"the body('s resourceSpans)? is no (JSON object|list)$"):
        line_of_json(TRACES, body)


def test_what_is_no_protobuf() -> None:
    with pytest.raises(Unreadable, match="no protobuf message ExportTraceServiceRequest"):
        line_of_protobuf(TRACES, b"secret text")


def test_nesting_without_end_is_refused() -> None:
    value = b""
    for _ in range(200):  # AnyValue{arrayValue{values: [...]}}, field numbers 5 and 1
        for number in (1, 5):
            value = bytes([number << 3 | 2]) + varint(len(value)) + value
    attribute = b"\n\1x\x12" + varint(len(value)) + value
    body = attribute
    for number in (9, 2, 2, 1):
        body = bytes([number << 3 | 2]) + varint(len(body)) + body
    with pytest.raises(Unreadable):
        line_of_protobuf(TRACES, body)


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for signal in (TRACES, LOGS):
        for read in (line_of_json, line_of_protobuf):
            try:
                assert b"\n" not in read(signal, body)
            except Unreadable:
                pass


def test_gzip_is_unpacked_up_to_a_bound() -> None:
    assert unpacked(gzip.compress(b"x" * 1000), 1000) == b"x" * 1000
    bomb = gzip.compress(b"\0" * 100_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge):
        unpacked(bomb, 1000)
    for broken in (b"x", b"", gzip.compress(b"x" * 1000)[:-9]):
        with pytest.raises(Unreadable, match="gzip"):
            unpacked(broken, 1000)


def test_values_keep_their_kind() -> None:
    values = [{"boolValue": False}, {"intValue": "-9223372036854775808"}, {"doubleValue": 0.5}, {"stringValue": ""}, {"bytesValue": "AP8="},
              {"doubleValue": "NaN"}, {"doubleValue": "-Infinity"}, {"arrayValue": {"values": [{"intValue": "0"}]}},
              {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}]
    request = spans(span(attributes=[{"key": f"{n}", "value": value} for n, value in enumerate(values)], endTimeUnixNano="18446744073709551615"))
    assert json.loads(line_of_protobuf(TRACES, protobuf(request))) == request


def test_it_says_the_same_as_protobufs_own_json() -> None:
    request = ParseDict(spans(span(traceId="", spanId="", links=[{"attributes": [{"key": "a"}]}], events=[{"name": "e", "droppedAttributesCount": 3}])),
                        ExportTraceServiceRequest())
    own = MessageToDict(request, use_integers_for_enums=True)
    assert json.loads(line_of_protobuf(TRACES, request.SerializeToString())) == own


def test_a_body_of_too_many_values_is_refused_before_they_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "_MOST_VALUES", 100)
    assert line_of_protobuf(TRACES, protobuf(spans(span())))
    with pytest.raises(Unreadable, match="more than 100 values; have the exporter send smaller batches"):
        line_of_protobuf(TRACES, protobuf(spans(*[span()] * 10)))
