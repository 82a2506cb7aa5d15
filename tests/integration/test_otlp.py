"""The OpenTelemetry SDK's own exporters, as an application has them, against a running daemon."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.trace import SpanKind

from tests.faults.daemon import Daemon
from tests.integration.servers.process import free_port

TOKEN = "0123456789abcdef"
RESOURCE = Resource({"service.name": "claims-assistant"})


def receiving(folder: Path) -> tuple[Daemon, str, dict[str, str]]:
    port = free_port()
    one = Daemon(folder, {"sources": [{"name": "apps", "format": "otel", "otlp": {"listen": f"http://127.0.0.1:{port}", "token": TOKEN}}]})
    one.start()
    one.until(lambda: "reads 1 source" in one.log.read_text(), 60)
    return one, f"http://127.0.0.1:{port}", {"authorization": f"Bearer {TOKEN}"}


def messages(text: str) -> str:
    return json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]}])


def test_spans_of_the_sdk(tmp_path: Path) -> None:
    one, url, headers = receiving(tmp_path)
    exporter = OTLPSpanExporter(f"{url}/v1/traces", headers=headers, compression=Compression.Gzip)
    provider = TracerProvider(resource=RESOURCE, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    for number in range(100):
        with tracer.start_as_current_span("chat gpt-4o", kind=SpanKind.CLIENT) as span:
            span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 17,
                                 "gen_ai.input.messages": messages(f"number {number}")})
    assert provider.force_flush()
    provider.shutdown()
    events = one.rows("events", "list")
    assert sorted(e["gen_ai.prompt"] for e in events) == sorted(f"number {n}" for n in range(100))
    assert {(e["service.name"], e["gen_ai.request.model"], e["gen_ai.usage.input_tokens"], len(e["trace.id"])) for e in events} == {
        ("claims-assistant", "gpt-4o", 17, 32)}


def test_log_records_of_the_sdk(tmp_path: Path) -> None:
    one, url, headers = receiving(tmp_path)
    provider = LoggerProvider(resource=RESOURCE, shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(f"{url}/v1/logs", headers=headers)))
    provider.get_logger("test").emit(
        event_name="gen_ai.client.inference.operation.details", severity_number=SeverityNumber.INFO, timestamp=1_795_557_600_000_000_000,
        attributes={"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
                    "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "from a log record"}]}]})
    provider.shutdown()
    (event,) = one.rows("events", "list")
    assert (event["gen_ai.prompt"], event["@timestamp"]) == ("from a log record", "2026-11-24T22:00:00Z")


def test_a_wrong_token_lets_nothing_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one, url, _ = receiving(tmp_path)
    caplog.set_level(logging.CRITICAL, "opentelemetry")
    provider = TracerProvider(resource=RESOURCE, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{url}/v1/traces", headers={"authorization": "Bearer wrong"})))
    with provider.get_tracer("test").start_as_current_span("chat") as span:
        span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.input.messages": messages("not mine")})
    provider.shutdown()
    one.caught_up()
    assert one.rows("events", "list") == []
