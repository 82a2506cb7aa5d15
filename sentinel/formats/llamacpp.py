"""llama.cpp's server: access lines, and with -v whole bodies. In: lines of its standard error or --log-file. Out: see `fields`.

Its lines have no time but, with --log-timestamps, the time since its start. Builds of October 2024 to November 2025 log each
request; later ones only the pieces of streams (-v). Older ones, and ik_llama.cpp, write `key=value` pairs or JSON, with a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Join, Record
from sentinel.formats._mapping import quoted, template
from sentinel.formats._mapping.chat import body
from sentinel.formats._mapping.lenient import NOT_JSON, decoded
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.syslog import headless
from sentinel.formats._mapping.values import ip, outcome, status
from sentinel.records.event import Fields

_SINCE = r"(?:\d{1,7}+\.\d\d\.\d{3}\.\d{3} )?+(?:[IWEDT] )?+"
_SERVER = re.compile(_SINCE + r"(?:srv|que|slot) ++[^:]{0,80}+: ", re.ASCII)
_BODY = re.compile(r"(?:converted )?+request: {1,2}+(?=[{\[\s\"]|\Z)", re.ASCII)
_ACCESS = re.compile(r"(?:done )?+request: (?P<method>[A-Z]{3,10}+) ", re.ASCII)
_CHUNK = re.compile(r"(?:http: streamed chunk: |data stream, to_send: )")
_ANSWER = "response: "
# `INFO [      log_server_request] request | tid="1" timestamp=1757425277 remote_addr="192.0.2.66" ...`
_PAIRS = re.compile(r"[A-Z]{3,7}+ \[ *+(?P<function>\w{1,80}+)\] (?P<message>[^|]*+)\| ")
# At its start it prints the model's chat template and an example, line breaks and all.
_TEMPLATE = re.compile(_SINCE + r"(?:srv ++)?+(?:\w{1,40}+: ++){1,2}+chat template, ", re.ASCII)
# A body's line may be one of JSON's own words.
_CHATTER = re.compile(
    r"(?!(?:null|true|false)\s*+\Z)" + _SINCE + r"(?:\s|(?:[A-Za-z~_][\w.()~,<>/-]{0,80}+ ?+){1,6}+[:=]|[.]++\Z|={3}|Grammar|Chat format|warning|[A-Za-z]++(?: \[|\Z))", re.ASCII)


class LlamaCpp(Format):
    """The log of `llama-server`. What it must be started with: docs/engines.md."""

    name = "llamacpp"
    about = "llama.cpp's server log: access lines; with -v bodies of requests and answers"
    category = "llm"
    fields = frozenset({
        "source.ip", "http.request.method", "http.response.status_code", "event.outcome", "url.original", "url.path",
        *body.REQUEST_FIELDS, *body.RESPONSE_FIELDS})
    # All of it. Paths are logged decoded, bodies as they were sent: a client can write line feeds, and so whole lines of its
    # own with any address in them.
    forgeable = fields
    joins = True
    examples: Sequence[dict[str, Any]] = (
        {"line": "srv  log_server_r: request: POST /v1/chat/completions 203.0.113.7 401",
         "category": "webserver",
         "fields": {"source.ip": "203.0.113.7", "http.request.method": "POST", "url.original": "/v1/chat/completions",
                    "url.path": "/v1/chat/completions", "http.response.status_code": 401, "event.outcome": "failure"}},
        {"line": 'INFO [      log_server_request] request | tid="5832" timestamp=1795561283 remote_addr="203.0.113.7" remote_port=59900 status=200 method="POST" path="/completion" params={}',
         "category": "webserver", "at": "2026-11-24T23:01:23Z",
         "fields": {"source.ip": "203.0.113.7", "http.request.method": "POST", "url.original": "/completion",
                    "url.path": "/completion", "http.response.status_code": 200, "event.outcome": "success"}},
    )

    def frame(self, line: bytes) -> Frame:
        """A body may be printed over several lines; what no program's line begins with goes on with it."""
        text, _ = headless(str(line[:600], "utf-8", "replace"))
        if _TEMPLATE.match(text):
            return Frame.BEGIN
        server = _SERVER.match(text)
        if server is not None:
            said = text[server.end():]
            return Frame.BEGIN if _BODY.match(said) else Frame.MORE if said.startswith(_ANSWER) else Frame.WHOLE
        return Frame.WHOLE if _PAIRS.match(text) or (text[:1].isalnum() and _CHATTER.match(text)) else Frame.MORE

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        text, time = headless(readable(record, fields))
        if time and "\n" in text:
            text = "\n".join(headless(line)[0] for line in text.split("\n"))
        at = self.times.instant(time) if time else 0
        server = _SERVER.match(text)
        if server is not None:
            return _at(_served(text[server.end():], fields), at)
        if text.startswith("{"):
            return self._logged(decoded(text.encode(), msgspec.json.decode, fields), at, fields)
        if pairs := _PAIRS.match(text):
            said: dict[str, Any] = dict(quoted.pairs(text[pairs.end():]))
            return self._logged({**said, "function": pairs["function"]}, at, fields)
        if chunk := _CHUNK.match(text):
            return _at(_piece(text[chunk.end():], fields), at)
        if not text or _CHATTER.match(text):
            return ()
        raise Unreadable("no line of llama.cpp's server log")

    def _logged(self, said: Any, at: int, fields: Fields) -> Sequence[Record]:
        """A record of the older kind, as JSON or pairs."""
        if said.__class__ is not dict or said.get("function") != "log_server_request":
            return ()
        at = self.times.instant(said.get("timestamp")) or at
        if "remote_addr" in said or "method" in said:
            _access(str(said.get("method") or ""), str(said.get("path") or ""), str(said.get("remote_addr") or ""), said.get("status"), fields)
            return (Record(at, fields, category="webserver"),)
        if not said.get("request") and not said.get("response"):
            return ()
        _bodies(str(said.get("request") or ""), str(said.get("response") or ""), fields)
        return (Record(at, fields),)


