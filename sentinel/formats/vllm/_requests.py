"""What vLLM's request logger writes. In: a message without its prefix. Out: fields, and how they join.

`Request ID details: prompt: '...', prompt_token_ids: ...` (DEBUG) and `Received request ID: params: ...`, until 2025 in one line
`Received request ID: prompt: '...', params: ...`; `Generated response ID[ (streaming delta|complete)]: output: '...',
finish_reason: ...`; `Request ID JSON body: {...}` (DEBUG).

The client may choose the id (x-request-id), blanks and quotes in it included. So a message that says a thing twice is not
taken apart: all of it becomes the text that rules look into.
"""

from __future__ import annotations

import json
import re

import msgspec

from sentinel.formats._base import Join, Record
from sentinel.formats._mapping import quoted, template
from sentinel.formats._mapping.chat import body
from sentinel.formats._mapping.fields import flaw
from sentinel.records.event import Fields

PROMPT, SYSTEM, COMPLETION = "gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.completion"
FIELDS = frozenset({
    PROMPT, SYSTEM, COMPLETION, "gen_ai.tool.call.result", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.operation.name",
    "gen_ai.request.model", "gen_ai.request.temperature", "gen_ai.request.max_tokens", "gen_ai.response.id",
    "gen_ai.response.finish_reasons", "http.request.id", "event.outcome", *body.REQUEST_FIELDS})

_STRING = re.compile(r"""'[^'\\]*+(?:\\.[^'\\]*+)*+'?+|"[^"\\]*+(?:\\.[^"\\]*+)*+"?+""", re.DOTALL)
_ID = re.compile(r"(?P<kind>chatcmpl|cmpl|embd|score|rerank|pool|classify|resp|transcribe|translate|generate|realtime)?+[-_]?+(?P<base>\S{1,300}+)")
_PART = re.compile(r"-\d{1,6}\Z", re.ASCII)
_OPERATIONS = {
    "chatcmpl": "chat", "resp": "chat", "cmpl": "text_completion", "generate": "text_completion", "embd": "embeddings",
    "pool": "embeddings", "rerank": "rerank", "score": "rerank", "classify": "classify", "transcribe": "transcription",
    "translate": "transcription"}
_TEMPERATURE = re.compile(r"\btemperature=(\d{1,4}+(?:\.\d{1,17}+)?+)", re.ASCII)
_MOST_TOKENS = re.compile(r"\bmax_tokens=(\d{1,10}+)", re.ASCII)
_ADAPTER = re.compile(r"\blora_request: LoRARequest\(lora_name='([^']{1,200}+)'", re.ASCII)
_FINISH = re.compile(r"finish_reason: (\w{1,60}+)\.?+\Z", re.ASCII)
# In the pieces of a stream, what is not the answer itself is wrapped.
_WRAPPED = re.compile(r"\[(?:reasoning|tool_calls): (.*+)(?<=\])", re.DOTALL)
_CALL = re.compile(r"(?:, )?+([\w.-]{1,256}+)\(")
_FAILED = frozenset({"abort", "error"})


def read(message: str, fields: Fields) -> Record | None:
    """What a message says of a request, without its time; None when it says nothing of one."""
    before, _, said = message.partition(": ")
    if before.startswith("Generated response "):
        return _answer(before[19:], said, fields)
    if before.startswith("Request ") and before.endswith(" JSON body"):
        body.request(_closed(said), fields)
        return _record(before[8:-10], fields, whole=(PROMPT, SYSTEM))
    for start in ("Request ", "Received request "):
        if before.startswith(start):
            return _request(before.removeprefix(start).removesuffix(" details"), said, fields)
    return None


def _closed(text: str) -> str:
    """Without --max-log-len vLLM cuts the last character of a body off, and it is always this one."""
    try:
        msgspec.json.decode(whole := text + "}")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return text
    return whole


