"""Reads whole bodies of a request and its response, of any API. In: a body as logged. Out: the fields it fills.

One reader serves OpenAI (chat, completions, responses, embeddings), Anthropic, Gemini, Amazon's Converse and what each
vendor's models take at InvokeModel: their keys do not contradict each other, so the tables below are the whole difference.
What a format reads from elsewhere in its record wins over the body.
"""

from __future__ import annotations

from typing import Any

from sentinel.formats._mapping.chat import BOTH, came_out, ends, went_in
from sentinel.formats._mapping.chat.content import Heard, written
from sentinel.formats._mapping.chat.opened import opened
from sentinel.formats._mapping.chat.stream import is_stream, joined
from sentinel.formats._mapping.values import Converter, boolean, integer, milliseconds, number, text
from sentinel.records.event import Fields

Body = dict[str, Any]
Paths = tuple[str, ...]  # keys with dots between
# First key of a path -> (field, converter, further keys) of each path that begins with it: most keys are in no one body.
Table = dict[str, list[tuple[str, Converter, tuple[str, ...]]]]


def _table(readings: dict[str, tuple[Converter, Paths]]) -> Table:
    table: Table = {}
    for name, (convert, paths) in readings.items():
        for path in paths:
            key, *rest = path.split(".")
            table.setdefault(key, []).append((name, convert, tuple(rest)))
    return table



def _word(value: Any) -> str | None:
    return value if value.__class__ is str and value and not value.isdigit() else None


_ASKED: dict[str, tuple[Converter, Paths]] = {
    "gen_ai.request.model": (text, ("model", "modelId", "model_id")),
    "gen_ai.request.stream": (boolean, ("stream",)),
    "gen_ai.request.temperature": (number, (
        "temperature", "generationConfig.temperature", "generation_config.temperature", "inferenceConfig.temperature",
        "textGenerationConfig.temperature", "options.temperature", "parameters.temperature")),
    "gen_ai.request.max_tokens": (integer, (
        "max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample", "max_gen_len", "maxTokens",
        "generationConfig.maxOutputTokens", "generation_config.max_output_tokens", "inferenceConfig.maxTokens",
        "inferenceConfig.max_new_tokens", "textGenerationConfig.maxTokenCount", "options.num_predict",
        "parameters.maxOutputTokens", "parameters.max_new_tokens")),
    "gen_ai.conversation.id": (text, ("conversation.id", "conversation", "previous_response_id", "conversation_id", "session_id")),
    "sentinel.end_user.id": (text, ("user", "safety_identifier", "metadata.user_id", "metadata.user", "end_user")),
}
_SYSTEM = ("system", "instructions", "systemInstruction", "system_instruction", "preamble")
# Where the input stands, and what is asked for with it; whether `input` is to be answered or embedded, the answer says.
_INPUT: dict[str, str] = {
    "chat_history": "chat", "messages": "chat", "message": "chat", "contents": "generate_content", "prompt": "text_completion",
    "inputText": "text_completion", "inputs": "text_completion", "input_text": "text_completion", "texts": "embeddings",
    "suffix": "", "input": "", "query": "", "documents": "", "instances": "", "promptVariables": "", "content": "", "requests": "",
    "inputImage": "", "images": "", "image": "", "prediction": "", "question": "", "tool_results": "", "textToImageParams": "",
    "text_prompts": "", "file": "",
}
# Those that are lists of messages, or may be.
_TURNS = frozenset({"chat_history", "messages", "message", "contents", "input"})
# In a body of no known shape everything is input but these.
_SETTINGS = frozenset({*_SYSTEM, "user", "metadata", "tools", "functions", "toolConfig", "tool_choice", "data_sources", "headers",
                       "authorization", "conversation", "previous_response_id", "anthropic_version"})
