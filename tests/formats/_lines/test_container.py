"""What container runtimes and the system journal put around a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._lines.container import Inner, inner

AT = 1795561283_166428123


@pytest.mark.parametrize(("line", "wanted"), [
    (b'2026-11-24T23:01:23.166428123Z stdout F {"n":1}', Inner("stdout", b'{"n":1}', True, AT)),
    (b"2026-11-25T00:01:23.166428123+01:00 stderr P half ", Inner("stderr", b"half ", False, AT)),
    (b"2026-11-24T23:01:23.166428123Z stdout F:tag x", Inner("stdout", b"x", True, AT)),
    (b"2026-11-24T23:01:23.166428123Z stdout F ", Inner("stdout", b"", True, AT)),
    (b"2026-11-24T23:01:23.166428123Z stdout F", Inner("stdout", b"", True, AT)),
    (b'{"log":"{\\"n\\":1}\\n","stream":"stdout","time":"2026-11-24T23:01:23.166428123Z"}', Inner("stdout", b'{"n":1}', True, AT)),
    (b'{"log":"half","stream":"stderr","attrs":{"tag":"x"},"time":"2026-11-24T23:01:23.166428123Z"}', Inner("stderr", b"half", False, AT)),
    (b'{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795561283166428","_PID":"7","MESSAGE":"{\\"n\\":1}"}', Inner("7", b'{"n":1}', True, AT - 123)),
    (b'{"MESSAGE":[123,34,255,34,125],"__REALTIME_TIMESTAMP":"1795561283166428"}', Inner("", b'{"\xff"}', True, AT - 123)),
    (b'{"_PID":"7","MESSAGE":"ha","_LINE_BREAK":"line-max","__REALTIME_TIMESTAMP":"1795561283166428"}', Inner("7", b"ha", False, AT - 123)),
])
def test_the_wrapping_comes_off(line: bytes, wanted: Inner) -> None:
    assert inner(line) == wanted


@pytest.mark.parametrize("line", [
    b'{"log":"mine"}', b'{"log":{"a":1},"stream":"stdout","time":"x"}', b'{"log":"x', b'{"n":1}', b"",
    b'{"_PID":"7","MESSAGE":[300],"__REALTIME_TIMESTAMP":"1"}', b'{"_a":"\\"__REALTIME_TIMESTAMP\\""}', b'{"_PID":1,"__REALTIME_TIMESTAMP":1}',
    b'{"log":"x\\n","stream":"stdout","time":"2026-11-24T23:01:23Z","a":' + b"[" * 5000, b'{"_A":"","__REALTIME_TIMESTAMP":"1","B":' + b"[" * 5000,
    b"2026-11-24T23:01:23Z INFO F x", b"2026-11-24 23:01:23 stdout F x", b"203.0.113.7 - - [x]",
])
def test_what_is_no_wrapping_stays(line: bytes) -> None:
    assert inner(line) is None


@given(text=st.text(max_size=60), whole=st.booleans())
def test_any_text_comes_out_of_a_docker_line_as_it_went_in(text: str, whole: bool) -> None:
    import json

    text = text.replace("\n", " ").replace("\r", " ")
    line = json.dumps({"log": text + ("\n" if whole else ""), "stream": "stdout", "time": "2026-11-24T23:01:23Z"})
    found = inner(line.replace(": ", ":", 1).encode())
    assert found is not None
    assert (found.text, found.whole) == (text.encode("utf-8", "replace"), whole)
