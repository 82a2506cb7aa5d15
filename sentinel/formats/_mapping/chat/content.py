"""Reads messages, their parts, and the parts of these, in the shapes of any chat API.

In: decoded JSON. Out: texts in the order of reading, and what among them was a tool's call, a tool's result or a retrieved
document; types and hashes of what is embedded.

Whoever is watched chooses the shape. So a part of a kind nobody knew yet is read whole: left out are only keys that are
known to hold no text (`_SILENT`), or a client could hide there; and where such a key holds more than a word, it is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from sentinel.formats._mapping.chat.media import Media, data_url, embedded, is_blob
from sentinel.formats._mapping.lenient import NOT_JSON

Part = dict[str, Any]

SYSTEM = frozenset({"system", "developer"})
_TOOL = frozenset({"tool", "function"})
_HOLDERS = frozenset({str, list, dict})
# Real content ends here; what lies deeper is taken as it is written.
_DEEPEST = 10
# Reasoning is read before the answer, whatever the order of keys.
_FIRST = frozenset({"reasoning_content", "reasoning", "reasoning_details", "reasoningContent", "thinking", "summary"})
# Prose: never taken for embedded data.
_PROSE = frozenset({
    "", "text", "content", "thinking", "reasoning", "reasoning_content", "refusal", "transcript", "output", "arguments", "message",
    "prompt", "input", "inputs", "inputText", "input_text", "texts", "query", "completion", "generation", "outputText", "response",
})
_SILENT = frozenset({
    "type", "role", "id", "object", "index", "status", "model", "created", "created_at", "usage", "phase", "detail", "author",
    "finish_reason", "finishReason", "stop_reason", "stopReason", "completionReason", "stop_sequence", "logprobs", "token_logprobs",
    "cache_control", "cachePoint", "container", "embedding", "embeddings", "signature", "thoughtSignature", "thought", "language",
    "encrypted_content", "encrypted_index", "redactedContent", "format", "media_type", "mimeType", "mime_type", "output_format",
    "content_filter_results", "content_filter_result", "safetyRatings", "safety_ratings", "searchEntryPoint", "groundingSupports",
    "safetyAttributes", "promptFeedback", "usageMetadata", "avgLogprobs", "logprobsResult", "is_error", "isError", "outcome", "name",
    "modality", "server_label", "caller", "end_turn", "weight", "owned_by", "permission", "purpose",
})
# Templates print a role and a name as they came: what has more than one word was written for the model.
_SAID = re.compile(r"\S\s++\S")
_TIMES = frozenset({"created", "created_at", "stop_sequence"})  # that have blanks of their own
_BLOB = "blob"  # OpenTelemetry's part of embedded data, in `content`
_BYTES = frozenset({"data", "bytes", "file_data", "b64_json", "base64", "blob", "images", "inputImage", "image_bytes",
                    "bytesBase64Encoded", "image_base64"})
_NAMES = frozenset({"filename", "file_name", "display_name", "displayName"})
_DECLARED = ("media_type", "mimeType", "mime_type", "format", "output_format", "filename", "name")
# What the model was given to answer from. An answer says these beside its texts, and not in them.
_CITED = frozenset({"citations", "annotations", "context", "groundingMetadata", "citationMetadata", "search_results", "documents"})
_DOCUMENTS = frozenset({"document", "search_result", "searchResult", "web_search_result", "web_fetch_result", "file_search_result"})
_CALLS = frozenset({"tool_calls", "toolCalls", "function_call"})
_CALL_ENDS = ("_call", "tool_use", "functionCall", "toolUse", "toolCall")
_RESULT_ENDS = ("call_output", "tool_result", "tool_call_response", "toolResult", "functionResponse", "function_response",
                "codeExecutionResult", "tool_results")
_ARGUMENTS = ("arguments", "input", "args", "action", "queries", "code", "operation", "parameters")
_RETURNED = frozenset({"output", "outputs", "result", "results", "response"})
_LONGEST_NAME = 256
_NOTHING: Part = {}


class Heard:
    """What was read so far.

    Attributes:
        texts: what went in, or came out. system: system text among what went in. results, documents: those texts that a
            tool gave back, or that were retrieved; documents that an answer only cites stand in `texts` nowhere.
        calls: (name, arguments) of the tools called.
        media: SHA-256 -> type. types: of what could not be decoded. names: of files.
    """

    def __init__(self, *, answer: bool = False) -> None:
        """Args: answer: what is read came out of a model; tool calls are then written with their names."""
        self._answer = answer
        self.texts: list[str] = []
        self.system: list[str] = []
        self.results: list[str] = []
        self.documents: list[str] = []
        self.calls: list[tuple[str, str]] = []
        self.media: dict[str, str] = {}
        self.types: list[str] = []
        self.names: list[str] = []

    def turns(self, value: Any) -> None:
        """Messages that went in: a list of them, one, or a text."""
        for turn in value if value.__class__ is list else [value]:
            if turn.__class__ is dict:
                role = str(turn.get("role")).lower()
                known = len(self.results)
                content = turn.get("content")
                plain = content.__class__ is str and len(turn) == 2 and "role" in turn and role.isidentifier()  # as nearly all are
                found = ([content] if content else []) if plain else self._part(turn, "", 0)
                if role in _TOOL and len(self.results) == known:
                    self.results += found
                (self.system if role in SYSTEM else self.texts).extend(found)
            elif turn.__class__ in _HOLDERS:
                self.read(turn, self.texts)

    def read(self, value: Any, into: list[str], key: str = "", depth: int = 0, beside: Part = _NOTHING) -> None:
        """Adds the texts of any content: a text, a part, a list of these. Numbers (token ids) hold none.

        Args:
            key: under which it stands, which says what it is when it does not itself.
            beside: the part in which it stands.
        """
        if value.__class__ is str:
            if value:
                into += self._text(key, value, beside)
        elif depth >= _DEEPEST:
            into += filter(None, [written(value)])
        elif value.__class__ is list:
            for part in value:
                if part.__class__ in _HOLDERS:
                    self.read(part, into, key, depth + 1)
        elif value.__class__ is dict:
            into += self._part(value, key, depth)

    def _part(self, part: Part, under: str, depth: int) -> list[str]:
        own = part.get("type")
        kind = own if own.__class__ is str else under
        found: list[str] = []
        used = self._call(part, kind, found, depth) if under in _CALLS or kind.endswith(_CALL_ENDS) else ()
        returned = bool(used) or kind.endswith(_RESULT_ENDS)
        # Gateways repeat the same text under other names (`reasoning`, `reasoning_content`, `thinking_blocks`).
        known = set(found)
        for key, value in part.items() if _FIRST.isdisjoint(part) else sorted(part.items(), key=_later):
            if value.__class__ not in _HOLDERS or (used and key in used):
                continue
            if key in _SILENT or (value.__class__ is str and key.endswith(("_id", "Id"))):
                texts = self._unlikely(key, value, depth)
            elif value.__class__ is str and key in _PROSE and kind != _BLOB:
                texts = [value] if value else []
            else:
                texts = self._value(key, value, part, depth, returned=returned)
            texts = [text for text in texts if text not in known]
            known.update(texts)
            found += texts
            if used and key in _RETURNED:
                self.results += texts
                self.documents += texts if "search" in kind else ()
        self._sort(part, kind, found)
        return found

    def _unlikely(self, key: str, value: Any, depth: int) -> list[str]:
        """What was said under a key that holds no text: a client may have put one there, a service has not."""
        found: list[str] = []
        if value.__class__ is str:
            found.append(value)
        elif not self._answer:
            self.read(value, found, "", depth + 1)
        return list(filter(is_said, found)) if key not in _TIMES else []

    def _value(self, key: str, value: Any, part: Part, depth: int, *, returned: bool) -> list[str]:
        """The texts of what stands under one key of a part."""
        found: list[str] = []
        if key in _CITED and value.__class__ is not str:
            cited = self._cited(value, depth)
            self.documents += cited
            found += () if self._answer else cited
        elif value.__class__ is dict and (key == "json" or (returned and (
                key == "response" or (key in _RETURNED and "type" not in value)))):
            # Any JSON, whose keys are its own.
            found += filter(None, [written(value)])
        elif key == "source" and value.__class__ is dict:
            self.read({"format": part.get("format"), **value}, found, key, depth + 1)
        else:
            self.read(value, found, key, depth + 1, part)
        return found

    def _sort(self, part: Part, kind: str, found: list[str]) -> None:
        """Notes what the texts of a part are, besides texts."""
        if kind in _DOCUMENTS:
            if found:
                self.documents.append("\n".join(found))
            self._named(part.get("name"))
        elif kind.endswith(_RESULT_ENDS):
            self.results += found

    def _cited(self, value: Any, depth: int) -> list[str]:
        """Each document of a list of them, or of an object that holds such lists, as one text."""
        cited: list[str] = []
        for one in (part for key, part in value.items() if key not in _SILENT) if value.__class__ is dict else value:
            texts: list[str] = []
            if one.__class__ is list and depth < _DEEPEST:
                cited += self._cited(one, depth + 1)
            elif one.__class__ in _HOLDERS:
                self.read(one, texts, "", depth + 1)
                cited += ["\n".join(texts)] if texts else []
        return cited

    def _text(self, key: str, value: str, part: Part) -> Iterable[str]:
        """A text; of embedded data what a model reads in it."""
        if key in _NAMES:
            self._named(value)
            return ()
        blob = key == "content" and part.get("type") == _BLOB
        if (key in _PROSE and not blob) or (key == "data" and part.get("type") == "text"):
            return (value,)
        if value[:5].lower() == "data:" and "," in value[:256]:
            return self._embed(data_url(value))
        if blob or (key in _BYTES and "://" not in value[:16]) or is_blob(value):
            declared = next((name for word in _DECLARED if (name := part.get(word)).__class__ is str), "")
            media = embedded(value, str(declared))
            # Prose where data belongs may be a text that hopes for it to be passed over.
            return [*self._embed(media), *((value,) if media.content is None and is_said(value) else ())]
        return (value,)

    def _embed(self, media: Media) -> Iterable[str]:
        if media.content:
            self.media.setdefault(sha256(media.content).hexdigest(), media.type)
        else:
            self.types.append(media.type)
        return filter(None, [media.text])

    def _named(self, name: Any) -> None:
        if name.__class__ is str and name and name not in self.names[-64:]:
            self.names.append(name[:_LONGEST_NAME])

    def _call(self, part: Part, kind: str, found: list[str], depth: int) -> tuple[str, ...]:
        """Notes a tool call. Out: the keys of the part that are read with this."""
        outer = next((key for key in ("function", "custom") if part.get(key).__class__ is dict), "")
        called = part[outer] if outer else part
        name = str(called.get("name") or called.get("type") or (kind if kind not in _CALLS else "?"))
        key = next((key for key in _ARGUMENTS if called.get(key)), "")
        given = arguments(called.get(key))
        self.calls.append((name[:_LONGEST_NAME], given))
        found += filter(None, [" ".join(filter(None, (name, given))) if self._answer or is_said(name) else given])
        if outer and len(called) > 2:
            self.read({other: value for other, value in called.items() if other not in ("name", key)}, found, "", depth + 1)
        return outer or "name", key


def is_said(word: str) -> bool:
    """Whether what stands where a name or a setting belongs is more than one word."""
    return _SAID.search(word) is not None


def _later(item: tuple[str, Any]) -> bool:
    return item[0] not in _FIRST


def arguments(given: Any) -> str:
    """Arguments as text. They come as JSON in a string: its `\\u0040` escapes would hide an address from every pattern."""
    if given is None:
        return ""
    if given.__class__ is not str:
        return written(given)
    if "\\u" not in given:
        return str(given)
    try:
        return written(msgspec.json.decode(given)) or str(given)
    except NOT_JSON:
        return str(given)


def written(value: Any) -> str:
    """A value as JSON; empty for what is nested beyond all measure."""
    try:
        return str(msgspec.json.encode(value), "utf-8")
    except NOT_JSON:
        return ""
