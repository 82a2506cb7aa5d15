from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from sentinel.formats._base import Frame
from sentinel.formats._mapping.time import LocalTimes
from sentinel.formats.llamacpp import LlamaCpp
from tests import make
from tests.formats.reading import read

LLAMACPP = LlamaCpp().localized(LocalTimes(clock=make.Clock()))
SERVER = "0.17.833.919 D srv  log_server_r: "


def events(*lines: str) -> list[dict[str, Any]]:
    return read(LLAMACPP, "\n".join(lines).encode())


@pytest.mark.parametrize(("line", "frame"), [
    (SERVER + "request: POST /completion 127.0.0.1 200", Frame.WHOLE),
    (SERVER + 'request:  {"prompt":"x"}', Frame.BEGIN),
    ("Nov 24 23:01:33 host llama-server[77]: srv  log_server_r: request:  {", Frame.BEGIN),
    (SERVER + 'response: {"content":"x"}', Frame.MORE),
    ('  "prompt": "x"', Frame.MORE),
    ("}", Frame.MORE),
    ("null", Frame.MORE), ("true", Frame.MORE),  # of a body that a client printed so
    ("main: chat template, chat_template: {%- if tools %}", Frame.BEGIN),
    ("srv          init: init: chat template, example_format: '<|im_start|>system", Frame.BEGIN),
    ("slot update_slots: id  0 | task 0 | new prompt", Frame.WHOLE),
    ("load_tensors: offloading 0 layers", Frame.WHOLE),
    ('INFO [      log_server_request] request | tid="1"', Frame.WHOLE),
])
def test_which_line_is_what(line: str, frame: Frame) -> None:
    assert LLAMACPP.frame(line.encode()) is frame


def test_a_body_ends_where_the_program_goes_on() -> None:
    found = events(SERVER + "request:  {", '"prompt": "a",', '"x": "slot 1"', "}", "slot launch_slot_: id  0 | task 0 | processing task",
                   SERVER + 'response: {"content":"b"}')
    assert [(event.get("gen_ai.prompt"), event.get("gen_ai.completion")) for event in found] == [("a\nslot 1", None), (None, "b")]


def test_the_chat_template_that_it_prints_is_nothing() -> None:
    assert events("main: chat template, chat_template: {%- if tools %}", "    {{- '<|im_start|>system\\n' }}", "{%- endif %}, example_format: '<|im_start|>system",
                  "You are a helpful assistant<|im_end|>", "'", "main: server is listening") == []


def test_a_path_may_hold_blanks_and_what_looks_like_an_end() -> None:
    found = events(SERVER + "request: GET /x 10.0.0.1 200 y 203.0.113.7 404")[0]
    assert (found["url.path"], found["source.ip"], found["http.response.status_code"]) == ("/x 10.0.0.1 200 y", "203.0.113.7", 404)


def test_all_of_it_is_forgeable() -> None:
    assert LLAMACPP.forgeable == LLAMACPP.fields


def test_pieces_of_two_streams_are_kept_apart() -> None:
    def piece(name: str, text: str, end: str = "null") -> str:
        return (f'srv operator(): http: streamed chunk: data: {{"id":"{name}","object":"chat.completion.chunk","choices":'
                f'[{{"index":0,"finish_reason":{end},"delta":{{"content":"{text}"}}}}]}}')

    found = events(piece("a", "one "), piece("b", "two "), piece("a", "more"), "", piece("b", "x", '"stop"'), piece("a", "", '"length"'))
    assert [(event["gen_ai.completion"], event["gen_ai.response.finish_reasons"]) for event in found] == [
        ("two x", ["stop"]), ("one more", ["length"])]


@pytest.mark.parametrize("line", [
    "", "srv  update_slots: all slots are idle", "prompt eval time =      15.62 ms /    12 tokens", "       eval time =    3194.22 ms",
    "main: server is listening on http://127.0.0.1:8080 - starting the main loop", "......", "build: 4000 (abc) with cc", "Grammar:",
    "system_info: n_threads = 8", '{"tid":"1","function":"update_slots","msg":"x"}', '{"function":"log_server_request","msg":"request"}', "[1]" * 0,
    "srv    operator(): http: streamed chunk: data: [DONE]", "srv    operator(): http: stream ended", "srv  log_server_r: response: <html>"])
def test_chatter_is_nothing(line: str) -> None:
    assert events(line) == []


@pytest.mark.parametrize("line", ["}", '"a": 1', '203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET / HTTP/1.1" 200 5'])
def test_what_no_server_writes_is_said(line: str) -> None:
    assert events(line) == [{"line": 1, "unreadable": "no line of llama.cpp's server log"}]


def test_hostile_lines_take_linear_time() -> None:
    begun = process_time()
    for start in ("", SERVER, SERVER + "request:  ", SERVER + "request: GET ", SERVER + "response: {", "srv  x: http: streamed chunk: data: ",
                  "INFO [ log_server_request] request | "):
        for part in ("a", " ", '"', "\\", "{", "[", "a=", "a:", "\n", 'srv  x: response: {\n', '{"a":'):
            data = (start + part * (20_000 // len(part))).encode()
            LLAMACPP.frame(data)
            try:
                LLAMACPP.decode(data)
            except Exception as error:
                assert type(error).__name__ == "Unreadable"
    assert process_time() - begun < 4
