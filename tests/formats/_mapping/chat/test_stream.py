from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.chat.body import response
from sentinel.formats._mapping.chat.stream import is_stream, joined

SAID, GIVEN = "gen_ai.completion", "gen_ai.tool.call.arguments"
Chunks = list[dict[str, Any]]


def openai(text: list[str], arguments: list[str]) -> Chunks:
    return [*({"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in text),
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}]}}]},
            *({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}}]} for piece in arguments)]


def anthropic(text: list[str], arguments: list[str]) -> Chunks:
    return [{"type": "message_start", "message": {"content": []}}, {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in text),
            {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "name": "f", "input": {}}},
            *({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": piece}} for piece in arguments)]


def converse(text: list[str], arguments: list[str]) -> Chunks:
    return [{"messageStart": {"role": "assistant"}}, *({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": piece}}} for piece in text),
            {"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t", "name": "f"}}}},
            *({"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": piece}}}} for piece in arguments)]


def responses(text: list[str], arguments: list[str]) -> Chunks:
    return [{"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}},
            *({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": piece} for piece in text),
            {"type": "response.output_item.added", "output_index": 1, "item": {"type": "function_call", "name": "f", "arguments": ""}},
            *({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": piece} for piece in arguments)]


def cohere(text: list[str], arguments: list[str]) -> Chunks:
    return [*({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": piece}}}} for piece in text),
            {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": {"id": "c", "function": {"name": "f", "arguments": ""}}}}},
            *({"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": {"function": {"arguments": piece}}}}} for piece in arguments)]


PIECES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\\"), min_size=1, max_size=4), min_size=1, max_size=8)


@pytest.mark.parametrize("api", [openai, anthropic, converse, responses, cohere])
@given(text=PIECES, arguments=PIECES)
def test_wherever_a_text_was_split_it_comes_back_whole(api: Callable[[list[str], list[str]], Chunks], text: list[str], arguments: list[str]) -> None:
    fields: dict[str, Any] = {}
    response(api(text, arguments), fields)
    assert fields[GIVEN] == ["".join(arguments)]
    assert fields[SAID] == "".join(text) + "\nf " + "".join(arguments)


def test_a_stream_that_changes_the_kind_of_a_value_loses_neither() -> None:
    body = joined([{"message": {"content": "one"}}, {"message": {"content": [{"type": "text", "text": "two"}]}}, {"message": {"content": "three"}}])
    assert body == {"message": {"content": "onethree", "content~": [{"type": "text", "text": "two"}]}}


def test_choices_do_not_mix() -> None:
    body = joined([{"choices": [{"index": n % 2, "delta": {"content": str(n)}}]} for n in range(6)])
    assert [choice["delta"]["content"] for choice in body["choices"]] == ["024", "135"]


@pytest.mark.parametrize("chunk", [
    {"bytes": "!"}, {"bytes": "bm8="}, {"chunk": {"bytes": 5}}, {"chunk": "x"}, {"type": "message_start"}, {"type": "content_block_delta"},
    {"type": "content_block_delta", "index": [], "delta": []}, {"contentBlockDelta": 5}, {"type": "content-delta", "delta": "x"}, {"type": "stream-end"},
    {"type": "response.completed", "response": 5}, {"type": "response.output_text.delta", "delta": {}}, {"type": "response.output_item.done", "output_index": {}},
    {"choices": [{"index": {}}]}, {"choices": [5]}, {"type": []}, {},
])
def test_a_chunk_of_any_shape_costs_only_itself(chunk: dict[str, Any]) -> None:
    good = openai(["good"], ["{}"])
    fields: dict[str, Any] = {}
    response([*good, chunk, *openai([" end"], ["!"])], fields)
    assert "good end" in fields[SAID]


@pytest.mark.parametrize(("value", "wanted"), [([{}], True), ([], False), (["a"], False), ([{}, 1], False), ({}, False), (None, False)])
def test_what_is_a_stream(value: Any, wanted: bool) -> None:
    assert is_stream(value) is wanted
