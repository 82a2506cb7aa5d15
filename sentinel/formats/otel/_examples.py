"""Lines of the collector's file exporter, cut down, and what they become. Shown by `sentinel formats show`, run by the tests."""

from __future__ import annotations

from typing import Any

EXAMPLES: tuple[dict[str, Any], ...] = (
    # The span of the request says who asked, the span beneath it what was asked. Spans carry messages as JSON in a text.
    {
        "line":
            '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claims"}}]},"scopeSpans":[{"spans":['
            '{"traceId":"e93e260a44d24e9b349b704dbc08f357","spanId":"520966725a99e9d6","parentSpanId":"05d6666c20834f19","kind":3,'
            '"startTimeUnixNano":"1795561513597971384","endTimeUnixNano":"1795561513667143753","attributes":['
            '{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.system","value":{"stringValue":"openai"}},'
            '{"key":"gen_ai.usage.input_tokens","value":{"intValue":"10"}},{"key":"gen_ai.input.messages","value":{"stringValue":'
            '"[{\\"role\\":\\"user\\",\\"parts\\":[{\\"type\\":\\"text\\",\\"content\\":\\"Summarise claim 1000\\"}]}]"}},'
            '{"key":"gen_ai.output.messages","value":{"stringValue":"[{\\"role\\":\\"assistant\\",\\"parts\\":[{\\"type\\":\\"tool_call\\",'
            '\\"name\\":\\"read_claim\\",\\"arguments\\":{\\"id\\":1000}}],\\"finish_reason\\":\\"tool_call\\"}]"}}]},'
            '{"traceId":"e93e260a44d24e9b349b704dbc08f357","spanId":"05d6666c20834f19","kind":1,"startTimeUnixNano":"1795561513597390761",'
            '"attributes":[{"key":"enduser.id","value":{"stringValue":"u-1001"}},{"key":"client.address","value":{"stringValue":"203.0.113.7"}}]}'
            ']}]}]}',
        "at": "2026-11-24T23:05:13.597971384Z",
        "fields": {
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 10, "source.ip": "203.0.113.7",
            "user.id": "u-1001", "service.name": "claims", "trace.id": "e93e260a44d24e9b349b704dbc08f357", "span.id": "520966725a99e9d6",
            "event.duration": 69_172_369, "event.outcome": "success", "gen_ai.prompt": "Summarise claim 1000",
            "gen_ai.tool.name": ["read_claim"], "gen_ai.tool.call.arguments": ['{"id":1000}'], "gen_ai.completion": 'read_claim {"id":1000}',
            "gen_ai.response.finish_reasons": ["tool_call"],
        },
    },
    # Before, each message was an event of its own, and a batch may end between the question and the answer.
    {
        "lines": [
            '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795561629102443429","traceId":"cfce047c88a79828cd799fc71f6186a8",'
            '"spanId":"63582bdcea636f78","attributes":[{"key":"event.name","value":{"stringValue":"gen_ai.user.message"}}],"body":{"kvlistValue":'
            '{"values":[{"key":"content","value":{"stringValue":"Hello"}}]}}}]}]}]}',
            '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795561629142165476","traceId":"cfce047c88a79828cd799fc71f6186a8",'
            '"spanId":"63582bdcea636f78","attributes":[{"key":"event.name","value":{"stringValue":"gen_ai.choice"}}],"body":{"kvlistValue":'
            '{"values":[{"key":"message","value":{"kvlistValue":{"values":[{"key":"content","value":{"stringValue":"Hi"}}]}}}]}}}]}]}]}',
        ],
        "at": "2026-11-24T23:07:09.102443429Z",
        "fields": {
            "gen_ai.operation.name": "chat", "trace.id": "cfce047c88a79828cd799fc71f6186a8", "span.id": "63582bdcea636f78",
            "gen_ai.prompt": "Hello", "gen_ai.completion": "Hi", "event.outcome": "success",
        },
    },
)