_TOOLS = ("tools", "functions", "toolConfig.tools", "tool_config.tools", "tools_config.tools")
# What a tool's definition may hold that is a credential, and none of the model's business.
_CREDENTIALS = frozenset({"headers", "authorization", "authentication", "server_url_token", "api_key"})

_ANSWER = ("choices", "output", "content", "candidates", "results", "outputs", "generations", "completions", "predictions",
           "generation", "completion", "message", "text", "outputText", "generated_text", "response", "data", "images",
           "artifacts", "tool_plan", "citations", "documents", "transcript")
_USED: dict[str, tuple[Converter, Paths]] = {
    "gen_ai.response.id": (text, ("id", "responseId", "response_id", "generation_id")),
    "gen_ai.response.model": (text, ("model", "modelVersion")),
    "gen_ai.usage.input_tokens": (integer, (
        "usage.prompt_tokens", "usage.input_tokens", "usage.inputTokens", "usageMetadata.promptTokenCount", "inputTextTokenCount",
        "prompt_token_count", "usage.tokens.input_tokens", "meta.tokens.input_tokens", "meta.billed_units.input_tokens",
        "prompt_eval_count", "amazon-bedrock-invocationMetrics.inputTokenCount")),
    "gen_ai.usage.output_tokens": (integer, (
        "usage.completion_tokens", "usage.output_tokens", "usage.outputTokens", "usageMetadata.candidatesTokenCount",
        "generation_token_count", "usage.tokens.output_tokens", "meta.tokens.output_tokens", "meta.billed_units.output_tokens",
        "eval_count", "totalOutputTextTokenCount", "results.tokenCount", "amazon-bedrock-invocationMetrics.outputTokenCount")),
    "gen_ai.usage.reasoning.output_tokens": (integer, (
        "usage.completion_tokens_details.reasoning_tokens", "usage.output_tokens_details.reasoning_tokens",
        "usageMetadata.thoughtsTokenCount")),
    "gen_ai.usage.cache_read.input_tokens": (integer, (
        "usage.prompt_tokens_details.cached_tokens", "usage.input_tokens_details.cached_tokens", "usage.cache_read_input_tokens",
        "usage.cacheReadInputTokens", "usageMetadata.cachedContentTokenCount")),
    "gen_ai.usage.cache_creation.input_tokens": (integer, ("usage.cache_creation_input_tokens", "usage.cacheWriteInputTokens")),
    "event.duration": (milliseconds, ("metrics.latencyMs", "amazon-bedrock-invocationMetrics.invocationLatency")),
}
_ERROR: dict[str, tuple[Converter, Paths]] = {
    "error.type": (_word, ("type", "innererror.code", "__type", "status", "reason")),
    "error.code": (text, ("code", "__type")),
    "error.message": (text, ("message", "Message", "detail", "msg")),
}
_CUT_SHORT = ("incomplete_details.reason", "promptFeedback.blockReason")
_EMBEDDINGS = frozenset({"embedding", "embeddings", "embeddingsByType"})
# What is all there is to an answer that tells of an error.
_COMPLAINT = frozenset({"message", "Message", "detail", "code", "status", "type", "__type", "param", "object", "request_id", "requestId"})

_ASKED_AT, _USED_AT, _ERROR_AT = _table(_ASKED), _table(_USED), _table(_ERROR)

REQUEST_FIELDS = ("gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.definitions", "gen_ai.operation.name", *BOTH, *_ASKED)
RESPONSE_FIELDS = ("gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.response.finish_reasons",
                   "gen_ai.operation.name", "event.outcome", *BOTH, *_USED, *_ERROR)


