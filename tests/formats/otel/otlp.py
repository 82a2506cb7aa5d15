"""OTLP batches from plain values, as SDKs encode them: what a test is about stays readable."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

TRACE = "5b8aa5a2d2c872e8321cf37308d69df2"
BEGAN = 1795561513000000000


def value(plain: Any) -> dict[str, Any]:
    """An AnyValue."""
    match plain:
        case bool():
            return {"boolValue": plain}
        case int():
            return {"intValue": str(plain)}
        case float():
            return {"doubleValue": plain}
        case str():
            return {"stringValue": plain}
        case list():
            return {"arrayValue": {"values": [value(one) for one in plain]}}
        case dict():
            return {"kvlistValue": {"values": attributes(plain)}}
    return {}


def attributes(plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(one)} for key, one in plain.items()]


def span(number: int = 1, parent: int = 0, kind: int = 3, status: Mapping[str, Any] | None = None,
         events: Sequence[tuple[str, Mapping[str, Any]]] = (), trace: str = TRACE, **flat: Any) -> dict[str, Any]:
    """A span of one second. flat: its attributes, with `__` for the dots of their names."""
    return {
        "traceId": trace, "spanId": f"{number:016x}", **({"parentSpanId": f"{parent:016x}"} if parent else {}), "name": "n",
        "kind": kind, "startTimeUnixNano": str(BEGAN), "endTimeUnixNano": str(BEGAN + 1_000_000_000), "status": dict(status or {}),
        "attributes": attributes(dotted(flat)), "events": [{"name": name, "attributes": attributes(held)} for name, held in events],
    }


def log(name: str, body: Any, number: int = 1, **flat: Any) -> dict[str, Any]:
    """A log record of an event."""
    return {"timeUnixNano": str(BEGAN), "traceId": TRACE, "spanId": f"{number:016x}", "body": value(body),
            "attributes": attributes({"event.name": name, **dotted(flat)})}


def dotted(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "."): one for name, one in flat.items()}


def spans(*given: Mapping[str, Any], **resource: Any) -> bytes:
    """A line with spans of one service."""
    return json.dumps({"resourceSpans": [{"resource": {"attributes": attributes(dotted(resource))},
                                          "scopeSpans": [{"scope": {"name": "s"}, "spans": list(given)}]}]}).encode()


def logs(*given: Mapping[str, Any], **resource: Any) -> bytes:
    """A line with log records of one service."""
    return json.dumps({"resourceLogs": [{"resource": {"attributes": attributes(dotted(resource))},
                                         "scopeLogs": [{"scope": {"name": "s"}, "logRecords": list(given)}]}]}).encode()
