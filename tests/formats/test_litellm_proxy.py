"""The LiteLLM proxy's own log, JSON and text. Its samples and examples are run in test_formats.py."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from sentinel.clock import iso
from tests.formats.test_formats import FORMATS, read

FORMAT = FORMATS["litellm-proxy"]


def fields(log: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in event.items() if name != "line"} for event in read(FORMAT, log.encode())]


@pytest.mark.parametrize(("line", "wanted"), [
    ('INFO:     2001:db8::17:0 - "GET /v1/models?a=b HTTP/1.1" 200 OK', {"source.ip": "2001:db8::17", "url.query": "a=b", "http.response.status_code": 200}),
    ('{"message": "192.0.2.66:0 - \\"POST / HTTP/1.1\\" 401", "level": "INFO"}', {"source.ip": "192.0.2.66", "event.outcome": "failure"}),
])
def test_access_lines(line: str, wanted: dict[str, Any]) -> None:
    (event,) = fields(line)
    assert wanted.items() <= event.items()
    assert "event.category" not in event


@pytest.mark.parametrize(("message", "wanted"), [
    ("x(): Exception occured - litellm.exceptions.Timeout: slow", {"error.type": "Timeout", "error.message": "litellm.exceptions.Timeout: slow"}),
    ("x(): Exception occured - 400: {'error': 'no'}", {"http.response.status_code": 400}),
    ("x(): Exception occured - Note: nothing", {"error.message": "Note: nothing"}),
    ("Invalid JSON payload received: bad", {"error.message": "Invalid JSON payload received: bad"}),
])
def test_errors_of_requests(message: str, wanted: dict[str, Any]) -> None:
    (event,) = fields(json.dumps({"message": message, "level": "ERROR", "timestamp": "2026-11-24T23:01:31.4"}))
    assert wanted.items() <= event.items()
    assert event.keys() <= {*wanted, "@timestamp", "event.category", "event.outcome", "error.message"}


@pytest.mark.parametrize("line", [
    '{"message": "Could not identify azure model", "level": "ERROR"}', '{"message": "Started server process", "level": "INFO"}',
    "LiteLLM: Proxy initialized with Config, Set models:", "INFO:     Application startup complete.", "",
])
def test_what_is_no_requests(line: str) -> None:
    assert fields(line) == []


def test_a_record_of_another_program_is_said() -> None:
    assert [event["unreadable"] for event in fields('{"n": 1}\n[]\n{"message": 7}')] == ["no record of the proxy's log: no message"] * 2


def test_a_client_cannot_write_a_status_of_its_own() -> None:
    (event,) = fields('INFO:     192.0.2.66:0 - "GET /%22%20200%20OK HTTP/1.1" 404 Not Found')
    assert event["http.response.status_code"] == 404


def test_the_zone_of_the_source_counts() -> None:
    record = FORMAT.decode(b'{"message": "192.0.2.66:0 - \\"GET / HTTP/1.1\\" 200", "level": "INFO", "timestamp": "2026-11-24T23:01:31"}')[0]
    assert iso(record.at) == "2026-11-24T23:01:31Z"


def test_hostile_lines_are_linear() -> None:
    begun = process_time()
    for part in (b"a", b"- ", b'"', b"Exception occured - ", b"\nRequester IP Address:"):
        read(FORMAT, b"23:01:26 - LiteLLM Proxy:ERROR: a:1 - " + part * (500_000 // len(part)))
    assert process_time() - begun < 3
