"""What went into a model and what came out of it, in each convention that spans and events were ever written by.

In: attributes, and the span's own events. Out: the text fields of an event. The first convention that says anything is
taken: instrumentations that write two of them write the same text twice.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sentinel.formats._mapping import chat
from sentinel.formats._mapping.lenient import NOT_JSON
from sentinel.formats._mapping.values import items, text
from sentinel.formats.otel._values import Attributes, nested
from sentinel.records.event import Fields

FIELDS = ("gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments",
          "gen_ai.tool.call.result", "gen_ai.tool.definitions", "gen_ai.retrieval.documents", "gen_ai.response.finish_reasons",
          "sentinel.media.type", "sentinel.media.hash", "sentinel.media.name")
# Events that carry one message each; the role stands in the name when the body does not say it.
MESSAGES = {
    "gen_ai.system.message": "system", "gen_ai.user.message": "user", "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
CHOICE = "gen_ai.choice"
# By attribute: the current convention, then OpenLLMetry's and OpenInference's numbered ones (ending in a dot), then those
# of single vendors (Pydantic Logfire, Vercel's AI SDK, Langfuse), then what was written before there was a convention.
_INPUT = ("gen_ai.input.messages", "gen_ai.prompt.", "llm.input_messages.", "llm.prompts.", "gen_ai.prompt",
          "pydantic_ai.all_messages", "ai.prompt.messages", "ai.prompt", "gen_ai.retrieval.query.text", "reranker.query",
          "embedding.embeddings.", "langfuse.observation.input", "traceloop.entity.input", "input.value")
_OUTPUT = ("gen_ai.output.messages", "gen_ai.completion.", "llm.completions.", "llm.output_messages.", "llm.choices.",
           "gen_ai.completion", "ai.response.text", "langfuse.observation.output", "traceloop.entity.output", "output.value")
_SYSTEM = ("gen_ai.system_instructions",)
_DOCUMENTS = ("gen_ai.retrieval.documents", "retrieval.documents.", "reranker.output_documents.")
_DEFINITIONS = ("gen_ai.tool.definitions", "llm.request.functions.", "llm.tools.")
_ARGUMENTS = ("gen_ai.tool.call.arguments", "tool.parameters", "traceloop.entity.input", "input.value")
_RESULT = ("gen_ai.tool.call.result", "traceloop.entity.output", "output.value")
_NUMBERED = re.compile(r"\.\d", re.ASCII)
_TEXTS = ("content", "text", "page_content", "json_schema")


def content(flat: Attributes, events: list[tuple[str, Attributes]], fields: Fields, operation: str) -> None:
    """Sets the text fields from a span, or from an event that tells of a whole call."""
    numbered = {name: value for name, value in flat.items() if _NUMBERED.search(name)}
    if operation == "execute_tool":
        _tool(flat, numbered, fields)
        return
    events = [*events, *_kept(flat)]
    if system := _first(flat, numbered, _SYSTEM):
        chat.conversation([_message(system, "system")], fields)
    if said := _messages(_first(flat, numbered, _INPUT)) or asked(events):
        chat.conversation(said, fields)
    if said := _messages(_first(flat, numbered, _OUTPUT)) or answered(events):
        ends = fields.get("gen_ai.response.finish_reasons")
        chat.answer(said, fields)
        if ends:  # as the response says it, not as the message repeats it
            fields["gen_ai.response.finish_reasons"] = ends
    for name, places in (("gen_ai.retrieval.documents", _DOCUMENTS), ("gen_ai.tool.definitions", _DEFINITIONS)):
        if found := _texts(_first(flat, numbered, places)):
            fields[name] = found
    if documents := [str(held["db.query.result.document"]) for name, held in events
                     if name == "db.query.result" and held.get("db.query.result.document")]:
        fields.setdefault("gen_ai.retrieval.documents", documents)


def asked(events: list[tuple[str, Any]]) -> list[Any]:
    """The messages among events, each as (name, what it holds)."""
    said = [_message(_held(body), MESSAGES[name]) for name, body in events if name in MESSAGES]
    for name, body in events:
        if name == "gen_ai.content.prompt" and body.__class__ is dict:
            said += _messages(_decoded(body.get("gen_ai.prompt")))
    return said


def answered(events: list[tuple[str, Any]]) -> list[Any]:
    """The choices among events."""
    said = [_held(body) for name, body in events if name == CHOICE]
    for name, body in events:
        if name == "gen_ai.content.completion" and body.__class__ is dict:
            said += _messages(_decoded(body.get("gen_ai.completion")))
    return said


def _kept(flat: Attributes) -> list[tuple[str, Any]]:
    """The log events that Pydantic Logfire keeps in an attribute of the span."""
    kept = _decoded(flat.get("events"))
    return [(str(one.pop("event.name")), one) for one in kept if one.__class__ is dict and "event.name" in one
            ] if kept.__class__ is list else []


def _tool(flat: Attributes, numbered: Attributes, fields: Fields) -> None:
    """A call of a tool: one name, one set of arguments, one result."""
    name = text(next((flat[key] for key in ("gen_ai.tool.name", "tool.name", "traceloop.entity.name") if flat.get(key)), None))
    for field, found in (("gen_ai.tool.name", name), ("gen_ai.tool.call.arguments", _written(_first(flat, numbered, _ARGUMENTS))),
                         ("gen_ai.tool.call.result", _written(_first(flat, numbered, _RESULT)))):
        if found:
            fields[field] = [found]


def _first(flat: Attributes, numbered: Attributes, places: tuple[str, ...]) -> Any:
    """What stands at the first place that holds anything. A text may be JSON, as spans have no other way to hold a tree."""
    for place in places:
        found = nested(numbered, place) if place[-1] == "." else _decoded(flat.get(place))
        if found not in (None, "", [], {}):
            return found
    return None


def _decoded(value: Any) -> Any:
    """A text that is a JSON object or list, as that. One that an attribute limit cut in the middle stays text."""
    if value.__class__ is str and value[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(value)
        except NOT_JSON:
            return value
    return value


def _messages(found: Any) -> list[Any]:
    """A list of messages from a list, a single message, a request's body, or text."""
    if found.__class__ is dict:
        for key in ("messages", "contents", "input", "prompt", "choices", "output"):
            if found.get(key):
                return _messages(found[key])
    listed = found if found.__class__ is list else [found] if found else []
    return [_message(one, "user") if one.__class__ is dict else one for one in listed if one]


