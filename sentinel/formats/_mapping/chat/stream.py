"""Joins the pieces of a streamed answer. In: chunks, as any API streams them. Out: one body, as if it had not been streamed.

Every chunk is first written as a patch of the body it belongs to (`_patch`); patches are then grown together: texts one
behind the other, lists item by item, by their index. Linear in what is streamed: texts are joined once, at the end.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from typing import Any

import msgspec

from sentinel.formats._mapping.lenient import NOT_JSON

Body = dict[str, Any]

# Texts that later chunks go on with; of all others the last one counts.
_GROWS = frozenset({
    "content", "text", "refusal", "reasoning_content", "reasoning", "thinking", "arguments", "transcript", "code", "completion",
    "generation", "outputText", "response", "generated_text", "data", "tool_plan",
})
_DEEPEST = 12
_CONVERSE = frozenset({"messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"})


class _Pieces(list[str]):
    """A text in pieces."""


class _Items(dict[Any, Any]):
    """A list that is still growing: index -> item, in the order they came."""


_GROWING = frozenset({dict, _Pieces, _Items})


def is_stream(value: Any) -> bool:
    """Whether a list holds the chunks of one answer, rather than several answers."""
    return value.__class__ is list and bool(value) and all(chunk.__class__ is dict for chunk in value)


def joined(chunks: Iterable[Any]) -> Body:
    """The body that the chunks make up. What cannot be understood of a chunk is kept in it as it came."""
    body: Body = {}
    final: Body = {}
    for chunk in map(_unwrapped, chunks):
        if chunk.__class__ is not dict:
            continue
        kind = str(chunk.get("type") or chunk.get("event_type") or "")
        if kind.startswith("response."):
            final = _responses(kind[9:], chunk, body) or final
        else:
            _grow(body, _patch(kind, chunk))
    whole: Body = _closed(body)
    # The last event of the Responses API repeats all that was streamed.
    return {**whole, **final} if final.get("output") else {**final, **whole}


def _unwrapped(chunk: Any) -> Any:
    """Amazon's event streams carry each chunk as base64 in `bytes`."""
    inner = chunk.get("chunk") if chunk.__class__ is dict else None
    holder = inner if inner.__class__ is dict else chunk
    data = holder.get("bytes") if holder.__class__ is dict else None
    if data.__class__ is not str:
        return chunk
    try:
        return msgspec.json.decode(b64decode(data))
    except (ValueError, *NOT_JSON):
        return chunk


def _patch(kind: str, chunk: Body) -> Body:
    """A chunk as that part of the body which it adds."""
    delta = chunk.get("delta")
    if kind == "message_start":
        return _dict(chunk.get("message"))
    if kind == "content_block_start":
        return _block(chunk, chunk.get("content_block"))
    if kind == "content_block_delta":
        return _block(chunk, delta)
    if kind == "message_delta":
        return {**_dict(delta), "usage": chunk.get("usage")}
    if not _CONVERSE.isdisjoint(chunk):
        return _converse(chunk)
    if kind.startswith(("content-", "tool-", "message-", "citation-")):
        return _cohere(chunk, _dict(delta))
    if kind == "stream-end":
        return {key: value for key, value in chunk.items() if key != "response"} | _dict(chunk.get("response")) | {"text": None}
    return chunk


def _block(chunk: Body, block: Any) -> Body:
    """Anthropic's content blocks, in which the arguments of a tool come as pieces of JSON."""
    parts = dict(_dict(block))
    pieces = parts.pop("partial_json", None)
    # `text_delta` and the like are types of the piece, not of the block.
    if str(parts.get("type")).endswith("_delta"):
        del parts["type"]
    return {"content": [{**parts, "arguments": pieces, "index": chunk.get("index")}]}


def _converse(chunk: Body) -> Body:
    """Amazon's ConverseStream, which Nova's own streams follow."""
    for name in ("contentBlockStart", "contentBlockDelta"):
        event = _dict(chunk.get(name))
        if event:
            block = dict(_dict(event.get("start") or event.get("delta")))
            use = _dict(block.get("toolUse"))
            if use.get("input").__class__ is str:
                block["toolUse"] = {"arguments": use["input"]}
            return {"content": [{**block, "index": event.get("contentBlockIndex")}]}
    return {key: part for name in ("messageStop", "metadata") for key, part in _dict(chunk.get(name)).items()} | {
        key: part for key, part in chunk.items() if key not in _CONVERSE}


