from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from sentinel.formats._mapping.uvicorn import ACCESS_FIELDS, access


@pytest.mark.parametrize(("text", "wanted"), [
    ('203.0.113.7:51408 - "POST /v1/chat/completions HTTP/1.1" 200 OK',
     {"source.ip": "203.0.113.7", "http.request.method": "POST", "http.version": "1.1", "url.original": "/v1/chat/completions",
      "url.path": "/v1/chat/completions", "http.response.status_code": 200, "event.outcome": "success"}),
    ('2001:db8::17:51408 - "GET /x?a=b HTTP/1.1" 401 Unauthorized',
     {"source.ip": "2001:db8::17", "http.request.method": "GET", "http.version": "1.1", "url.original": "/x?a=b", "url.path": "/x",
      "url.query": "a=b", "http.response.status_code": 401, "event.outcome": "failure"}),
    ('203.0.113.7:51408 - "WebSocket /v1/realtime?model=x" [accepted]',
     {"source.ip": "203.0.113.7", "http.request.method": "GET", "url.original": "/v1/realtime?model=x", "url.path": "/v1/realtime",
      "url.query": "model=x", "http.response.status_code": 101, "event.outcome": "success"}),
    ('203.0.113.7:51408 - "WebSocket /v1/realtime" 403',
     {"source.ip": "203.0.113.7", "http.request.method": "GET", "url.original": "/v1/realtime", "url.path": "/v1/realtime",
      "http.response.status_code": 403, "event.outcome": "failure"}),
    # Over a Unix socket there is no client; behind a proxy's header there is no port.
    (' - "GET / HTTP/1.1" 200 OK', {"http.request.method": "GET", "http.version": "1.1", "url.original": "/", "url.path": "/",
                                    "http.response.status_code": 200, "event.outcome": "success"}),
    ('203.0.113.7:0 - "GET /x?"a HTTP/1.1" 499', {"source.ip": "203.0.113.7", "http.request.method": "GET", "http.version": "1.1",
                                                  "url.original": '/x?"a', "url.path": "/x", "url.query": '"a',
                                                  "http.response.status_code": 499, "event.outcome": "failure"}),
])
def test_an_access_line(text: str, wanted: dict[str, Any]) -> None:
    found = access(text)
    assert found == wanted
    assert found is not None and found.keys() <= ACCESS_FIELDS


@pytest.mark.parametrize("text", ["", "Started server process [4121]", 'x - "GET / HTTP/1.1"', 'x - "GET / HTTP/1.1" 20', '"GET /" 200'])
def test_what_is_none(text: str) -> None:
    assert access(text) is None


def test_a_hostile_line_takes_linear_time() -> None:
    begun = process_time()
    for part in ('"', '" ', '" 200', "a", " ", ' - "'):
        access('203.0.113.7:1 - "GET /' + part * (200_000 // len(part)))
        access(part * (200_000 // len(part)))
    assert process_time() - begun < 2
