"""Reads what went into a language model and what came out, in any of the shapes that chat APIs log.

In: `messages` (or `input`, `prompt`) and `choices` (or `output`, `content`) of a record, or whole bodies of a request and
a response. Out: the `gen_ai.*` fields. `content.py` reads messages, `body.py` bodies, `stream.py` joins streamed pieces.
"""

from __future__ import annotations

from typing import Any

from sentinel.formats._mapping.chat.content import Heard, arguments
from sentinel.formats._mapping.values import text
from sentinel.records.event import Fields

# Fields that both sides may fill.
BOTH = ("gen_ai.tool.call.result", "gen_ai.retrieval.documents", "sentinel.media.type", "sentinel.media.hash", "sentinel.media.name")
# LiteLLM writes this where a failed request left no messages behind, and where it is told to keep texts out of its logs.
_PLACEHOLDERS = (["default-message-value"], ["redacted-by-litellm"])
_ENDS = ("finish_reason", "finishReason", "stop_reason", "stopReason", "completionReason", "done_reason")


def conversation(value: Any, fields: Fields) -> None:
    """Sets prompt, system text, tool results, documents and media from what went in."""
    heard = Heard()
    heard.turns(value)
    went_in(heard, fields)


def answer(value: Any, fields: Fields) -> None:
    """Sets completion, tool calls and finish reasons from what came out, and adds what tools of the service gave back."""
    heard = Heard(answer=True)
    heard.read(value, heard.texts)
    came_out(heard, ends(value), fields)


def tool_call(value: Any, fields: Fields) -> None:
    """Sets what a gateway says of a tool that it called itself, on an MCP server: `name`, `arguments`, `result`, and which server."""
    called: dict[str, Any] = value if value.__class__ is dict else {}
    if name := text(called.get("name")):
        heard = Heard()
        heard.calls.append((name, arguments(called.get("arguments"))))
        heard.read({"type": "tool_result", "result": called.get("result")}, [])
        fields["gen_ai.operation.name"] = "execute_tool"
        came_out(heard, [], fields)
    for field, key in (("mcp.provider.name", "mcp_server_name"), ("mcp.session.id", "mcp_session_id")):
        if found := text(called.get(key)):
            fields[field] = found


def documents(value: Any, fields: Fields) -> None:
    """Sets the texts that were looked up: a list of results."""
    heard = Heard(answer=True)
    heard.read({"documents": value}, heard.texts)
    _store(heard, fields)


def ends(value: Any) -> list[str]:
    """Why a choice, or each of a list of choices, ended."""
    choices = value if value.__class__ is list else [value]
    return [end for choice in choices if choice.__class__ is dict for key in _ENDS
            if (end := choice.get(key)).__class__ is str and end]


def went_in(heard: Heard, fields: Fields) -> None:
    """Stores what was read of a request."""
    if heard.system:
        known = fields.get("gen_ai.system_instructions")
        fields["gen_ai.system_instructions"] = "\n".join([known, *heard.system] if known else heard.system)
    if heard.texts and heard.texts not in _PLACEHOLDERS:
        _add(fields, "gen_ai.prompt", heard.texts)
    _store(heard, fields)


def came_out(heard: Heard, finished: list[str], fields: Fields) -> None:
    """Stores what was read of a response."""
    if heard.calls:
        fields["gen_ai.tool.name"] = [name for name, _ in heard.calls]
        fields["gen_ai.tool.call.arguments"] = [given for _, given in heard.calls]
    if finished:
        fields["gen_ai.response.finish_reasons"] = finished
    if heard.texts and heard.texts not in _PLACEHOLDERS:
        _add(fields, "gen_ai.completion", heard.texts)
    _store(heard, fields)


def _store(heard: Heard, fields: Fields) -> None:
    """What both sides may have: one behind the other."""
    if heard.results:
        _append(fields, "gen_ai.tool.call.result", heard.results)
    if heard.documents:
        _append(fields, "gen_ai.retrieval.documents", heard.documents)
    if heard.names:
        _append(fields, "sentinel.media.name", heard.names)
    if heard.media or heard.types:
        _append(fields, "sentinel.media.type", [*heard.media.values(), *heard.types])
    if heard.media:
        _append(fields, "sentinel.media.hash", list(heard.media))


def _add(fields: Fields, name: str, texts: list[str]) -> None:
    """Texts beside what the record says elsewhere, which often is the same."""
    known, said = fields.get(name, ""), "\n".join(texts)
    if known not in said:
        said = known if said in known else f"{known}\n{said}"
    fields[name] = said


def _append(fields: Fields, name: str, found: list[str]) -> None:
    fields[name] = [*fields.get(name, ()), *found]
