"""Gets at a body, however its log holds it. In: an object, JSON in a string, a list of chunks, the text of a stream, an
HTTP message with the body in it. Out: the object, list or text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._mapping.fields import FLAWS, flaw
from sentinel.formats._mapping.lenient import NOT_JSON, decoded
from sentinel.records.event import Fields

# What stands beside `body` when it is that of an HTTP message.
_HTTP = frozenset({"headers", "status", "status_code", "statusCode", "method", "url", "path", "request_id"})
_EVENTS = ("data:", "event:", "id:", "retry:", ": ")
# What else a stream holds: names of events, comments that keep it alive.
_SILENT_LINE = re.compile(r"\s*+|(?:event|id|retry):\s*+\S*+\s*+|:\s*+(?:[A-Z]++(?: [A-Z]++)?+|[a-z-]{0,20}+)\s*+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?+|[\[\]{},]', re.DOTALL)
# An escape that was cut in two; a character beyond the first 65,536 has two of them.
_HALF_ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2})?+(?:\\(?:u[0-9a-fA-F]{0,3}+)?+)?+\Z")
_LONGEST_ESCAPE = 12
_MOST_MENDED = 1000
_CLOSES = {"{": "}", "[": "]"}
_decode = msgspec.json.Decoder().decode


def opened(value: Any, fields: Fields) -> Any:
    """The body: an object, a list (of messages, of chunks), a text, or None.

    Marks in `fields`: content-cut when whoever logged it had cut it off; and what else had to be repaired.
    """
    for _ in range(3):  # an HTTP message in a string, its body in a string again
        if value.__class__ is list and value and all(part.__class__ is str for part in value) and value[0].startswith(("data:", "event:", "{")):
            value = "\n".join(value)
        if value.__class__ is str:
            value = _from_text(value, fields)
        if value.__class__ is not dict:
            break
        if "body" in value and not _HTTP.isdisjoint(value):
            value = value["body"]
        elif value.get("chunks").__class__ is list:
            value = value["chunks"]
    return value


def _from_text(text: str, fields: Fields) -> Any:
    bare = text.lstrip()
    if bare.startswith(_EVENTS):
        return list(_each(_events(bare), fields))
    if not bare.startswith(("{", "[")):
        return text
    if "}\n{" in bare or "}\r\n{" in bare:
        return list(_each((line for line in bare.split("\n") if line.strip()), fields))
    return _from_json(bare, fields)


def _events(text: str) -> Iterator[str]:
    """The data of server-sent events. A text may merely begin like a stream: a line that is no event's was said too."""
    for line in text.split("\n"):
        if line.startswith("data:"):
            if data := line[5:].strip():
                yield data
        elif not _SILENT_LINE.fullmatch(line):
            yield f"\n{line}\n"


def _each(texts: Iterable[str], fields: Fields) -> Iterator[Any]:
    """What each text holds; what is no JSON among them may still have been said. Only a stream's end is ever cut, but to
    try and mend costs 25 microseconds, so the log does not decide how often that happens."""
    mended = 0
    for text in texts:
        if text == "[DONE]":
            continue
        event: Any = text
        try:
            event = _decode(text)
        except NOT_JSON:
            if mended < _MOST_MENDED:
                mended += 1
                event = _from_json(text, fields)
        yield event if event.__class__ is dict else {"text": text}


def _from_json(text: str, fields: Fields) -> Any:
    """JSON in a text, also when its end is missing; the text itself when it is none."""
    try:
        return _decode(text)
    except NOT_JSON:
        pass
    notes: Fields = {}
    try:
        value = decoded(text.encode("utf-8", "surrogatepass"), _decode, notes)
    except Unreadable:
        return _from_cut(text, fields)
    for mark in notes.get(FLAWS, ()):
        flaw(fields, mark)
    return value


def _from_cut(text: str, fields: Fields) -> Any:
    """What there is of a JSON text whose end is missing: gateways keep the first kilobytes of a body, and these count."""
    opens: list[str] = []
    end = 0  # up to here it can be closed
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("{", "["):
            opens.append(token)
        elif token in ("}", "]"):
            if not opens:
                return text
            opens.pop()
        if token[0] != '"':
            end = match.start() if token == "," else match.end()
    closing = "".join(_CLOSES[token] for token in reversed(opens))
    head, tail = text[:-_LONGEST_ESCAPE], text[-_LONGEST_ESCAPE:]
    for candidate in (f'{text}"{closing}', f'{head}{_HALF_ESCAPE.sub("", tail)}"{closing}', text[:end] + closing):
        try:
            value = _decode(candidate)
        except NOT_JSON:
            continue
        flaw(fields, "content-cut")
        return value
    return text
