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
from sentinel.formats._mapping.lenient import NOT_JSON
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
# What follows the quoted text, as long as no client's text is in it.
_BEHIND_PROMPT = re.compile(r", (?:params|sampling_params|params_list|prompt_token_ids): .*+", re.DOTALL)
_BEHIND_OUTPUT = re.compile(r"(?:, output_token_ids: (?:None|[\[(][\d, ]*+[\])]))?+, finish_reason: \w{1,60}+\.?+")
# In the pieces of a stream, what is not the answer itself is wrapped.
_WRAPPED = re.compile(r"\[(?:reasoning|tool_calls): (.*+)(?<=\])", re.DOTALL)
_CALL = re.compile(r"(?:, )?+([\w.-]{1,256}+)\(")
_FAILED = frozenset({"abort", "error"})
_Taken = tuple[str, str, str]  # what stands before the key, the text, what follows it


def read(message: str, fields: Fields) -> Record | None:
    """What a message says of a request, without its time; None when it says nothing of one."""
    if message.startswith("Generated response "):
        return _answer(message, fields)
    if message.startswith(("Request ", "Received request ")):
        return _request(message, fields)
    return None


def _request(message: str, fields: Fields) -> Record | None:
    before, _, said = message.partition(": ")
    taken = quoted.last(message, "prompt: ", _BEHIND_PROMPT)
    if taken is None and before.endswith(" JSON body"):
        _body(said, fields)
        return _record(before[8:-10], fields, whole=(PROMPT, SYSTEM))
    taken = taken or _forwards(before, said, "prompt: ", fields) or _promptless(before, said, fields)
    if taken is None:
        return None
    head, prompt, params = taken
    if prompt:
        template.conversation(prompt, fields)
    _asked(params, fields)
    name = head.removesuffix(": ").removeprefix("Received request ").removeprefix("Request ").removesuffix(" details")
    return _record(name, fields, whole=(PROMPT, SYSTEM))


def _promptless(before: str, said: str, fields: Fields) -> _Taken | None:
    if "JSON body: " in said:
        return before, _odd(said, fields), ""
    return (before, "", said) if said.startswith("params: ") else None


def _body(said: str, fields: Fields) -> None:
    """A request's body. Without --max-log-len vLLM cuts its last character off, which is always a brace."""
    for whole in (said + "}", said):
        try:
            return body.request(msgspec.json.decode(whole), fields)
        except NOT_JSON:
            continue
    fields[PROMPT] = _odd(said, fields)  # cut by --max-log-len, or no body at all
    return None


def _asked(params: str, fields: Fields) -> None:
    """Of the sampling parameters, without what a client may have written into texts among them."""
    bare = _STRING.sub("", params)
    if found := _TEMPERATURE.search(bare):
        fields["gen_ai.request.temperature"] = float(found[1])
    if found := _MOST_TOKENS.search(bare):
        fields["gen_ai.request.max_tokens"] = int(found[1])
    if found := _ADAPTER.search(params, max(0, params.rfind("lora_request: "))):
        fields["gen_ai.request.model"] = found[1]


def _answer(message: str, fields: Fields) -> Record | None:
    before, _, said = message.partition(": ")
    taken = quoted.last(message, "output: ", _BEHIND_OUTPUT) or _forwards(before, said, "output: ", fields)
    if taken is None:
        return None  # token ids
    head, output, rest = taken
    name, _, stream = head.removesuffix(": ").removeprefix("Generated response ").partition(" (streaming ")
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
    """`[tool_calls: f({"a": 1}), g({})]` as the calls it names; what is not all calls stays as it is."""
    names: list[str] = []
    given: list[str] = []
    at, decoder = len("[tool_calls: "), json.JSONDecoder()
    while call := _CALL.match(output, at):
        try:
            _, at = decoder.raw_decode(output, call.end())
        except (ValueError, RecursionError):
            break
        names.append(call[1])
        given.append(output[call.end():at])
        at += 1
    if names:
        fields["gen_ai.tool.name"], fields["gen_ai.tool.call.arguments"] = names, given
    if not names or output[at - 1:] != ")]":
        return output
    return "\n".join(f"{name} {arguments}" for name, arguments in zip(names, given, strict=True))


def _forwards(before: str, said: str, key: str, fields: Fields) -> _Taken | None:
    """As `quoted.last`, where what follows may hold texts of a client too, or is cut off: only what can be read in one way."""
    times = said.count(f"{key}'") + said.count(f'{key}"')
    if times == 0:
        return (before, "", said[len(key) + 4:]) if said.startswith(f"{key}None") else None
    found = quoted.python(said, len(key)) if times == 1 and said.startswith(key) else None
    if found is None:
        return before, _odd(said, fields), ""
    text, end = found
    return before, text, said[end:] if end > 0 else ""


def _odd(said: str, fields: Fields) -> str:
    """What a client made look like something else stays in one piece."""
    flaw(fields, "not-taken-apart")
    return said


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
    return Record(0, fields, Join(base, last, append=append, whole=whole))
