from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Unreadable
from sentinel.formats._mapping.compile import Reading, Section
from sentinel.formats._mapping.logfmt import LogfmtLines
from sentinel.formats._mapping.values import integer, text

NAMED = Section(time=[("ts",)], fields={"error.message": [Reading(("msg",), text)], "http.response.status_code": [Reading(("http", "status"), integer)]})
LINES = LogfmtLines(NAMED)
WHOLE = LogfmtLines(Section(time=[("ts",)], fields=NAMED.fields, rest=True))


@pytest.mark.parametrize(("line", "fields"), [
    (b"ts=1795561283 msg=hello", {"error.message": "hello"}),
    (b'ts=1795561283 msg="two words \\"quoted\\" \\u00e9\\n" http.status=404', {"error.message": 'two words "quoted" \u00e9\n', "http.response.status_code": 404}),
    (b"  ts=1795561283\tdebug msg=x", {"error.message": "x"}),
    (b"ts=1795561283 msg= http.status=200", {"http.response.status_code": 200}),
    (b'ts=1795561283 msg=""', {}),
    (b'ts=1795561283 msg="cut off in the mid', {"error.message": "cut off in the mid"}),
    (b"ts=1795561283 msg=a msg=b", {"error.message": "a"}),
    (b'ts=1795561283 "stray" = == msg=a=b"c"', {"error.message": "a=b"}),
    ("ts=1795561283 msg=\u00e9\ufffd".encode(), {"error.message": "\u00e9\ufffd"}),
    (b"ts=1795561283 msg=\xff", {"error.message": "\ufffd", "sentinel.line.flaws": ["invalid-utf8"]}),
    (b"msg=x", {"error.message": "x", "sentinel.line.flaws": ["no-time"]}),
])
def test_lines(line: bytes, fields: dict[str, object]) -> None:
    assert LINES.read(line).fields == fields


def test_the_rest_is_kept_by_its_key() -> None:
    assert WHOLE.read(b'ts=1795561283 msg=x level=info flag user.id=u-1 sentinel.contained=true a@b.example=1').fields == {
        "error.message": "x", "level": "info", "user.id": "u-1"}


@pytest.mark.parametrize("line", [b"hello world", b"", b'"', b"secret secret"])
def test_what_is_no_logfmt_says_so_and_quotes_nothing(line: bytes) -> None:
    with pytest.raises(Unreadable, match="no logfmt") as caught:
        LINES.read(line)
    assert "secret" not in str(caught.value)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_record_or_a_reason(line: bytes) -> None:
    try:
        WHOLE.read(line)
    except Unreadable:
        pass


@pytest.mark.parametrize("part", [b'a="', b"=", b'"', b"\\", b"a=b ", b" a", b'a="\\"'])
def test_hostile_lines_take_linear_time(part: bytes) -> None:
    begun = time.process_time()
    try:
        LINES.read(part * (2_000_000 // len(part)))
    except Unreadable:
        pass
    assert time.process_time() - begun < 4