def _request(name: str, said: str, fields: Fields) -> Record | None:
    if said.startswith("params: ") and not _says("prompt: ", said):
        prompt, params = "", said
    elif "prompt: " in said or "JSON body: " in said:
        prompt, params = _quoted(said, "prompt: ", fields)
    else:
        return None
    if prompt:
        template.conversation(prompt, fields)
    _asked(params, fields)
    return _record(name, fields, whole=(PROMPT, SYSTEM))


def _asked(params: str, fields: Fields) -> None:
    """Of the sampling parameters, without what a client may have written into texts among them."""
    bare = _STRING.sub("", params)
    if found := _TEMPERATURE.search(bare):
        fields["gen_ai.request.temperature"] = float(found[1])
    if found := _MOST_TOKENS.search(bare):
        fields["gen_ai.request.max_tokens"] = int(found[1])
    if found := _ADAPTER.search(params, max(0, params.rfind("lora_request: "))):
        fields["gen_ai.request.model"] = found[1]


def _answer(name: str, said: str, fields: Fields) -> Record | None:
    if "output: " not in said:
        return None  # token ids
    name, _, stream = name.partition(" (streaming ")
    output, rest = _quoted(said, "output: ", fields)
    if stream == "delta)":
        wrapped = _WRAPPED.fullmatch(output)
        output = wrapped[1].removesuffix("]") if wrapped else output
    elif output.startswith("[tool_calls: "):
        output = _calls(output, fields)
    if output:
        fields[COMPLETION] = output
    if stream:
        fields["gen_ai.request.stream"] = True
    _ended(rest, stream, fields)
    if stream == "delta)":
        return _record(name, fields, append=(COMPLETION,))
    return _record(name, fields, last=True, whole=(COMPLETION,))


def _ended(rest: str, stream: str, fields: Fields) -> None:
    found = _FINISH.search(rest)
    reason = found[1] if found else "None"
    # The end of a stream says only that it is one; the last piece before it said why.
    if reason not in ("None", "streaming_complete"):
        fields["gen_ai.response.finish_reasons"] = [reason]
    if stream != "delta)":
        fields["event.outcome"] = "failure" if reason in _FAILED else "success"


def _calls(output: str, fields: Fields) -> str:
    """`[tool_calls: f({"a": 1}), g({})]` as the calls it names."""
    names: list[str] = []
    given: list[str] = []
    at, decoder = len("[tool_calls: "), json.JSONDecoder()
    while call := _CALL.match(output, at):
        try:
            _, at = decoder.raw_decode(output, call.end())
        except (ValueError, RecursionError):
            at = len(output) - 2
        names.append(call[1])
        given.append(output[call.end():at])
        at += 1
    if not names:
        return output
    fields["gen_ai.tool.name"], fields["gen_ai.tool.call.arguments"] = names, given
    return "\n".join(f"{name} {arguments}" for name, arguments in zip(names, given, strict=True))


def _quoted(said: str, key: str, fields: Fields) -> tuple[str, str]:
    """The text in Python's quotes behind `key`, and what follows it; "" for None (only token ids were logged)."""
    if said.startswith(key):
        found = quoted.python(said, len(key))
        text, end = found or ("", len(key))
        rest = said[end:] if end > 0 else ""
        if (found or rest.startswith("None")) and not _says(key, rest):
            return text, rest
    flaw(fields, "not-taken-apart")
    return said, ""


def _says(key: str, text: str) -> bool:
    """Whether `key` stands in `text` outside of quotes."""
    return key in text and key in _STRING.sub("", text)


def _record(name: str, fields: Fields, *, last: bool = False, append: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Record:
    """Of several prompts in one request each has its number behind the id; they are one event."""
    match = _ID.fullmatch(name)
    if match is None or name == "N/A":
        return Record(0, fields)
    base, kind = match["base"], match["kind"]
    if kind == "cmpl":
        base, name = _PART.sub("", base), _PART.sub("", name)
    if kind:
        fields["gen_ai.response.id"] = name
        fields |= {"gen_ai.operation.name": _OPERATIONS[kind]} if kind in _OPERATIONS else {}
    fields["http.request.id"] = base
    return Record(0, fields, Join(base, last, append, (), whole))
