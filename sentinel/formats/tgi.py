"""Text Generation Inference (TGI): what its router says of requests. In: lines of its standard output. Out: see `fields`.

At LOG_LEVEL=debug prompts (`Input: ...`) and answers (`Output: ...`) are logged, raw: they go on over as many lines as they have,
up to the next line that begins with a time and a level. At info only `Success`, with the times of the request. With
--json-output each record is one line of JSON, and nothing in a prompt can look like a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Frame, Record
from sentinel.formats._mapping import template
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.time import duration
from sentinel.records.event import Fields

_HEAD = re.compile(r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}+Z) ++(?P<level>TRACE|DEBUG|INFO|WARN|ERROR) ", re.ASCII)
_BYTES_HEAD = re.compile(_HEAD.pattern.encode())
_JSON = b'{"timestamp":"'
# `compat_generate{a=1}:generate{parameters=...}:infer: text_generation_router::infer: router/src/infer/mod.rs:92: `
_SPAN = re.compile(r"(?P<name>[A-Za-z_]\w{0,80}+)(?:(?P<fields>\{)|:(?=[A-Za-z_]))", re.ASCII)
_TARGET = re.compile(
    r"(?: |(?P<span>[A-Za-z_][\w-]{0,80}+): )?(?P<target>\w{1,80}+(?:::\w{1,80}+){0,9}+): (?:[\w./-]{1,200}+:\d{1,6}+: )?+", re.ASCII)
# What counts when the end of a span's fields is looked for: texts, as Rust writes them, and braces outside of these.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[{}]', re.DOTALL)
_FIELD = re.compile(r'\b(\w{1,40}+)="([^"\\]{0,80}+)"', re.ASCII)
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_TEMPERATURE = re.compile(r"\btemperature: Some\((\d{1,4}+(?:\.\d{1,17}+)?+)\)", re.ASCII)
_MOST_TOKENS = re.compile(r"\bmax_(?:new_)?+tokens: Some\((\d{1,10}+)\)", re.ASCII)
_CHAT = frozenset({"chat_completions", "chat"})
_REQUESTS = frozenset({"generate", "generate_stream", "completions", "compat_generate", "vertex_compatibility", *_CHAT})
# The router logs no more of an input that is not streamed.
_CUT = 1000
_LONGEST_MESSAGE = 4096


class _Said(NamedTuple):
    """A record taken apart. spans: name -> its own fields, outermost first. parameters: of the request, as Rust prints them."""

    time: str
    level: str
    target: str
    message: str
    spans: dict[str, dict[str, str]]
    parameters: str


class Tgi(Format):
    """The log of `text-generation-launcher`. What it must be started with: docs/engines.md."""

    name = "tgi"
    about = "Text Generation Inference's log: prompts and answers (debug), times, errors"
    category = "llm"
    fields = frozenset({
        "gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.call.result", "gen_ai.completion", "gen_ai.operation.name",
        "gen_ai.request.stream", "gen_ai.request.temperature", "gen_ai.request.max_tokens", "event.outcome", "event.duration",
        "error.message"})
    # All of it: without --json-output a prompt may hold a line feed and behind it what looks like another record. A client
    # that does so can also hide the rest of that line from rules. With --json-output only what comes out of a request is its.
    forgeable = fields
    examples: Sequence[dict[str, Any]] = (
        {"lines": ["2026-11-24T23:01:23.787487Z DEBUG chat_completions{total_time=\"1s\"}: text_generation_router::server: router/src/server.rs:291: Input: <|im_start|>system",
                   "Be terse.<|im_end|>", "<|im_start|>user", "Hi<|im_end|>", "<|im_start|>assistant", ""],
         "at": "2026-11-24T23:01:23.787487Z",
         "fields": {"gen_ai.operation.name": "chat", "gen_ai.system_instructions": "Be terse.", "gen_ai.prompt": "Hi"}},
        {"line": '{"timestamp":"2026-11-24T23:01:24.145031Z","level":"INFO","message":"Success","target":"text_generation_router::server","filename":"router/src/server.rs","line_number":309,"span":{"name":"generate","parameters":"GenerateParameters { temperature: Some(0.5), max_new_tokens: Some(20), stop: [] }","total_time":"357.867572ms"},"spans":[{"name":"generate","total_time":"357.867572ms"}]}',
         "at": "2026-11-24T23:01:24.145031Z",
         "fields": {"gen_ai.operation.name": "text_completion", "gen_ai.request.temperature": 0.5, "gen_ai.request.max_tokens": 20,
                    "event.outcome": "success", "event.duration": 357_867_572}},
    )

    def frame(self, line: bytes) -> Frame:
        if line.startswith(_JSON):
            return Frame.WHOLE
        return Frame.BEGIN if _BYTES_HEAD.match(line) else Frame.MORE

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        text = readable(record, fields)
        if not text:
            return ()
        said = _of_json(decoded(text.encode(), msgspec.json.decode, fields)) if text.startswith("{") else _of_text(text)
        if said is None or not _tell(said, fields):
            return ()
        return (Record(self.times.instant(said.time), fields),)


def _of_text(text: str) -> _Said | None:
    head = _HEAD.match(text)
    if head is None:
        if text[:1].isspace():
            return None
        raise Unreadable("no line of TGI's log, and none before it that it could go on with")
    at, parameters = head.end(), ""
    spans: dict[str, dict[str, str]] = {}
    while span := _SPAN.match(text, at):
        end, own = _closed(text, span.end()) if span["fields"] else (span.end() - 1, "")
        spans[span["name"]] = dict(_FIELD.findall(own))
        if "parameters=" in own:
            parameters = text[span.end():end]
        at = end + 1
    target = _TARGET.match(text, at)
    if target is None:
        return _Said(head["time"], head["level"], "", text[at:].lstrip(), spans, parameters)
    if target["span"]:
        spans[target["span"]] = {}
    return _Said(head["time"], head["level"], target["target"], text[target.end():], spans, parameters)


def _closed(text: str, at: int) -> tuple[int, str]:
    """Where a span's fields end, and what of them stands in no inner braces."""
    depth, own, kept = 1, [], at
    for token in _TOKEN.finditer(text, at):
        brace = token.group()
        if brace == "{":
            if depth == 1:
                own.append(text[kept:token.start()])
            depth += 1
        elif brace == "}":
            depth -= 1
            if depth == 1:
                kept = token.end()
            elif depth == 0:
                return token.end(), "".join([*own, text[kept:token.start()]])
    return len(text), ""