def _cohere(chunk: Body, delta: Body) -> Body:
    message = _dict(delta.get("message"))
    patch = {key: [{**_dict(message[key]), "index": chunk.get("index")}] for key in ("content", "tool_calls", "citations")
             if message.get(key).__class__ is dict}
    return {"message": {**message, **patch}, "finish_reason": delta.get("finish_reason"), "usage": delta.get("usage")}


def _responses(event: str, chunk: Body, body: Body) -> Body:
    """An event of the Responses API, grown into `body`. Out: the whole response, when the event brings it."""
    if "response" in chunk:
        return _dict(chunk["response"])
    place = chunk.get("output_index", 0)
    if event == "output_item.added":
        _grow(body, {"output": [{**_dict(chunk.get("item")), "index": place}]})
    elif event == "output_item.done":
        items = body.get("output")
        items = body["output"] = items if items.__class__ is _Items else _Items()
        items[place if place.__class__ is int else len(items)] = _dict(chunk.get("item"))
    elif event.endswith(".delta") and chunk.get("delta").__class__ is str:
        key = "arguments" if "arguments" in event or "input" in event else "code" if "code" in event else ""
        item = {key: chunk["delta"]} if key else {"content": [{"text": chunk["delta"], "index": _part_index(event, chunk)}]}
        _grow(body, {"output": [{**item, "index": place}]})
    return {}


def _part_index(event: str, chunk: Body) -> str:
    """Parts of different kinds (the answer, its refusal, a summary of the reasoning) each have an index of their own."""
    return f"{event}{chunk.get('content_index', chunk.get('summary_index'))}"


def _grow(into: Body, patch: Body, depth: int = 0) -> None:
    for key, value in patch.items():
        if value is None or value == []:
            continue
        kind = value.__class__
        if kind is str and key in _GROWS:
            _slot(into, key, _Pieces).append(value)
        elif kind is dict and depth < _DEEPEST:
            _grow(_slot(into, key, dict), value, depth + 1)
        elif kind is list and value and depth < _DEEPEST and all(item.__class__ is dict for item in value):
            items = _slot(into, key, _Items)
            for position, item in enumerate(value):
                _grow(_item(items, key, item, position), item, depth + 1)
        elif into.get(key).__class__ in _GROWING:
            into.setdefault(key + "~", value)
        else:
            into[key] = value


def _slot(into: Body, key: str, kind: type[Any]) -> Any:
    """What grows under a key. A stream that changes its mind about the kind of a value loses neither of the two."""
    found = into.get(key)
    if found.__class__ is kind:
        return found
    if found is None or found == "":
        found = into[key] = kind()
        return found
    return _slot(into, key + "~", kind)


def _item(items: _Items, key: str, item: Body, position: int) -> Body:
    """The item of a growing list that a piece goes on with."""
    index = item.get("index")
    if index.__class__ not in (int, str):
        index = _next(items, item) if key == "parts" else position
        known = items.get(index)
        if known is not None and "id" in item and "id" in known and item["id"] not in (known["id"], None):
            index = len(items)
    found = items.get(index)
    if found is None:
        found = items[index] = {}
    return found if found.__class__ is dict else {}


def _next(items: _Items, item: Body) -> int:
    """Gemini's parts have no index: a text goes on with the text before it, unless one is a thought and the other not."""
    last = items.get(len(items) - 1)
    if last is not None and "text" in last and "text" in item and last.get("thought") == item.get("thought"):
        return len(items) - 1
    return len(items)


def _closed(value: Any, depth: int = 0) -> Any:
    """What has grown, as JSON has it; nothing has below the depth where growing ends."""
    if value.__class__ is _Pieces:
        return "".join(value)
    if depth > _DEEPEST:
        return value
    if value.__class__ is _Items:
        return [_closed(item, depth + 1) for item in value.values()]
    if value.__class__ is dict:
        return {key: _closed(part, depth + 1) for key, part in value.items()}
    return value


def _dict(value: Any) -> Body:
    return value if value.__class__ is dict else {}