def _at(record: Record | None, at: int) -> Sequence[Record]:
    if record is None:
        return ()
    record.at = at
    return (record,)


def _served(said: str, fields: Fields) -> Record | None:
    """What the server's own part says, without its prefix."""
    if match := _BODY.match(said):
        asked, answered = _parted(said[match.end():])
        _bodies(asked, answered, fields)
        return Record(0, fields) if fields else None
    if said.startswith(_ANSWER):
        _bodies("", said.removeprefix(_ANSWER), fields)
        return Record(0, fields) if fields else None
    if match := _ACCESS.match(said):
        # A decoded path may hold blanks: address and status are the last two words.
        path, *end = said[match.end():].rsplit(" ", 2)
        if len(end) == 2:
            _access(match["method"], path, end[0], end[1], fields)
            return Record(0, fields, category="webserver")
    if match := _CHUNK.match(said):
        return _piece(said[match.end():], fields)
    return None


def _parted(text: str) -> tuple[str, str]:
    """A request's body and the response that follows it in the log."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        server = _SERVER.match(line)
        if number and server is not None and line.startswith(_ANSWER, server.end()):
            return "\n".join(lines[:number]), "\n".join([line[server.end() + len(_ANSWER):], *lines[number + 1:]])
    return text, ""


def _access(method: str, path: str, address: str, code: Any, fields: Fields) -> None:
    if found := ip(address):
        fields["source.ip"] = found
    if method:
        fields["http.request.method"] = method
    if path:
        # Decoded, and without a query: a question mark in it is part of the path.
        fields["url.original"] = fields["url.path"] = path
    code = int(code) if code.__class__ is str and code.isdecimal() and len(code) < 4 else code
    if status(code):
        fields["http.response.status_code"], fields["event.outcome"] = code, outcome(code)


def _bodies(asked: str, answered: str, fields: Fields) -> None:
    asked, answered = asked.strip(), answered.strip()
    if asked:
        body.request(asked, fields)
    if answered.startswith(("{", "[", "data:")):
        _answer(decoded(answered.encode(), msgspec.json.decode, fields) if answered[0] == "{" else answered, fields)


def _answer(answered: Any, fields: Fields) -> None:
    """A response, with what -v adds to it: the prompt as the model got it."""
    inner = answered.get("__verbose") if answered.__class__ is dict else None
    verbose = inner if inner.__class__ is dict else answered
    body.response(answered, fields)
    prompt = verbose.get("prompt") if verbose.__class__ is dict else None
    if prompt.__class__ is str and "gen_ai.prompt" not in fields:
        template.conversation(prompt, fields)


def _piece(text: str, fields: Fields) -> Record | None:
    """A piece of a stream; None when it says only that it is over. Pieces are joined by the answer's id, or by the slot, which works on one answer at a time."""
    data = text.strip().removeprefix("data: ")
    try:
        chunk = msgspec.json.decode(data)
    except NOT_JSON:
        chunk = None
    if chunk.__class__ is not dict:
        body.response("" if data == "[DONE]" else text, fields)
        return Record(0, fields) if "gen_ai.completion" in fields else None
    _answer(chunk, fields)
    fields["gen_ai.request.stream"] = True
    over = bool(fields.get("gen_ai.response.finish_reasons")) or chunk.get("stop") is True
    if not over:
        fields.pop("event.outcome", None)
    name = chunk.get("id") or (f"slot {chunk['id_slot']}" if "id_slot" in chunk else "")
    whole = ("gen_ai.prompt", "gen_ai.system_instructions")
    return Record(0, fields, Join(str(name), over, append=("gen_ai.completion",), whole=whole) if name else None)