def _of_json(said: Any) -> _Said | None:
    if said.__class__ is not dict or said.get("timestamp").__class__ is not str:
        raise Unreadable("no record of TGI's log")
    inner = [*(said["spans"] if said.get("spans").__class__ is list else ()), said.get("span")]
    named = [span for span in inner if span.__class__ is dict and span.get("name").__class__ is str]
    spans = {span["name"]: {key: value for key, value in span.items() if value.__class__ is str} for span in named}
    parameters = next((span["parameters"] for span in reversed(named) if span.get("parameters").__class__ is str), "")
    return _Said(said["timestamp"], str(said.get("level")), str(said.get("target")), str(said.get("message") or ""), spans, parameters)


def _tell(said: _Said, fields: Fields) -> bool:
    """Sets what a record says of a request; False when it says nothing of one."""
    message, _, more = said.message.partition("\n")
    if message.startswith("Input: "):
        _input(said.message[7:], fields)
    elif message.startswith("Output: "):
        fields["gen_ai.completion"] = said.message[8:]
    elif message == "Success" and not more:
        fields["event.outcome"] = "success"
    elif said.level == "ERROR" and said.spans:
        fields["event.outcome"], fields["error.message"] = "failure", said.message[:_LONGEST_MESSAGE]
    elif more.strip() and said.target != "text_generation_launcher":
        # Somebody wrote a line that looks like a record (or quoted one) into a prompt: what follows is the prompt's rest.
        fields["gen_ai.prompt"] = more
        flaw(fields, "not-taken-apart")
    else:
        return False
    _request(said, fields)
    return True


def _input(text: str, fields: Fields) -> None:
    template.conversation(text, fields)
    if len(text) == _CUT:
        flaw(fields, "content-cut")


def _request(said: _Said, fields: Fields) -> None:
    """What the spans say of the request that a record belongs to."""
    if not _REQUESTS.isdisjoint(said.spans):
        fields["gen_ai.operation.name"] = "text_completion" if _CHAT.isdisjoint(said.spans) else "chat"
    if "generate_stream" in said.spans:
        fields["gen_ai.request.stream"] = True
    bare = _STRING.sub("", said.parameters)
    if found := _TEMPERATURE.search(bare):
        fields["gen_ai.request.temperature"] = float(found[1])
    if found := _MOST_TOKENS.search(bare):
        fields["gen_ai.request.max_tokens"] = int(found[1])
    if fields.get("event.outcome") == "success":
        took = next((span["total_time"] for span in said.spans.values() if "total_time" in span), "")
        if span := duration(took):
            fields["event.duration"] = span
