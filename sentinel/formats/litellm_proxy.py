"""What the LiteLLM proxy says of itself. In: lines of its standard output and error. Out: see `fields`.

Access lines are uvicorn's; errors are the proxy's own, with the address of a refused client where it knows it. With
`JSON_LOGS=True` each is a JSON object; without, a line of text, followed by its traceback. The calls themselves, with their
texts and keys, are in what its logging callbacks write: format `litellm`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Record
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.uvicorn import ACCESS_FIELDS, access
from sentinel.formats._mapping.values import ip, status
from sentinel.records.event import Fields

_ERROR = frozenset({"ERROR", "CRITICAL"})
_LONGEST_MESSAGE = 4096
# `23:01:23 - LiteLLM Proxy:ERROR: common_request_processing.py:1839 - ` and uvicorn's `INFO:     `
_HEAD = re.compile(
    r"(?:(?:\d{4}-\d\d-\d\d )?+\d\d:\d\d:\d\d(?:[.,]\d{1,9}+)?+ - [^:\n]{1,80}+:(?P<level>[A-Z]{4,8}+): [^ \n]{1,200}+ - "
    r"|(?P<uvicorn>[A-Z]{4,8}+): ++)", re.ASCII)
_CALL = re.compile(r"litellm_call_id=(?P<id>[\w-]{1,128}+) - ", re.ASCII)
_RAISED = re.compile(r".{0,300}?Exception occured - ", re.ASCII)  # the proxy's own spelling; bounded, so linear
_TYPE = re.compile(r"(?:litellm\.(?:exceptions\.)?+)?+(?P<type>[A-Z]\w{1,80}+): ", re.ASCII)
_TYPES = ("Error", "Exception", "Timeout")
# Errors that are no request's (a price that is not known, a feature that is not set up) are the operator's affair.
_OF_REQUESTS = ("Invalid JSON payload", "Exception in ASGI application")
_CODE = re.compile(r"(?P<code>[45]\d\d): ", re.ASCII)
_ADDRESS = "\nRequester IP Address:"


class LiteLLMProxy(Format):
    """The log of `litellm --config ...`, JSON or text."""

    name = "litellm-proxy"
    about = "the LiteLLM proxy's own log: access lines and errors; the calls are in format litellm"
    category = "webserver"
    fields = ACCESS_FIELDS | {"error.message", "error.type", "sentinel.call.id"}
    # The address is the connection's, or that of a proxy it was told to trust.
    forgeable = frozenset({"http.request.method", "http.version", "url.original", "url.path", "url.query", "error.message"})
    examples: Sequence[dict[str, Any]] = (
        {"line": '{"message": "203.0.113.7:0 - \\"GET /admin/.env HTTP/1.1\\" 404", "level": "INFO", "timestamp": "2026-11-24T23:01:35.094007", "component": "uvicorn.access", "logger": "h11_impl.py:477"}',
         "at": "2026-11-24T23:01:35.094007Z",
         "fields": {"source.ip": "203.0.113.7", "http.request.method": "GET", "url.original": "/admin/.env", "url.path": "/admin/.env",
                    "http.version": "1.1", "http.response.status_code": 404, "event.outcome": "failure"}},
        {"line": '{"message": "litellm.proxy.proxy_server.user_api_key_auth(): Exception occured - Invalid key\\nRequester IP Address:192.0.2.66", "level": "ERROR", "timestamp": "2026-11-24T23:01:31.396827", "requester_ip": "192.0.2.66", "component": "LiteLLM Proxy", "logger": "auth_exception_handler.py:207"}',
         "events": [{"category": "application", "at": "2026-11-24T23:01:31.396827Z",
                     "fields": {"event.outcome": "failure", "error.message": "Invalid key", "source.ip": "192.0.2.66"}}]},
        {"lines": ["23:01:26 - LiteLLM Proxy:ERROR: common_request_processing.py:1839 - litellm.proxy.proxy_server._handle_llm_api_exception(): "
                   "Exception occured - litellm_call_id=7ac76765-d072-4e52-8d99-bbd9ee9eb155 - litellm.RateLimitError: too many",
                   "Traceback (most recent call last):", '  File "proxy_server.py", line 1, in chat_completion', "litellm.RateLimitError: too many",
                   'INFO:     203.0.113.7:51408 - "POST /v1/chat/completions HTTP/1.1" 429 Too Many Requests'],
         "events": [{"category": "application",
                     "fields": {"event.outcome": "failure", "sentinel.call.id": "7ac76765-d072-4e52-8d99-bbd9ee9eb155",
                                "error.type": "RateLimitError", "error.message": "litellm.RateLimitError: too many"}},
                    {"fields": {"source.ip": "203.0.113.7", "http.request.method": "POST", "url.original": "/v1/chat/completions",
                                "url.path": "/v1/chat/completions", "http.version": "1.1", "http.response.status_code": 429,
                                "event.outcome": "failure"}}]},
    )

    def frame(self, line: bytes) -> Frame:
        """A text error goes on with its traceback, up to the next line that has a head."""
        if line.startswith(b"{"):
            return Frame.WHOLE
        head = _HEAD.match(str(line[:300], "utf-8", "replace"))
        if head is None:
            return Frame.MORE
        return Frame.BEGIN if (head["level"] or head["uvicorn"]) in _ERROR else Frame.WHOLE

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        text = readable(record, fields)
        if text.startswith("{"):
            said = decoded(text.encode(), msgspec.json.decode, fields)
            if said.__class__ is not dict or said.get("message").__class__ is not str:
                raise Unreadable("no record of the proxy's log: no message")
            at = self.times.instant(said.get("timestamp"))
            return self._said(said["message"], str(said.get("level")), at, said, fields)
        head = _HEAD.match(text)
        if head is None:
            return ()  # banners, and lines that other libraries print
        message, _, _ = text[head.end():].partition("\nTraceback ")
        return self._said(message, head["level"] or head["uvicorn"], 0, {}, fields)

    def _said(self, message: str, level: str, at: int, said: dict[str, Any], fields: Fields) -> Sequence[Record]:
        seen = access(message)
        if seen is not None:
            return (Record(at, fields | seen),)
        if level not in _ERROR:
            return ()
        failure = _failure(message, said)
        return () if failure is None else (Record(at, fields | failure, category="application"),)


def _failure(message: str, said: dict[str, Any]) -> Fields | None:
    """What went wrong with a request; None when it was none's."""
    fields: Fields = {"event.outcome": "failure"}
    if not (_RAISED.match(message) or message.startswith(_OF_REQUESTS) or said.keys() & {"requester_ip", "litellm_call_id"}):
        return None
    message, _, address = message.partition(_ADDRESS)
    if found := ip(said.get("requester_ip") or address):
        fields["source.ip"] = found
    if raised := _RAISED.match(message):
        message = message[raised.end():]
    call = _CALL.match(message)
    if call is not None:
        message = message[call.end():]
    if call is not None or said.get("litellm_call_id").__class__ is str:
        fields["sentinel.call.id"] = call["id"] if call is not None else said["litellm_call_id"][:128]
    if (kind := _TYPE.match(message)) and kind["type"].endswith(_TYPES):
        fields["error.type"] = kind["type"]
    if (code := _CODE.match(message)) and (known := status(code["code"])):
        fields["http.response.status_code"] = known
    if message.strip():
        fields["error.message"] = message.strip()[:_LONGEST_MESSAGE]
    return fields
