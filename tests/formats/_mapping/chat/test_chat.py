from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.chat import answer, conversation, documents, tool_call

PROMPT, SYSTEM, RESULT = "gen_ai.prompt", "gen_ai.system_instructions", "gen_ai.tool.call.result"
DOCUMENTS, TYPE, HASH = "gen_ai.retrieval.documents", "sentinel.media.type", "sentinel.media.hash"
PNG = "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"  # of the eight bytes every PNG begins with
SAID, TOOL, GIVEN, END = "gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.response.finish_reasons"


def went_in(value: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    conversation(value, fields)
    return fields


def came_out(value: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    answer(value, fields)
    return fields


@pytest.mark.parametrize(("value", "wanted"), [
    ("plain", {PROMPT: "plain"}),
    (["a", "b"], {PROMPT: "a\nb"}),
    ([[1, 2, 3]], {}),
    ([1, 2, 3], {}),
    (None, {}),
    ([{"role": "user", "content": None}], {}),
    ([{"role": "user", "content": "default-message-value"}], {}),
    ([{"content": "no role"}], {PROMPT: "no role"}),
    ([{"role": ["odd"], "content": "x"}], {PROMPT: "x"}),
    ([{"role": "developer", "content": "be kind"}, {"role": "system", "content": [{"type": "text", "text": "be terse"}]}],
     {SYSTEM: "be kind\nbe terse"}),
    ([{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
                                   {"type": "image_url", "image_url": {"url": "https://h/p.png"}}, "b", 7]}], {PROMPT: "a\nhttps://h/p.png\nb", TYPE: ["image/png"], HASH: [PNG]}),
    ([{"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
      {"role": "tool", "content": "found"}], {PROMPT: "{}\nfound", RESULT: ["found"]}),
    # Responses API
    ([{"type": "function_call", "name": "f", "arguments": "{\"a\":1}"}, {"type": "function_call_output", "output": "found"}],
     {PROMPT: "{\"a\":1}\nfound", RESULT: ["found"]}),
    # Anthropic
    ([{"role": "assistant", "content": [{"type": "tool_use", "name": "f", "input": {"a": 1}}]},
      {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "text", "text": "found"}]},
                                   {"type": "document", "source": {"type": "text", "data": "in a file"}},
                                   {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo"}}]}],
     {DOCUMENTS: ["in a file"], TYPE: ["image/png"], HASH: [PNG], PROMPT: "{\"a\":1}\nfound\nin a file", RESULT: ["found"]}),
    # A part of a kind nobody knows is read for its text.
    ([{"role": "user", "content": [{"type": "new_kind", "text": "hidden"}]}], {PROMPT: "hidden"}),
])
def test_what_went_in(value: Any, wanted: dict[str, Any]) -> None:
    assert went_in(value) == wanted


def test_system_text_from_elsewhere_is_kept() -> None:
    fields: dict[str, Any] = {SYSTEM: "given apart"}
    conversation([{"role": "system", "content": "in line"}], fields)
    assert fields == {SYSTEM: "given apart\nin line"}


@pytest.mark.parametrize(("value", "wanted"), [
    ([{"finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}], {SAID: "hi", END: ["stop"]}),
    ([{"finish_reason": "stop", "text": "hi"}, {"finish_reason": "length", "text": "ho"}], {SAID: "hi\nho", END: ["stop", "length"]}),
    ([{"message": {"content": "no.", "reasoning_content": "a secret", "refusal": None}}], {SAID: "a secret\nno."}),
    ([{"message": {"content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{\"a\": \"b\\u0040c.org\"}"}}, "odd", {}]}}],
     {SAID: "f {\"a\":\"b@c.org\"}\nodd\n?", TOOL: ["f", "?"], GIVEN: ["{\"a\":\"b@c.org\"}", ""]}),
    ([{"message": {"function_call": {"name": "f", "arguments": "{\"\\u00e9"}}}], {SAID: "f {\"\\u00e9", TOOL: ["f"], GIVEN: ["{\"\\u00e9"]}),
    ([{"delta": {"content": "streamed"}}], {SAID: "streamed"}),
    # Responses API
    ([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
      {"type": "message", "content": [{"type": "output_text", "text": "hi"}]},
      {"type": "function_call", "name": "f", "arguments": "{}"}], {SAID: "hm\nhi\nf {}", TOOL: ["f"], GIVEN: ["{}"]}),
    # Anthropic
    ([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}, {"type": "tool_use", "name": "f", "input": {"a": 1}}],
     {SAID: "hm\nhi\nf {\"a\":1}", TOOL: ["f"], GIVEN: ["{\"a\":1}"]}),
    ("plain", {SAID: "plain"}), ([], {}), (None, {}), ({}, {}), ([{}], {}), ([{"message": "odd"}], {SAID: "odd"}),
])
def test_what_came_out(value: Any, wanted: dict[str, Any]) -> None:
    assert came_out(value) == wanted


def test_deep_nesting_ends() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = {"content": [deep]}
    assert went_in([deep]) == {}
    assert came_out([deep]) == {}


KEYS = st.sampled_from(["role", "content", "type", "text", "tool_calls", "function", "name", "arguments", "message", "delta", "output",
                        "finish_reason", "image_url", "url", "source", "data", "function_call", "summary", "input"])
WORDS = st.sampled_from(["user", "system", "tool", "tool_result", "tool_use", "function_call", "text", "", "\\u0041"])
JSON = st.recursive(st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)


@given(JSON)
def test_no_shape_breaks_it(value: Any) -> None:
    for fields in (went_in(value), came_out(value)):
        for name, found in fields.items():
            assert found and (isinstance(found, str) or all(isinstance(text, str) for text in found)), name


@pytest.mark.parametrize("message", [
    {"content": None, "audio": {"id": "a", "data": "UklGRg", "transcript": "the words"}},
    {"type": "code_interpreter_call", "outputs": [{"type": "logs", "logs": "the words"}]},
    {"type": "code_interpreter_call", "code": "the words"},
    {"type": "file_search_call", "queries": ["q"], "results": [{"text": "the words"}]},
    {"type": "apply_patch_call", "operation": {"diff": "the words"}},
    {"type": "shell_call_output", "output": [{"stdout": "the words", "stderr": ""}]},
    {"content": {"role": "model", "parts": [{"text": "the words"}]}},
])
def test_what_a_model_says_in_other_places_than_content_is_read(message: dict[str, Any]) -> None:
    assert "the words" in came_out([message])[SAID]
    assert "UklGRg" not in str(came_out([message]))


@pytest.mark.parametrize("item", [
    {"type": "custom_tool_call_output", "output": "the words"},
    {"type": "shell_call_output", "output": [{"stdout": "", "stderr": "the words"}]},
    {"role": "user", "content": [{"type": "mcp_tool_result", "content": [{"type": "text", "text": "the words"}]}]},
])
def test_a_tool_result_of_any_kind_is_one(item: dict[str, Any]) -> None:
    assert went_in([item]) == {PROMPT: "the words", RESULT: ["the words"]}


def test_turns_of_parts() -> None:
    assert went_in([{"role": "user", "parts": [{"text": "the words"}]}]) == {PROMPT: "the words"}


@pytest.mark.parametrize(("value", "wanted"), [
    ({"name": "ls", "arguments": {"p": "/"}, "result": "a", "mcp_server_name": "files", "mcp_session_id": "s"},
     {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": ["ls"], "gen_ai.tool.call.arguments": ['{"p":"/"}'],
      "gen_ai.tool.call.result": ["a"], "mcp.provider.name": "files", "mcp.session.id": "s"}),
    ({"name": "ls"}, {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": ["ls"], "gen_ai.tool.call.arguments": [""]}),
    ({"mcp_server_name": "files"}, {"mcp.provider.name": "files"}),
    ("ls", {}), ([], {}), ({"name": ["x"]}, {}),
])
def test_a_tool_that_the_gateway_called(value: Any, wanted: dict[str, Any]) -> None:
    fields: dict[str, Any] = {}
    tool_call(value, fields)
    assert fields == wanted


def test_documents_that_were_looked_up() -> None:
    fields: dict[str, Any] = {}
    documents([{"score": 1, "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, {"content": "c"}, "d", 5], fields)
    assert fields == {"gen_ai.retrieval.documents": ["a\nb", "c", "d"]}
    documents(None, empty := {})
    assert empty == {}
