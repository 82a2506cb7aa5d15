"""A body of OTLP/HTTP as one line of OTLP JSON.

In: what an exporter sent, in protobuf or JSON, perhaps compressed. Out: the line that the collector's file exporter would have
written, so that one format reads both: ids in hexadecimal, enums as numbers, nothing spread over lines.
Encodings: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import base64
import math
import zlib
from typing import Any

import msgspec
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError
from msgspec import Struct
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from sentinel.errors import Unreadable

_encode = msgspec.json.Encoder().encode
_GZIP = 31  # zlib's word for a gzip header.
_MOST_VALUES = 1_000_000
_IDS = frozenset({"traceId", "spanId", "parentSpanId"})
# Of 64 bits: texts in JSON, where a number has 53.
_LONG = frozenset({FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64})


class Signal(Struct, frozen=True):
    """One kind of body: its protobuf message, and the names of its three levels in JSON."""

    message: Any
    outer: str
    middle: str
    inner: str


SIGNALS = {
    b"/v1/traces": Signal(ExportTraceServiceRequest, "resourceSpans", "scopeSpans", "spans"),
    b"/v1/logs": Signal(ExportLogsServiceRequest, "resourceLogs", "scopeLogs", "logRecords"),
}


class TooLarge(Exception):
    """More than is allowed comes out of a compressed body."""


def unpacked(body: bytes, most: int) -> bytes:
    """A gzip body's content.

    Raises: TooLarge, as soon as it is more than `most` bytes. Unreadable.
    """
    unpack = zlib.decompressobj(_GZIP)
    try:
        data = unpack.decompress(body, most + 1)
    except zlib.error:
        raise Unreadable("the body is no gzip") from None
    if len(data) > most:
        raise TooLarge
    if not unpack.eof:
        raise Unreadable("the gzip body breaks off")
    return data


def line_of_json(signal: Signal, body: bytes) -> bytes:
    """Empty when nothing is in it. Raises: Unreadable."""
    try:
        line = msgspec.json.format(body, indent=-1)
        found = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).get(signal.outer, b"[]")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Unreadable("the body is no JSON object") from None
    if bytes(found)[:1] != b"[":
        raise Unreadable(f"the body's {signal.outer} is no list")
    return line if bytes(found) != b"[]" else b""


def line_of_protobuf(signal: Signal, body: bytes) -> bytes:
    """Empty when nothing is in it. Raises: Unreadable."""
    try:
        found = _Reading(signal.inner).plain(signal.message.FromString(body))
    except (DecodeError, RecursionError):
        raise Unreadable(f"the body is no protobuf message {signal.message.DESCRIPTOR.name}") from None
    return _encode(found) if found else b""


class _Reading:
    """One protobuf message as plain values: `json_format`, but with a bound, and with OTLP's hexadecimal ids.

    Seven bytes can be an attribute of which Python makes half a kilobyte, so what is counted is values.

    Args:
        record: the field of spans or log records. Each is encoded at once, so that the values of one alone are in memory.
    """

    def __init__(self, record: str) -> None:
        self._record, self._left = record, _MOST_VALUES

    def plain(self, message: Any) -> dict[str, Any]:
        return {field.json_name: self._value(field, value) for field, value in message.ListFields()}

    def _value(self, field: FieldDescriptor, value: Any) -> Any:
        if not field.is_repeated:
            return self._one(field, value)
        if field.json_name == self._record:
            return [msgspec.Raw(_encode(self._one(field, one))) for one in value]
        return [self._one(field, one) for one in value]

    def _one(self, field: FieldDescriptor, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Unreadable(f"the body has more than {_MOST_VALUES} values; have the exporter send smaller batches")
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            return self.plain(value)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return value.hex() if field.json_name in _IDS else base64.b64encode(value).decode()
        if field.cpp_type in _LONG:
            return str(value)
        if field.type == FieldDescriptor.TYPE_DOUBLE and not math.isfinite(value):
            return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
        return value
