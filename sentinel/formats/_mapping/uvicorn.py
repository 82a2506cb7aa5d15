"""Access lines of uvicorn, the web server inside vLLM, LiteLLM and other Python servers. In: a line behind its level. Out: fields.

`203.0.113.7:51408 - "POST /v1/chat/completions HTTP/1.1" 200 OK`, `203.0.113.7:51408 - "WebSocket /v1/realtime" [accepted]`;
there is no time in it. Paths are percent-encoded by uvicorn
and a query holds no blanks, so a client cannot write a status of its own behind a quote.
"""

from __future__ import annotations

import re

from sentinel.formats._mapping.values import ip, outcome, status
from sentinel.formats._mapping.web import request_line
from sentinel.records.event import Fields

_ACCESS = re.compile(r'(?P<client>\S*+) ?+- "(?P<request>[^"]*+(?:"(?! [\d\[])[^"]*+)*+)" (?P<status>\d{3}|\[accepted\])(?: [ -~]*+)?+', re.ASCII)
_SOCKET = "WebSocket "

ACCESS_FIELDS = frozenset({
    "source.ip", "http.request.method", "http.version", "http.response.status_code", "event.outcome", "url.original", "url.path",
    "url.query"})


def access(text: str) -> Fields | None:
    """What an access line says; None when it is none."""
    match = _ACCESS.fullmatch(text)
    if match is None:
        return None
    fields: Fields = {}
    # The port is behind the last colon, and an IPv6 address has no brackets.
    if address := ip(match["client"].rpartition(":")[0]):
        fields["source.ip"] = address
    # A WebSocket begins as a GET, and an accepted one is answered by Switching Protocols.
    request, answer = match["request"], match["status"]
    request_line(f"GET {request.removeprefix(_SOCKET)}" if request.startswith(_SOCKET) else request, fields)
    if code := status("101" if answer == "[accepted]" else answer):
        fields["http.response.status_code"] = code
        fields["event.outcome"] = str(outcome(code))
    return fields
