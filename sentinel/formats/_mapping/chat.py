"""Reads what went into a language model and what came out, in any of the shapes that chat APIs log.

In: `messages` (or `input`, `prompt`) and `choices` (or `output`, `content`) of a record: OpenAI chat, text completion and
Responses, Anthropic messages; strings, nulls, lists of parts, lists of token ids. Out: the `gen_ai.*` text fields.

Text counts wherever it stands: a part of a kind nobody knew yet is still read for its text, or a client could hide there.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sentinel.records.event import Fields

_SYSTEM = frozenset({"system", "developer"})
_TOOL = frozenset({"tool", "function"})
# LiteLLM writes this where a failed request left no messages behind.
_PLACEHOLDER = "default-message-value"
# Keys under which a part, a message or a content block holds what a model read or wrote.
_TEXTS = ("reasoning_content", "thinking", "summary", "text", "content", "refusal", "transcript", "audio", "output", "outputs",
          "result", "results", "logs", "stdout", "stderr", "source", "parts")
# A message, its parts, a tool result in it, the parts of that: real records end here.
_DEEPEST = 6

Turn = dict[str, Any]


def conversation(value: Any, fields: Fields) -> None:
    """Sets prompt, system text and tool results from what went in."""
    prompt: list[str] = []
    system: list[str] = []
    results: list[str] = []
    for turn in _turns(value):
        if turn.__class__ is dict:
            role = str(turn.get("role"))
            _read(turn, role, system if role in _SYSTEM else prompt, results)
        elif turn.__class__ is str and turn:
            prompt.append(turn)
    if system:
        known = fields.get("gen_ai.system_instructions")
        fields["gen_ai.system_instructions"] = "\n".join([known, *system] if known else system)
    if prompt and prompt != [_PLACEHOLDER]:
        fields["gen_ai.prompt"] = "\n".join(prompt)
    if results:
        fields["gen_ai.tool.call.result"] = results


def answer(value: Any, fields: Fields) -> None:
    """Sets completion, tool calls and finish reasons from what came out."""
    said: list[str] = []
    names: list[str] = []
    arguments: list[str] = []
    ends: list[str] = []
    for choice in _turns(value):
        if choice.__class__ is str and choice:
            said.append(choice)
        elif choice.__class__ is dict:
            end = choice.get("finish_reason")
            if end.__class__ is str and end:
                ends.append(end)
            message = choice.get("message") or choice.get("delta")
            _answer(message if message.__class__ is dict else choice, said, names, arguments)
    for name, found in (("gen_ai.tool.name", names), ("gen_ai.tool.call.arguments", arguments),
                        ("gen_ai.response.finish_reasons", ends)):
        if found:
            fields[name] = found
    if said:
        fields["gen_ai.completion"] = "\n".join(said)


def _turns(value: Any) -> list[Any]:
    return value if value.__class__ is list else [value]


def _read(turn: Turn, role: str, texts: list[str], results: list[str]) -> None:
    """A message that went in, or an item of a Responses input."""
    found: list[str] = []
    _gather(turn.get("content") or turn.get("parts"), found, results, 0)
    if role in _TOOL or str(turn.get("type")).endswith("call_output"):
        _gather(turn.get("output"), found, results, 0)
        results += found
    texts += found
    for _, given in _calls(turn):
        if given:
            texts.append(given)


def _answer(message: Turn, said: list[str], names: list[str], arguments: list[str]) -> None:
    for key in _TEXTS:
        part = message.get(key)
        if part is not None:
            _gather(part, said, [], 0)
    for name, given in _calls(message):
        names.append(name)
        arguments.append(given)
        said.append(f"{name} {given}" if given else name)


def _calls(message: Turn) -> list[tuple[str, str]]:
    """The (name, arguments) of the tools that a message, or an item or content block, calls."""
    found = message.get("tool_calls")
    parts = message.get("content")
    calls = list(found) if found.__class__ is list else []
    if message.get("function_call"):
        calls.append(message["function_call"])
    calls += [part for part in (message, *(parts if parts.__class__ is list else ())) if _is_call(part)]
    return [_call(call) for call in calls if call.__class__ is dict]


def _is_call(part: Any) -> bool:
    kind = part.get("type") if part.__class__ is dict else None
    return kind.__class__ is str and kind.endswith(("_call", "tool_use"))


def _call(call: Turn) -> tuple[str, str]:
    inner = call.get("function") or call.get("custom")
    called = inner if inner.__class__ is dict else call
    name = called.get("name") or called.get("type")
    given = next((called[key] for key in ("arguments", "input", "action", "queries", "code", "operation") if called.get(key)), None)
    return str(name)[:256] if name else "?", _arguments(given)


def _arguments(given: Any) -> str:
    """Arguments as text. They come as JSON in a string: its `\\u0040` escapes would hide an address from every pattern."""
    if given is None:
        return ""
    if given.__class__ is not str:
        return str(msgspec.json.encode(given), "utf-8")
    if "\\u" not in given:
        return str(given)
    try:
        return str(msgspec.json.encode(msgspec.json.decode(given)), "utf-8")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return str(given)


def _gather(content: Any, texts: list[str], results: list[str], depth: int) -> None:
    """Adds the texts of a content value: a string, a part, or a list of them. Token ids and media hold none."""
    if content.__class__ is str:
        if content:
            texts.append(content)
    elif content.__class__ is list:
        for part in content:
            if part.__class__ in (str, dict):
                _gather(part, texts, results, depth + 1)
    elif content.__class__ is dict and depth < _DEEPEST:
        found: list[str] = []
        for key in _TEXTS:
            if key in content:
                _gather(content[key], found, results, depth + 1)
        if link := _link(content):
            found.append(link)
        kind = content.get("type")
        if kind == "text" and content.get("data").__class__ is str:
            found.append(content["data"])
        if str(kind).endswith("tool_result"):
            results += found
        texts += found


def _link(part: Turn) -> str:
    """The address of a remote image or file; embedded data is no text."""
    for key in ("image_url", "file_url", "url"):
        link = part.get(key)
        if link.__class__ is dict:
            link = link.get("url")
        if link.__class__ is str and link and not link.startswith("data:"):
            return str(link)
    return ""
