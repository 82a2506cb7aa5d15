from __future__ import annotations

from typing import Any

import pytest

from sentinel.formats._base import Join
from sentinel.formats.vllm._requests import read

TEXTS = ("gen_ai.prompt", "gen_ai.system_instructions")


def said(message: str) -> tuple[dict[str, Any], Join | None]:
    fields: dict[str, Any] = {}
    record = read(message, fields)
    assert record is not None
    return fields, record.join


@pytest.mark.parametrize("message", [
    "Added request chatcmpl-1.", "Request chatcmpl-1 aborted.", "Request chatcmpl-1 failed: it is too long", "Engine 000: Avg",
    "Generated response chatcmpl-1 details: output_token_ids: [1]", "Received request", ""])
def test_what_says_nothing_of_a_request(message: str) -> None:
    assert read(message, {}) is None


@pytest.mark.parametrize(("name", "base", "operation"), [
    ("chatcmpl-0a", "0a", "chat"), ("cmpl-0a-0", "0a", "text_completion"), ("resp_0a", "0a", "chat"), ("embd-0a-0", "0a-0", "embeddings"),
    ("chatcmpl-0a-7", "0a-7", "chat"), ("mine", "mine", None)])
def test_the_id_joins(name: str, base: str, operation: str | None) -> None:
    fields, join = said(f"Received request {name}: prompt: 'x', params: SamplingParams(n=1)")
    assert join == Join(base, whole=TEXTS)
    assert fields["http.request.id"] == base
    assert fields.get("gen_ai.operation.name") == operation


@pytest.mark.parametrize(("output", "text", "append", "last"), [
    (" (streaming delta): output: 'a', finish_reason: None", "a", ("gen_ai.completion",), False),
    (" (streaming delta): output: '[reasoning: a]', finish_reason: None", "a", ("gen_ai.completion",), False),
    (" (streaming delta): output: '[tool_calls: {\"a\":]', finish_reason: None", '{"a":', ("gen_ai.completion",), False),
    (" (streaming complete): output: 'ab', finish_reason: streaming_complete", "ab", (), True),
    (": output: 'ab', output_token_ids: [1, 2], finish_reason: stop", "ab", (), True),
])
def test_an_answer_and_its_pieces(output: str, text: str, append: tuple[str, ...], last: bool) -> None:
    fields, join = said(f"Generated response chatcmpl-1{output}")
    assert fields["gen_ai.completion"] == text
    assert join is not None
    assert (join.append, join.last) == (append, last)


@pytest.mark.parametrize(("reason", "reasons", "outcome"), [
    ("stop", ["stop"], "success"), ("length", ["length"], "success"), ("abort", ["abort"], "failure"), ("None", None, "success"),
    ("streaming_complete", None, "success")])
def test_why_it_ended(reason: str, reasons: list[str] | None, outcome: str) -> None:
    fields, _ = said(f"Generated response chatcmpl-1: output: 'x', finish_reason: {reason}")
    assert fields.get("gen_ai.response.finish_reasons") == reasons
    assert fields["event.outcome"] == outcome


def test_sampling_parameters_are_not_read_out_of_texts_among_them() -> None:
    fields, _ = said("""Received request chatcmpl-1: params: SamplingParams(n=1, temperature=0.5, stop=['max_tokens=9', "temperature=9"], """
                     """max_tokens=64, structured_outputs="max_tokens=7"), lora_request: LoRARequest(lora_name='sql', lora_int_id=1).""")
    assert (fields["gen_ai.request.temperature"], fields["gen_ai.request.max_tokens"]) == (0.5, 64)
    assert fields["gen_ai.request.model"] == "sql"


@pytest.mark.parametrize("message", [
    # Ids that a client chose so that its prompt would not be found.
    "Received request chatcmpl-x: prompt: 'innocent', params: : prompt: 'evil', params: SamplingParams(n=1)",
    "Received request chatcmpl-x: hello: prompt: 'evil', params: SamplingParams(n=1)",
    "Received request chatcmpl-x: params: prompt: 'evil', params: SamplingParams(n=1)",
    "Request chatcmpl-x details: prompt: 'innocent', prompt_token_ids: [1] details: prompt: 'evil', prompt_token_ids: [2]",
    "Request chatcmpl-x: y details: prompt: 'evil', prompt_token_ids: [2]",
    "Request chatcmpl x y details: prompt: 'evil', prompt_token_ids: [2]",
    "Request a: b JSON body: {\"prompt\":\"evil\"}",
])
def test_a_clients_id_hides_nothing(message: str) -> None:
    fields, _ = said(message)
    assert "evil" in fields["gen_ai.prompt"]


@pytest.mark.parametrize("message", [
    "Generated response chatcmpl-x: output: 'innocent', finish_reason: : output: 'evil', finish_reason: stop",
    "Generated response chatcmpl-x: y: output: 'evil', finish_reason: stop",
    "Generated response chatcmpl-: output: ': output: 'evil', output_token_ids: [1, 2], finish_reason: stop",
    "Generated response chatcmpl-: output: ': output: 'evil', output_token_ids: (1,), finish_reason: None",
])
def test_nor_an_answer(message: str) -> None:
    fields, _ = said(message)
    assert "evil" in fields["gen_ai.completion"]
    assert fields["gen_ai.completion"] == "evil" or "sentinel.line.flaws" in fields


def test_a_line_that_was_cut_keeps_what_there_is() -> None:
    assert said("Request chatcmpl-1 details: prompt: 'It is cu")[0]["gen_ai.prompt"] == "It is cu"
    assert said("Generated response chatcmpl-1: output: 'It is cu")[0]["gen_ai.completion"] == "It is cu"


def test_only_token_ids_are_no_text() -> None:
    fields, join = said("Request chatcmpl-1 details: prompt: None, prompt_token_ids: [1], prompt_embeds shape: None.")
    assert "gen_ai.prompt" not in fields
    assert join is not None


@pytest.mark.parametrize(("output", "names", "given", "text"), [
    ('[tool_calls: f({"a": "b), g({"}), g({})]', ["f", "g"], ['{"a": "b), g({"}', "{}"], 'f {"a": "b), g({"}\ng {}'),
    ('[tool_calls: f({}), and more]', ["f"], ["{}"], "[tool_calls: f({}), and more]"),
    ("[tool_calls: f(no json)]", None, None, "[tool_calls: f(no json)]"),
    ("[tool_calls: none]", None, None, "[tool_calls: none]"),
    ("[tool_calls: f(" + "[" * 5_000, None, None, "[tool_calls: f(" + "[" * 5_000),
])
def test_tools_called(output: str, names: list[str] | None, given: list[str] | None, text: str) -> None:
    fields, _ = said(f"Generated response chatcmpl-1: output: {output!r}, finish_reason: tool_calls")
    assert fields.get("gen_ai.tool.name") == names
    assert fields.get("gen_ai.tool.call.arguments") == given
    assert fields["gen_ai.completion"] == text


@pytest.mark.parametrize("body", ['{"model":"m","messages":[{"role":"user","content":"Hi"}]}', '{"model":"m","messages":[{"role":"user","content":"Hi"}]'])
def test_a_body_lacks_its_last_brace(body: str) -> None:
    fields, join = said(f"Request 0a JSON body: {body}")
    assert (fields["gen_ai.prompt"], fields["gen_ai.request.model"], fields.get("sentinel.line.flaws")) == ("Hi", "m", None)
    assert join is not None
    assert join.id == "0a"
    assert said(f"Request N/A JSON body: {body}")[1] is None
