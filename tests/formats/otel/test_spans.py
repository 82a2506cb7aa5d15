from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats.otel import Otel
from tests.formats.otel import otlp
from tests.formats.otel.otlp import span

OTEL = Otel()


def fields(*spans: dict[str, Any], **resource: Any) -> list[dict[str, Any]]:
    return [record.fields for record in OTEL.decode(otlp.spans(*spans, **resource))]


def chat(number: int = 1, **given: Any) -> dict[str, Any]:
    return span(number, gen_ai__operation__name="chat", **given)


def test_a_call_has_its_service_trace_and_duration() -> None:
    assert fields(chat(), service__name="claims", host__name="app-01", cloud__account__id="123", cloud__region="eu-west-1") == [{
        "gen_ai.operation.name": "chat", "service.name": "claims", "host.name": "app-01", "cloud.account.id": "123",
        "cloud.region": "eu-west-1", "trace.id": otlp.TRACE, "span.id": "0000000000000001", "event.duration": 1_000_000_000,
        "event.outcome": "success",
    }]
    (record,) = OTEL.decode(otlp.spans(chat()))
    assert (record.at, record.category) == (otlp.BEGAN, "llm")


def test_the_sender_comes_from_the_spans_above_the_nearest_first() -> None:
    found = fields(
        span(1, kind=1, client__address="203.0.113.7", enduser__id="far", session__id="s-1", user_agent__original="curl/8", url__path="/ask"),
        span(2, parent=1, kind=1, enduser__id="near"), chat(3, parent=2))
    assert [{name: one.get(name) for name in ("source.ip", "user.id", "gen_ai.conversation.id", "user_agent.original", "url.path")}
            for one in found] == [{"source.ip": "203.0.113.7", "user.id": "near", "gen_ai.conversation.id": "s-1",
                                   "user_agent.original": "curl/8", "url.path": "/ask"}]


def test_a_span_of_another_trace_is_no_parent() -> None:
    stranger = span(1, kind=1, enduser__id="u-2", trace="ff" * 16)
    assert "user.id" not in fields(stranger, chat(2, parent=1))[0]


def test_the_peer_of_a_call_is_the_provider_and_not_the_client() -> None:
    assert "source.ip" not in fields(chat(network__peer__address="192.0.2.1", server__address="192.0.2.1"))[0]
    served = span(1, kind=2, http__request__method="POST", network__peer__address="203.0.113.7")
    assert [one["source.ip"] for one in fields(served, chat(2, parent=1))] == ["203.0.113.7"] * 2


def test_spans_of_neither_kind_are_nothing() -> None:
    assert fields(span(1, kind=3, http__request__method="GET", url__full="https://example.com/"), span(2, kind=1, db__system="redis"),
                  span(3, openinference__span__kind="CHAIN", input__value="x"), span(4, traceloop__span__kind="workflow")) == []


@pytest.mark.parametrize(("flat", "operation"), [
    ({"gen_ai__system": "openai"}, "chat"), ({"gen_ai__request__model": "m"}, "chat"), ({"llm__request__type": "completion"}, "text_completion"),
    ({"openinference__span__kind": "LLM"}, "chat"), ({"openinference__span__kind": "RETRIEVER"}, "retrieval"),
    ({"traceloop__span__kind": "tool"}, "execute_tool"), ({"gen_ai__operation__name": "invoke_agent"}, "invoke_agent"),
])
def test_what_a_span_stands_for(flat: dict[str, Any], operation: str) -> None:
    assert [one["gen_ai.operation.name"] for one in fields(span(1, **flat))] == [operation]


@pytest.mark.parametrize(("status", "more", "wanted"), [
    ({"code": 2, "message": "boom"}, {}, {"event.outcome": "failure", "error.message": "boom"}),
    ({"code": "STATUS_CODE_ERROR"}, {}, {"event.outcome": "failure"}),
    ({"code": 1, "message": "unset"}, {}, {"event.outcome": "success"}),
    ({}, {"error__type": "timeout"}, {"event.outcome": "failure", "error.type": "timeout"}),
    ({"code": 2, "message": "Error code: 429 - slow down"}, {},
     {"event.outcome": "failure", "error.message": "Error code: 429 - slow down", "http.response.status_code": 429}),
    ({"code": 2}, {"events": [("exception", {"exception.type": "E", "exception.message": "why", "exception.stacktrace": "at"})]},
     {"event.outcome": "failure", "error.type": "E", "error.message": "why"}),
])
def test_how_it_ended(status: dict[str, Any], more: dict[str, Any], wanted: dict[str, Any]) -> None:
    (found,) = fields(chat(status=status, **more))
    assert {name: found[name] for name in found if name.startswith(("error", "http", "event.outcome"))} == wanted


def test_a_served_request_is_an_access_record() -> None:
    (record,) = OTEL.decode(otlp.spans(span(
        1, kind=2, http__request__method="POST", url__path="/ask", url__query="a=1", client__address="203.0.113.7", client__port=51200,
        http__response__status_code=401, user_agent__original="curl/8", network__protocol__version="1.1", server__address="api.example",
        **{"http.request.header.x-request-id": ["r-1"], "http.request.body.size": 10}), service__name="claims"))
    assert record.category == "webserver"
    assert record.fields == {
        "http.request.method": "POST", "url.path": "/ask", "url.query": "a=1", "source.ip": "203.0.113.7", "http.response.status_code": 401,
        "user_agent.original": "curl/8", "http.version": "1.1", "url.domain": "api.example", "http.request.id": "r-1", "http.request.bytes": 10,
        "service.name": "claims", "trace.id": otlp.TRACE, "span.id": "0000000000000001", "event.duration": 1_000_000_000, "event.outcome": "failure",
    }


def test_a_served_request_in_the_older_names() -> None:
    (found,) = fields(span(1, kind=2, http__method="GET", http__target="/a?b=c", http__status_code=200, net__peer__ip="2001:db8::17",
                           http__user_agent="x", http__flavor="1.1", http__host="api.example"))
    assert {name: found[name] for name in ("url.path", "url.query", "url.original", "source.ip", "http.response.status_code", "event.outcome")} == {
        "url.path": "/a", "url.query": "b=c", "url.original": "/a?b=c", "source.ip": "2001:db8::17", "http.response.status_code": 200,
        "event.outcome": "success"}


def test_times_that_make_no_sense_cost_only_themselves() -> None:
    (record,) = OTEL.decode(otlp.spans(chat() | {"startTimeUnixNano": "x", "endTimeUnixNano": None, "traceId": "zz", "spanId": 7}))
    assert record.at == 0
    assert record.fields == {"gen_ai.operation.name": "chat", "event.outcome": "success"}
