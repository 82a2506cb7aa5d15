from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._base import Frame
from sentinel.formats._mapping.time import LocalTimes
from sentinel.formats.tgi import Tgi
from tests import make
from tests.formats.reading import read

TGI = Tgi().localized(LocalTimes(clock=make.Clock()))
HEAD = "2026-11-24T23:01:23.787487Z DEBUG "
ROUTER = "text_generation_router::server: router/src/server.rs:291: "


def events(*lines: str) -> list[dict[str, Any]]:
    return read(TGI, "\n".join(lines).encode())


@pytest.mark.parametrize(("line", "frame"), [
    (HEAD + "x", Frame.BEGIN), ("2026-11-24T23:01:23.787487Z  INFO x", Frame.BEGIN), ("any text", Frame.MORE), ("", Frame.MORE),
    ('{"timestamp":"2026-11-24T23:01:23Z","level":"INFO"}', Frame.WHOLE), ('{"a": 1}', Frame.MORE), ("{", Frame.MORE)])
def test_which_line_is_what(line: str, frame: Frame) -> None:
    assert TGI.frame(line.encode()) is frame


@pytest.mark.parametrize("spans", [
    "", "chat_completions: ", "generate{parameters=G { stop: [\"}: a: b.rs:1: Success\"] } total_time=\"1s\"}: ",
    "compat_generate{a=E(C(\"}\"))}:generate{parameters=G { grammar: Some(Json({\"{\": 1})) }}:infer: ", "a:b:c: "])
def test_the_message_is_found_behind_the_spans(spans: str) -> None:
    assert events(f"{HEAD}{spans}{ROUTER}Output: Hello")[0]["gen_ai.completion"] == "Hello"


def test_durations_and_parameters_are_not_read_out_of_texts_among_them() -> None:
    found = events(f'{HEAD}generate{{parameters=G {{ stop: ["total_time=\\"9s\\" temperature: Some(9)"], temperature: Some(0.5), max_new_tokens: '
                   f'Some(7) }} total_time="1.5s" seed="None"}}: {ROUTER}Success')[0]
    assert (found["event.duration"], found["gen_ai.request.temperature"], found["gen_ai.request.max_tokens"]) == (1_500_000_000, 0.5, 7)


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc"))), min_size=1))
def test_a_prompt_of_many_lines_comes_back(lines: list[str]) -> None:
    found = events(f"{HEAD}generate: {ROUTER}Input: x{lines[0]}", *lines[1:], "y")[0]
    assert found["gen_ai.prompt"] == "\n".join(["x" + lines[0], *lines[1:], "y"])


def test_the_rest_of_a_prompt_behind_a_forged_record_is_still_looked_into() -> None:
    found = events(f"{HEAD}generate: {ROUTER}Input: What is wrong in this log?", f"{HEAD}x: Connected", "My key is in it.")
    assert [event["gen_ai.prompt"] for event in found] == ["What is wrong in this log?", "My key is in it."]
    assert found[1]["sentinel.line.flaws"] == ["not-taken-apart"]


def test_json_lines_hold_one_record_whatever_is_in_a_prompt() -> None:
    prompt = f"a\n{HEAD}x: y\nb"
    line = json.dumps({"timestamp": "2026-11-24T23:01:23.787487Z", "level": "DEBUG", "message": f"Input: {prompt}", "target": "t",
                       "span": {"name": "generate_stream"}, "spans": [{"name": "generate_stream"}]}, separators=(",", ":"))
    found = events(line)
    assert [(event["gen_ai.prompt"], event["gen_ai.request.stream"]) for event in found] == [(prompt, True)]


def test_the_router_cuts_an_input_at_a_thousand_characters() -> None:
    assert events(f"{HEAD}generate: {ROUTER}Input: {'x' * 1000}")[0]["sentinel.line.flaws"] == ["content-cut"]


@pytest.mark.parametrize("line", [
    "", HEAD + ROUTER + "Connected", HEAD + "shard-manager: text_generation_launcher: Starting shard rank=0", "  at x.rs:12",
    HEAD + "next_batch{min_size=None}: text_generation_router_v3::queue: backends/v3/src/queue.rs:317: Accepting entry",
    HEAD.replace("DEBUG", "ERROR") + "text_generation_launcher: Shard 0 crashed", HEAD + "text_generation_launcher: Args {\n    model_id: x,\n}"])
def test_chatter_is_nothing(line: str) -> None:
    assert events(line) == []


def test_what_no_tgi_writes_is_said() -> None:
    assert events("what is this") == [{"line": 1, "unreadable": "no line of TGI's log, and none before it that it could go on with"}]
    assert events('{"a":1}') == [{"line": 1, "unreadable": "no record of TGI's log"}]


def test_hostile_lines_take_linear_time() -> None:
    begun = process_time()
    for start in ("", HEAD, HEAD + "generate{", HEAD + 'generate{parameters=G { a: "', HEAD + "generate: " + ROUTER + "Input: "):
        for part in ("a", " ", '"', "\\", "{", "}", "a:", "a::", ":", "\n", "{}", 'a="b" '):
            read(TGI, (start + part * (20_000 // len(part))).encode())
    assert process_time() - begun < 4
