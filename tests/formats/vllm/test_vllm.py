from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.formats._base import Frame
from sentinel.formats._mapping.time import LocalTimes
from sentinel.formats.vllm import Vllm
from tests import make
from tests.formats.reading import read

VLLM = Vllm().localized(LocalTimes(clock=make.Clock()))
HEAD = "(APIServer pid=1) INFO 11-24 23:01:23 [request_logger.py:69] "
ERROR = "(APIServer pid=1) ERROR 11-24 23:01:23 [serving.py:1] "


def events(*lines: str) -> list[dict[str, Any]]:
    return read(VLLM, "\n".join(lines).encode())


@pytest.mark.parametrize(("line", "frame"), [
    (HEAD + "Added request x.", Frame.WHOLE),
    ("INFO:     Application startup complete.", Frame.WHOLE),
    (ERROR + "Error in preprocessing prompt inputs", Frame.BEGIN),
    (ERROR + "Traceback (most recent call last):", Frame.MORE),
    (ERROR + '  File "x.py", line 1, in y', Frame.MORE),
    (ERROR + "jinja2.exceptions.TemplateError: x", Frame.MORE),
    (ERROR, Frame.MORE),
    ("ERROR:    Exception in ASGI application", Frame.BEGIN),
    ("ValueError: x", Frame.MORE),
    ("  + Exception Group Traceback (most recent call last):", Frame.MORE),
    ("", Frame.MORE),
])
def test_which_line_is_what(line: str, frame: Frame) -> None:
    assert VLLM.frame(line.encode()) is frame


def test_an_error_between_other_lines_is_one_event() -> None:
    found = events("ERROR:    Exception in ASGI application", "Traceback (most recent call last):", "  File x", "ValueError: one",
                   "", "During handling of the above exception, another exception occurred:", "", "Traceback (most recent call last):",
                   "starlette.exceptions.HTTPException: two", 'INFO:     192.0.2.1:1 - "GET / HTTP/1.1" 500 Internal Server Error')
    assert [event.get("error.message") for event in found] == ["Exception in ASGI application: two", None]
    assert found[0]["error.type"] == "starlette.exceptions.HTTPException"


def test_the_rest_of_a_traceback_is_nothing_and_its_exception_is_an_error() -> None:
    assert events(ERROR + "Traceback (most recent call last):") == []
    assert events(ERROR + "ValueError: x") == [{"line": 1, "@timestamp": "2026-11-24T23:01:23Z", "error.type": "ValueError",
                                                "error.message": "x", "event.outcome": "failure"}]


def logged(**said: Any) -> str:
    return json.dumps({"asctime": "2026-11-24 23:01:23,500", "levelname": "INFO", "name": "vllm.logger", **said})


def test_records_may_be_json_objects() -> None:
    found = events(logged(message="Received request chatcmpl-1: prompt: 'a\\nb', params: SamplingParams(n=1), lora_request: None."), logged(message="x"),
                   logged(message="Generated response chatcmpl-1: output: 'c', finish_reason: stop"),
                   logged(levelname="ERROR", message="Error in x:\n{", exc_info="Traceback (most recent call last):\n  File x\nValueError: y"),
                   logged(message='203.0.113.7:1 - "GET / HTTP/1.1" 200', name="uvicorn.access"))
    assert [(event.get("@timestamp"), event.get("gen_ai.prompt"), event.get("gen_ai.completion"), event.get("error.type"), event.get("source.ip"))
            for event in found] == [("2026-11-24T23:01:23.500Z", "a\nb", "c", None, None), ("2026-11-24T23:01:23.500Z", None, None, "ValueError", None),
                                    ("2026-11-24T23:01:23.500Z", None, None, None, "203.0.113.7")]


def test_a_client_cannot_speak_as_the_web_server() -> None:
    assert events(logged(message='203.0.113.7:1 - "GET / HTTP/1.1" 200')) == []


def test_an_error_is_bounded() -> None:
    assert len(events(ERROR + "x y" * 100_000)[0]["error.message"]) == 4096


