from __future__ import annotations

from typing import Any

from sentinel.formats.otel import Otel
from tests.formats.otel import otlp
from tests.formats.otel.otlp import log

OTEL = Otel()


def decoded(*given: dict[str, Any]) -> list[Any]:
    return list(OTEL.decode(otlp.logs(*given, service__name="claims")))


def test_the_messages_of_a_call_in_one_batch_are_one_record() -> None:
    (record,) = decoded(
        log("gen_ai.system.message", {"content": "Be terse."}, gen_ai__system="openai"), log("gen_ai.user.message", {"content": "Hi"}),
        log("gen_ai.choice", {"index": 0, "finish_reason": "stop", "message": {"content": "Hello"}}))
    assert record.fields == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "service.name": "claims", "trace.id": otlp.TRACE,
        "span.id": "0000000000000001", "gen_ai.system_instructions": "Be terse.", "gen_ai.prompt": "Hi", "gen_ai.completion": "Hello",
        "gen_ai.response.finish_reasons": ["stop"], "event.outcome": "success"}
    assert record.join.last and record.at == otlp.BEGAN


def test_a_call_without_its_answer_waits_for_it() -> None:
    first, second = decoded(log("gen_ai.user.message", {"content": "Hi"}, 1), log("gen_ai.user.message", {"content": "Ho"}, 2))
    assert not first.join.last and not second.join.last
    assert first.join.id != second.join.id
    (answer,) = decoded(log("gen_ai.choice", {"message": {"content": "Hello"}}, 1))
    assert answer.join.id == first.join.id and answer.join.last
    assert "event.outcome" not in first.fields


def test_messages_of_no_span_stand_alone() -> None:
    records = decoded(*[log("gen_ai.user.message", {"content": text}) | {"spanId": ""} for text in ("a", "b", "c")])
    assert [(record.fields["gen_ai.prompt"], record.join) for record in records] == [("a", None), ("b", None), ("c", None)]


def test_an_event_of_a_whole_call_in_attributes_or_body() -> None:
    said = {"gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]}
    for record in decoded(log("gen_ai.client.inference.operation.details", {}, **said),
                          log("gen_ai.client.inference.operation.details", said)):
        assert (record.fields["gen_ai.prompt"], record.fields["event.outcome"], record.join) == ("Hi", "success", None)


def test_an_exception_event() -> None:
    (record,) = decoded(log("gen_ai.client.operation.exception", "x", **{"exception.type": "E", "exception.message": "why"}))
    assert {name: record.fields[name] for name in ("error.type", "error.message", "event.outcome")} == {
        "error.type": "E", "error.message": "why", "event.outcome": "failure"}


def test_logs_of_other_things_are_nothing() -> None:
    assert decoded(log("app.started", "gen_ai"), log("", {"content": "x"}), {"body": {"stringValue": "plain"}}) == []
