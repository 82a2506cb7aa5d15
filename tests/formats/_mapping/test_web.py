from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats._mapping.web import request_line, url


@pytest.mark.parametrize(("line", "wanted"), [
    ("GET /a?b=1 HTTP/1.1", {"http.request.method": "GET", "http.version": "1.1", "url.original": "/a?b=1", "url.path": "/a", "url.query": "b=1"}),
    ("M-SEARCH * HTTP/1.1", {"http.request.method": "M-SEARCH", "http.version": "1.1", "url.original": "*", "url.path": "*"}),
    ("GET /a b HTTP/1.1", {"http.request.method": "GET", "http.version": "1.1", "url.original": "/a b", "url.path": "/a b"}),
    ("GET /old", {"http.request.method": "GET", "url.original": "/old", "url.path": "/old"}),
    ("GET HTTP/1.1", {"http.request.method": "GET", "url.original": "HTTP/1.1", "url.path": "HTTP/1.1"}),
    ("}", {"url.original": "}"}),
    ("GARBAGE", {"url.original": "GARBAGE"}),
    ("\x16\x03\x01 x", {"url.original": "\x16\x03\x01 x"}),
    ("get /a HTTP/1.1", {"url.original": "get /a HTTP/1.1"}),
    ("A" * 30 + " /a HTTP/1.1", {"url.original": "A" * 30 + " /a HTTP/1.1"}),
    ("/a?b=1", {"url.original": "/a?b=1", "url.path": "/a", "url.query": "b=1"}),
    ("", {}), ("-", {}), (None, {}), (5, {}),
])
def test_request_lines(line: Any, wanted: dict[str, str]) -> None:
    fields: dict[str, Any] = {}
    request_line(line, fields)
    assert fields == wanted


@pytest.mark.parametrize(("target", "path", "query"), [
    ("/a/%2e%2e/b?x=%0d%0a", "/a/%2e%2e/b", "x=%0d%0a"),
    ("/a?", "/a", None),
    ("/a?b?c", "/a", "b?c"),
    ("http://evil.example/x?y", "/x", "y"),
    ("http://evil.example", "/", None),
    ("/x?u=http://a/b", "/x", "u=http://a/b"),
    ("?x", None, "x"),
])
def test_targets(target: str, path: str | None, query: str | None) -> None:
    fields: dict[str, Any] = {}
    url(target, fields)
    assert (fields["url.original"], fields.get("url.path"), fields.get("url.query")) == (target, path, query)
