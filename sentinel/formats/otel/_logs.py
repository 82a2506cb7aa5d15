"""Log records. In: a batch. Out: a record for each GenAI event that tells of a whole call; and one for all the events of a
call that were logged message by message, which was the convention before and may be spread over several batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sentinel.formats._base import Join, Record
from sentinel.formats._mapping import chat
from sentinel.formats._mapping.time import instant
from sentinel.formats._mapping.values import text
from sentinel.formats.otel import _content, _fields
from sentinel.formats.otel._values import Attributes, attributes, bounded, identifier, plain, rows
from sentinel.records.event import Fields

_WHOLE = ("gen_ai.client.inference.operation.details", "gen_ai.client.operation.exception")
_SINGLE = (*_content.MESSAGES, _content.CHOICE, "gen_ai.content.prompt", "gen_ai.content.completion")

# Each event is one message; in the event of the whole call they are lines.
_LINES = ("gen_ai.prompt", "gen_ai.system_instructions")


class Log(NamedTuple):
    """One log record. name: of the event. flat: its attributes. resource: those of the service that wrote it."""

    name: str
    at: int
    flat: Attributes
    body: Any
    resource: Attributes
    trace: str
    span: str


def records(batch: Any) -> Iterator[Record]:
    """The records of a batch of log records."""
    calls: dict[tuple[str, str], list[Log]] = {}
    for log in bounded(log for resource in rows(batch, "resourceLogs") for log in _of(resource)):
        if log.name in _WHOLE:
            yield _details(log)
        elif log.name in _SINGLE:
            # Without a trace nothing says which messages belong together.
            key = (log.trace, log.span) if log.span else ("", str(len(calls)))
            calls.setdefault(key, []).append(log)
    for logs in calls.values():
        yield _call(logs)


def _of(resource: dict[str, Any]) -> Iterator[Log]:
    said = attributes(resource.get("resource"))
    for scope in rows(resource, "scopeLogs", "instrumentationLibraryLogs"):
        for raw in rows(scope, "logRecords", "logs"):
            flat = attributes(raw)
            yield Log(
                text(raw.get("eventName")) or text(flat.get("event.name")) or "",
                instant(raw.get("timeUnixNano")) or instant(raw.get("observedTimeUnixNano")), flat, plain(raw.get("body")), said,
                identifier(raw.get("traceId"), 16), identifier(raw.get("spanId"), 8))


def _details(log: Log) -> Record:
    """A call of a model, all in one event."""
    # Before they were attributes, the parts of this event stood in its body.
    flat = {**log.body, **log.flat} if log.body.__class__ is dict else log.flat
    fields = _known(log, flat)
    fields["gen_ai.operation.name"] = _fields.operation(flat) or "chat"
    if kind := text(flat.get("exception.type")):
        fields.setdefault("error.type", kind)
    if message := text(flat.get("exception.message")):
        fields["error.message"] = message
    fields["event.outcome"] = "failure" if "error.type" in fields else "success"
    _content.content(flat, [], fields, str(fields["gen_ai.operation.name"]))
    return Record(log.at, fields, category="llm")


def _call(logs: list[Log]) -> Record:
    """The messages of one call, as far as this batch holds them; the answer is logged last."""
    first = logs[0]
    fields = {"gen_ai.operation.name": "chat", **_known(first, first.flat)}
    events = [(log.name, log.body if log.body is not None else log.flat) for log in logs]
    if said := _content.asked(events):
        chat.conversation(said, fields)
    answered = _content.answered(events)
    if answered:
        chat.answer(answered, fields)
        fields["event.outcome"] = "success"
    join = Join(f"{first.trace}-{first.span}", last=bool(answered), lines=_LINES) if first.span else None
    return Record(min(log.at for log in logs), fields, join, "llm")


def _known(log: Log, flat: Attributes) -> Fields:
    fields: Fields = {}
    _fields.call(flat, fields)
    _fields.SENDER.take(flat, fields)
    _fields.RESOURCE.take(log.resource, fields)
    fields |= {name: found for name, found in (("trace.id", log.trace), ("span.id", log.span)) if found}
    return fields