def request(value: Any, fields: Fields) -> None:
    """Sets what a request body says."""
    body = opened(value, fields)
    heard = Heard()
    if body.__class__ is not dict:
        heard.turns(body)
        return went_in(heard, fields)
    _fill(body, _ASKED_AT, fields)
    for key in _SYSTEM:
        heard.read(body.get(key), heard.system)
    keys = [key for key in _INPUT if body.get(key) is not None]
    for key in keys:
        heard.turns(body[key] if key in _TURNS else {key: body[key]})
        if _INPUT[key]:
            fields.setdefault("gen_ai.operation.name", _INPUT[key])
    if not keys:
        heard.turns({key: part for key, part in body.items() if key not in _SETTINGS})
    tools = [_definition(tool) for path in _TOOLS if (found := _at(body, path)).__class__ is list for tool in found]
    if tools:
        fields["gen_ai.tool.definitions"] = tools
    return went_in(heard, fields)


def response(value: Any, fields: Fields) -> None:
    """Sets what a response body says, also one that was streamed, and an error."""
    body = opened(value, fields)
    if is_stream(body):
        body = joined(body)
    heard = Heard(answer=True)
    if body.__class__ is not dict:
        heard.read(body, heard.texts)
        return came_out(heard, [], fields)
    failed = _failed(body, fields)
    if body:
        fields.setdefault("event.outcome", "failure" if failed else "success")
    _fill(body, _USED_AT, fields)
    # A stream that broke off brings both an error and what was said until then.
    keys = [key for key in _ANSWER if body.get(key) is not None and not (failed and key in _COMPLAINT)]
    for key in keys:
        heard.read({key: body[key]}, heard.texts)
    if not keys and not failed:
        heard.read(body, heard.texts)
    if _is_embedding(body):
        fields["gen_ai.operation.name"] = "embeddings"
    elif body.get("object") in ("response", "chat.completion"):
        fields.setdefault("gen_ai.operation.name", "chat")
    return came_out(heard, _finished(body, keys), fields)


def _finished(body: Body, keys: list[str]) -> list[str]:
    """Why the answer ended: each choice, the whole, or what a guard said."""
    found = [end for key in keys for end in ends(body[key])] or ends(body)
    found += [end for path in _CUT_SHORT if (end := text(_at(body, path)))]
    if body.get("amazon-bedrock-guardrailAction") == "INTERVENED":
        found.append("guardrail_intervened")
    return found


def _failed(body: Body, fields: Fields) -> bool:
    """Whether a body tells of an error, and of which."""
    error = body.get("error")
    if not error and (body.get("type") == "error" or body.get("object") == "error" or _complains(body)):
        error = body
    if error.__class__ is dict and error:
        _fill(error, _ERROR_AT, fields)
    elif text(error):
        fields.setdefault("error.message", text(error))
    return bool(error)


def _complains(body: Body) -> bool:
    """Whether a body is a complaint without a frame, as frameworks and AWS write them."""
    said = body.get("message") or body.get("Message") or body.get("detail") or body.get("__type")
    return bool(said) and said.__class__ is not dict and body.keys() <= _COMPLAINT


def _is_embedding(body: Body) -> bool:
    data = body.get("data")
    first = data[0] if data.__class__ is list and data else body
    return first.__class__ is dict and not _EMBEDDINGS.isdisjoint(first)


def _definition(tool: Any) -> str:
    """A tool offered to the model, as JSON: its description is text that steers the model."""
    return written({key: part for key, part in tool.items() if key not in _CREDENTIALS} if tool.__class__ is dict else tool)


def _fill(body: Body, table: Table, fields: Fields) -> None:
    for key, readings in table.items():
        value = body.get(key)
        if value is not None:
            for name, convert, rest in readings:
                if name not in fields and (found := convert(_within(value, rest) if rest else value)) is not None:
                    fields[name] = found


def _at(body: Body, path: str) -> Any:
    key, _, rest = path.partition(".")
    return _within(body.get(key), tuple(rest.split("."))) if rest else body.get(key)


def _within(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands under the keys, in the first item where a list is on the way."""
    for key in keys:
        if value.__class__ is list and value:
            value = value[0]
        if value.__class__ is not dict:
            return None
        value = value.get(key)
    return value