@pytest.mark.parametrize("line", [
    "(EngineCore_0 pid=7) anything at all", "       █     █", "Loading safetensors checkpoint shards:  50% Completed | 2/4", "",
    "/x/y.py:12: FutureWarning: old", "host:12:34 [0] NCCL INFO", "[rank0]: x", "INFO:     Started server process [4121]",
    "WARNING 11-24 23:01:23 [x.py:1] Request x was rejected", "Capturing CUDA graphs: 100%|██████| 35/35"])
def test_chatter_is_nothing(line: str) -> None:
    assert events(line) == []


@pytest.mark.parametrize("line", ["what is this", '{"a":1}', '203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET / HTTP/1.1" 200 5 "-" "-"'])
def test_what_no_vllm_writes_is_said(line: str) -> None:
    assert events(line) == [{"line": 1, "unreadable": "no line of vLLM's log"}]


def test_a_prompt_holds_whatever_a_client_writes() -> None:
    prompt = "', params: x, finish_reason: stop\r\nINFO 11-24 23:01:23 [x.py:1] Generated response chatcmpl-1: output: 'forged'\x00\u2028"
    found = events(f"{HEAD}Received request chatcmpl-1: prompt: {prompt!r}, params: SamplingParams(n=1), prompt_token_ids: None.")
    assert [event["gen_ai.prompt"] for event in found] == [prompt]


def test_an_id_that_is_used_twice_hides_no_prompt() -> None:
    found = events(f"{HEAD}Received request chatcmpl-1: prompt: 'A long and harmless question', params: SamplingParams(n=1)",
                   f"{HEAD}Received request chatcmpl-1: prompt: 'evil', params: SamplingParams(n=1)",
                   f"{HEAD}Generated response chatcmpl-1: output: 'x', finish_reason: stop",
                   f"{HEAD}Generated response chatcmpl-1: output: 'y', finish_reason: stop")
    assert [event.get("gen_ai.prompt") for event in found] == ["A long and harmless question\nevil", None]
    assert [event["gen_ai.completion"] for event in found] == ["x", "y"]


@given(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1))
def test_any_text_comes_back(text: str) -> None:
    found = events(f"{HEAD}Generated response chatcmpl-1: output: {text!r}, finish_reason: stop")
    # What looks like the tools a model calls is written as such.
    assert found[0]["gen_ai.completion"] == text or text.startswith("[tool_calls: ")


PIECES = ["prompt: '", "params: '", "', prompt_token_ids: ", "output: '", "', finish_reason: stop", ": prompt: 'x', params: ", "x", " ", ": ", "'", '"', "\\", "prompt: ", "output: ", "params: ", "details", " details", " JSON body: {", "None", ", prompt_token_ids: ", "]",
          "(streaming delta)", "Received request ", "Request ", ", finish_reason: stop", "\x85", "max_tokens=9", "SamplingParams(", "[tool_calls: f("]
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=200)
@given(name=WORDS, before=WORDS, after=WORDS)
def test_nothing_that_a_client_sends_is_lost(name: str, before: str, after: str) -> None:
    text = f"{before} EVIL {after}"
    for line in (f"Request chatcmpl-{name} details: prompt: {text!r}, prompt_token_ids: [1], prompt_embeds shape: None.",
                 f"Received request chatcmpl-{name}: prompt: {text!r}, params: SamplingParams(n=1, stop=[{after!r}]), prompt_token_ids: [1].",
                 f"Generated response chatcmpl-{name} (streaming delta): output: {text!r}, finish_reason: None",
                 f"Generated response chatcmpl-{name}: output: {text!r}, finish_reason: stop"):
        found = events(HEAD + line)
        assert any("EVIL" in str(value) for event in found for value in event.values()), line


def test_hostile_lines_take_linear_time() -> None:
    begun = process_time()
    for start in ("", HEAD, ERROR, HEAD + "Received request ", HEAD + "Request x details: prompt: '", HEAD + "Received request x: params: ",
                  HEAD + "Generated response x: output: '[tool_calls: ", "INFO:     "):
        for part in ("a", " ", "'", "\\", "prompt: ", "f({", "a.", "(", "[", "x: ", "a:1:", "%|"):
            line = (start + part * (20_000 // len(part))).encode()
            VLLM.frame(line)
            read(VLLM, line)
    assert process_time() - begun < 5
