"""Spans. In: a batch. Out: a record for each GenAI span, and for each HTTP request that a service answered.

Who asked stands in the span of the request, and what was asked in spans beneath it: within a batch a span takes its
sender from its ancestors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sentinel.formats._base import Record
from sentinel.formats._mapping import web
from sentinel.formats._mapping.time import instant
from sentinel.formats._mapping.values import outcome, text
from sentinel.formats.otel import _content, _fields
from sentinel.formats.otel._values import Attributes, attributes, bounded, identifier, rows
from sentinel.records.event import Fields

# Deeper than any real trace; a circle of parents ends here.
_MOST_ANCESTORS = 32
_SERVER = (2, "2", "SPAN_KIND_SERVER")
_ERROR = (2, "2", "STATUS_CODE_ERROR")
# How the SDKs of OpenAI and Anthropic begin the text of an answer that was no success.
_STATUS = re.compile(r"Error code: (\d{3}) ", re.ASCII)


Key = tuple[str, str]


class Span(NamedTuple):
    """One span. raw: as decoded. flat: its attributes. resource: those of the service that wrote it."""

    raw: dict[str, Any]
    flat: Attributes
    resource: Attributes


def records(batch: Any) -> Iterator[Record]:
    """The records of a batch of spans."""
    spans = bounded(span for resource in rows(batch, "resourceSpans") for span in _of(resource))
    by_id = {_key(span, "spanId"): span for span in spans}
    for span in spans:
        if named := _fields.operation(span.flat) or _vector_search(span):
            yield _record(span, by_id, named)
        elif _served(span) and ("http.request.method" in span.flat or "http.method" in span.flat):
            yield _request(span, by_id)


def _of(resource: dict[str, Any]) -> Iterator[Span]:
    said = attributes(resource.get("resource"))
    for scope in rows(resource, "scopeSpans", "instrumentationLibrarySpans"):
        for raw in rows(scope, "spans"):
            yield Span(raw, attributes(raw), said)


def _key(span: Span, which: str) -> Key:
    """A span's own key, or its parent's. A name of two parts: span ids are unique only within a trace."""
    return identifier(span.raw.get("traceId"), 16), identifier(span.raw.get(which), 8)


def _served(span: Span) -> bool:
    return span.raw.get("kind") in _SERVER


def _vector_search(span: Span) -> str:
    """A query of a vector database, as OpenLLMetry traces them: each result is an event."""
    return "retrieval" if any(event.get("name") == "db.query.result" for event in rows(span.raw, "events")) else ""


def _record(span: Span, by_id: dict[Key, Span], named: str) -> Record:
    """A call of a model, a tool, an agent, a retrieval."""
    events = [(text(event.get("name")) or "", attributes(event)) for event in rows(span.raw, "events")]
    fields: Fields = {"gen_ai.operation.name": named}
    _fields.call(span.flat, fields)
    _around(span, by_id, fields)
    _failure(span, events, fields)
    _content.content(span.flat, events, fields, named)
    return Record(instant(span.raw.get("startTimeUnixNano")), fields, category="llm")


def _request(span: Span, by_id: dict[Key, Span]) -> Record:
    """A request that a service answered."""
    fields: Fields = {}
    _fields.SERVER.take(span.flat, fields)
    target = text(span.flat.get("http.target")) or text(span.flat.get("http.url")) or text(span.flat.get("url.full"))
    web.url(target, fields)
    if query := text(span.flat.get("url.query")):
        fields["url.query"] = query
    _around(span, by_id, fields)
    _failure(span, [], fields)
    status = fields.get("http.response.status_code")
    if status is not None:
        fields["event.outcome"] = outcome(status)
    return Record(instant(span.raw.get("startTimeUnixNano")), fields, category="webserver")


def _around(span: Span, by_id: dict[Key, Span], fields: Fields) -> None:
    """What is known of every span: who sent the request it belongs to, which service wrote it, how long it took."""
    at: Span | None = span
    for _ in range(_MOST_ANCESTORS):
        if at is None:
            break
        _fields.SENDER.take(at.flat, fields)
        if _served(at):
            _fields.PEER.take(at.flat, fields)
        at = by_id.get(_key(at, "parentSpanId"))
    _fields.RESOURCE.take(span.resource, fields)
    trace, own = _key(span, "spanId")
    fields |= {name: found for name, found in (("trace.id", trace), ("span.id", own)) if found}
    began, ended = instant(span.raw.get("startTimeUnixNano")), instant(span.raw.get("endTimeUnixNano"))
    if 0 < began <= ended:
        fields["event.duration"] = ended - began


def _failure(span: Span, events: list[tuple[str, Attributes]], fields: Fields) -> None:
    """How it ended."""
    said = span.raw.get("status")
    status: dict[str, Any] = said if said.__class__ is dict else {}
    thrown = next((held for name, held in events if name == "exception"), {})
    if kind := text(thrown.get("exception.type")):
        fields.setdefault("error.type", kind)
    failed = status.get("code") in _ERROR or "error.type" in fields
    fields["event.outcome"] = "failure" if failed else "success"
    message = text(status.get("message")) or text(thrown.get("exception.message"))
    if failed and message:
        fields["error.message"] = message
        if code := _STATUS.match(message):
            fields.setdefault("http.response.status_code", int(code[1]))
