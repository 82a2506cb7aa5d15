from __future__ import annotations

import pytest

from sentinel.formats._mapping.syslog import headless


@pytest.mark.parametrize(("line", "wanted"), [
    ("Nov 24 23:01:32 inference-01 ollama[1190]: [GIN] x", ("[GIN] x", "Nov 24 23:01:32")),
    ("Nov  4 23:01:32.123456 host vllm: x", ("x", "Nov  4 23:01:32.123456")),
    ("2026-11-24T23:01:32+0100 host llama-server[1]:   x", ("  x", "2026-11-24T23:01:32+0100")),
    ("2026-11-24T23:01:32.5Z host a[1]: ", ("", "2026-11-24T23:01:32.5Z")),
    ("Nov 24 23:01:32 host no colon", ("Nov 24 23:01:32 host no colon", "")),
    ("[GIN] x", ("[GIN] x", "")),
    ("", ("", "")),
])
def test_the_head_comes_off(line: str, wanted: tuple[str, str]) -> None:
    assert headless(line) == wanted