def _message(one: Any, role: str) -> dict[str, Any]:
    """A message in the shape that `chat` reads; what says no role has the given one."""
    if one.__class__ is not dict:
        return {"role": role, "content": one}
    turn = {"role": role, **one}
    if "contents" in turn:
        turn["content"] = turn.pop("contents")
    if "function_call_name" in turn:
        turn["function_call"] = {"name": turn["function_call_name"], "arguments": turn.get("function_call_arguments_json")}
    turn["content"] = _decoded(turn.get("content"))
    return turn


def _held(body: Any) -> Any:
    """What an event's body or attributes hold; some SDKs put all of it into one attribute, as JSON."""
    if body.__class__ is not dict:
        return {"content": body}
    inner = _decoded(body.get("gen_ai.event.content"))
    held = inner if inner.__class__ is dict else body
    if (message := _decoded(held.get("message"))) is None:
        return held
    return {**held, "message": message if message.__class__ is dict else {"content": message}}


def _texts(found: Any) -> list[str]:
    """The texts of documents or tool definitions: of an object, its content, else all of it."""
    listed = found if found.__class__ is list else [found] if found else []
    return items([_written(next((one[key] for key in _TEXTS if one.get(key)), one) if one.__class__ is dict else one)
                  for one in listed]) or []


def _written(value: Any) -> str | None:
    """A value as text; trees as JSON."""
    return str(msgspec.json.encode(value), "utf-8") if value.__class__ in (dict, list) else text(value)
