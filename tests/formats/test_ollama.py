from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import zone
from sentinel.formats._mapping.time import LocalTimes
from sentinel.formats.ollama import Ollama
from tests import make
from tests.formats.reading import read

OLLAMA = Ollama().localized(LocalTimes(zone("Europe/Berlin"), make.Clock()))


def events(line: str) -> list[dict[str, Any]]:
    return read(OLLAMA, line.encode())


def test_local_times_are_in_the_zone_of_the_source_and_others_in_their_own() -> None:
    assert events('[GIN] 2026/11/24 - 23:01:23 | 200 | 1ms | 127.0.0.1 | GET "/"')[0]["@timestamp"] == "2026-11-24T22:01:23Z"
    assert events('time=2026-11-24T23:01:23.5-05:00 level=ERROR msg=x')[0]["@timestamp"] == "2026-11-25T04:01:23.500Z"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='"\\')))
def test_a_path_is_whatever_a_client_asked_for(path: str) -> None:
    found = events(f'[GIN] 2026/11/24 - 23:01:23 | 404 | 1ms | 127.0.0.1 | GET "/{path}"')[0]
    assert (found["url.original"], found["http.response.status_code"]) == (f"/{path}", 404)


def test_an_access_line_of_another_shape_is_said() -> None:
    assert events("[GIN] 200 GET /") == [{"line": 1, "unreadable": "an access line of another shape than gin's own"}]


@pytest.mark.parametrize("line", [
    "", "time=2026-11-24T23:01:23Z level=INFO msg=x prompt=9021", 'time=2026-11-24T23:01:23Z level=DEBUG msg="chat request" images=0 prompt=""',
    "[GIN-debug] GET / --> x (1 handlers)", " - using code:", "llama_context: n_ctx = 1", "llama runner: x", "Error #01: x",
    "Nov 24 23:01:32 host systemd[1]: Started Ollama Service.", "main.go(0x1)", "rax    0x0", "ggml_cuda_init: found 1 CUDA devices:",
    "2025/01/05 18:51:01 routes.go:989: INFO x", "goroutine 1 [running]:", "....."])
def test_chatter_is_nothing(line: str) -> None:
    assert events(line) == []


@pytest.mark.parametrize("line", ["what is this", '{"a":1}', '203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET / HTTP/1.1" 200 5'])
def test_what_no_ollama_writes_is_said(line: str) -> None:
    assert events(line) == [{"line": 1, "unreadable": "no line of Ollama's log"}]


def test_an_error_is_bounded() -> None:
    assert len(events(f'time=2026-11-24T23:01:23Z level=ERROR msg="{"x" * 9_000}"')[0]["error.message"]) == 4096


def test_hostile_lines_take_linear_time() -> None:
    begun = process_time()
    for start in ("", "[GIN] 2026/11/24 - 23:01:23 | 200 | 1ms | 127.0.0.1 | GET \"", "time=2026 msg=\"", "time=", "[GIN] "):
        for part in ("a", " ", '"', "\\", "a=", "|", "a:", "1h", "(", "\\xff"):
            read(OLLAMA, (start + part * (20_000 // len(part))).encode())
    assert process_time() - begun < 3
