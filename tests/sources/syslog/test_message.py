from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sentinel.sources.syslog.message import text_of

CASES = yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["of"])
def test_the_text_of(case: Any) -> None:
    assert text_of(case["message"].encode()).decode() == case["text"]


@given(st.lists(st.sampled_from([b"<34>", b"1 ", b"- ", b"[a x=\"", b"\\", b"]", b" ", b"Nov 24 23:01:23 ", b"h", b": ", b"\xff"]), max_size=20))
def test_any_message_has_a_text_that_stands_in_it(pieces: list[bytes]) -> None:
    message = b"".join(pieces)
    assert text_of(message) in message


@pytest.mark.parametrize("piece", [b"\\]", b"]", b"[a]", b"[", b": ", b"a ", b"\\\\]"])
def test_a_message_made_to_be_slow_is_not(piece: bytes) -> None:
    def took(size: int) -> float:
        message = b"<34>1 - - - - - [a" + piece * (size // len(piece))
        began = time.perf_counter()
        text_of(message)
        return time.perf_counter() - began

    took(1000)
    assert min(took(1 << 18) for _ in range(3)) < 1
