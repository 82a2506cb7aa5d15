"""OpenTelemetry: OTLP in JSON, one batch a line, as the collector's file exporter writes it.

In: `resourceSpans` (or `resourceLogs`) of any number of services. Out: a record for each call of a model, tool, agent or
retrieval (category llm) and for each request that a service answered (category webserver); all else is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sentinel.errors import Unreadable
from sentinel.formats._base import Format, Record
from sentinel.formats._mapping.fields import FLAWS
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats.otel import _content, _fields, _logs, _spans
from sentinel.formats.otel._examples import EXAMPLES
from sentinel.records.event import Fields

_SIGNALS = ("resourceSpans", "resourceLogs", "resourceMetrics", "resourceProfiles")
_BLANK = b" \t\r\n\0"
_BOM = b"\xef\xbb\xbf"


class Otel(Format):
    """OTLP JSON lines of spans and log records: the GenAI conventions of today and before, OpenLLMetry, OpenInference."""

    name = "otel"
    about = "OpenTelemetry: OTLP JSON lines of the collector's file exporter, spans and logs with GenAI attributes"
    category = "llm"
    # The application writes the record, and who signed in is its knowledge. The address is often the client's own word:
    # many instrumentations take it from X-Forwarded-For unasked.
    forgeable = frozenset({
        "source.ip", "user_agent.original", "http.request.id", "http.request.method", "http.version", "url.original", "url.path",
        "url.query", "url.domain", "gen_ai.conversation.id", "gen_ai.prompt", "gen_ai.request.model", "gen_ai.system_instructions",
        "gen_ai.tool.call.result", "gen_ai.retrieval.documents", "sentinel.end_user.id",
    })
    fields = frozenset({
        *_fields.CALL.fields, *_fields.SENDER.fields, *_fields.RESOURCE.fields, *_fields.SERVER.fields, *_content.FIELDS, "trace.id", "span.id", "event.outcome",
        "event.duration", "error.message", "gen_ai.operation.name", "gen_ai.provider.name", "url.original", "url.query",
    })
    joins = True
    examples = EXAMPLES

    def decode(self, record: bytes) -> Sequence[Record]:
        bare = record.strip(_BLANK).removeprefix(_BOM)
        if not bare:
            return ()
        flaws: Fields = {}
        batch = decoded(bare, msgspec.json.decode, flaws)
        if batch.__class__ is not dict or (batch and batch.keys().isdisjoint(_SIGNALS)):
            raise Unreadable("no OTLP: neither resourceSpans nor resourceLogs nor resourceMetrics")
        found = [*_spans.records(batch), *_logs.records(batch)]
        if flaws:
            for one in found:
                one.fields[FLAWS] = list(flaws[FLAWS])
        return found
