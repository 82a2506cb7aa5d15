from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import Unreadable
from sentinel.formats._mapping.compile import Reading, Section
from sentinel.formats._mapping.text import Refused, TextLines, linear, unescaped, unhashed
from sentinel.formats._mapping.values import integer, text


@pytest.mark.parametrize(("pattern", "why"), [
    (r"(?P<a>.*+)(?P<b>.*) x", "backtrack"),
    (r"(?P<a>\w+)(?=@)", "backtrack"),
    (r"(?P<a>a+?)\1", "backtrack"),
    (r"(?P<a>(?:a|ab){30}c)++", "choice"),
    (r"(?P<a>a*){2000}", "backtrack"),
    (r"(?P<a>(?:a*+b|a)*+)", "not the last"),
    (r"(?P<a>(?:(?:a*+b)*+a)*+)", "not the last"),
    (r"(?P<a>(?:(?=[^x]*+y).)*+)", "not the last"),
    (r"(?P<a>(?:(?:xa*+){2}+)*+)", "not the last"),
    (r"(?P<a>x)(?P=a)", "back-reference"),
    (r"(?P<a>x)?+(?(a)y)", "back-reference"),
    (r"x++", "no named group"),
    (r"(?P<a>[)", "not a regular expression"),
    (r"(?P<a>[[a])", "not a regular expression"),
    ("", "no named group"),
])
def test_patterns_that_are_refused(pattern: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        linear(pattern)
    assert caught.value.do


@pytest.mark.parametrize("pattern", [r"(?P<a>.*) x", r"(?P<a>\w+)@.*", r"(?P<a>a+?)", r"(?P<a>(?:a|ab){30}c)", r"(?P<a>(a+)+b)", r"(?P<a>(a|aa)*c)"])
def test_usual_patterns_run_in_linear_time_too(pattern: str) -> None:
    found = linear(pattern)
    begun = time.process_time()
    found.fullmatch("a" * 400_000)
    assert time.process_time() - begun < 2
    assert list(found.groupindex) == ["a"]


def test_a_usual_pattern_reads_lines() -> None:
    lines = TextLines(Section(time=[("at",)], fields={"url.path": [Reading(("path",), text)], "user.name": [Reading(("user",), text)]}),
                      linear(r"(?P<at>\d+) (GET|POST) (?P<path>\S+)(?: by (?P<user>.+))?"))
    assert lines.read("1795561283 GET /ä by Zoë".encode()).fields == {"url.path": "/ä", "user.name": "Zoë"}
    assert lines.read(b"1795561283 GET /a").fields == {"url.path": "/a"}
    with pytest.raises(Unreadable):
        lines.read(b"1795561283 PUT /a")


@pytest.mark.parametrize(("pattern", "hostile"), [
    (r"(?P<a>\S++) (?P<b>\S++)", "a" * 400_000),
    (r'"(?P<a>[^"\\]*+(?:\\.[^"\\]*+)*+)"', '"' + "\\a" * 200_000),
    (r'(?P<a>(?:[^ "]++| (?!\[\d\d/))*+) \[', " [1" * 150_000),
    (r"(?P<a>(?>a|b){3})(?P<b>.*+)", "aba" * 100_000),
    (r"(?P<a>(?:[a-z]{1,3}+){2}+)", "abc" * 100_000),
])
def test_patterns_that_are_let_through_take_linear_time(pattern: str, hostile: str) -> None:
    found = linear(pattern)
    begun = time.process_time()
    found.fullmatch(hostile)
    # A quadratic one takes minutes.
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(("escaped", "plain"), [
    (r"\xD1\x82\xD0\xB5\xD1\x81\xD1\x82", "тест"),
    (r"\xFF\xFE bad \x1B[31m", "\ufffd\ufffd bad \x1b[31m"),
    (r"\x22quoted\x22 \x5C back", '"quoted" \\ back'),
    (r"\x5Cx41", r"\x41"),
    (r"\"apache\" \\", '"apache" \\'),
    (r"a\nb\tc", "a\nb\tc"),
    (r"\x4", r"\x4"),
    ("raw тест", "raw тест"),
])
def test_escapes(escaped: str, plain: str) -> None:
    assert unescaped(escaped) == plain


@pytest.mark.parametrize(("escaped", "plain"), [("/a#22b#C3#A9#7c", '/a"bé|'), ("#2", "#2"), ("#FF", "\ufffd"), ("#23#23", "##")])
def test_escapes_that_begin_with_a_hash(escaped: str, plain: str) -> None:
    assert unhashed(escaped) == plain


@given(st.text(max_size=300))
def test_escapes_never_break(value: str) -> None:
    unescaped(value).encode()
    unhashed(value).encode()


LINES = TextLines(Section(fields={"url.path": [Reading(("path",), text)], "http.response.body.bytes": [Reading(("size",), integer)]},
                          absent=("", "-")), linear(r"(?P<path>\S++)(?: (?P<size>\S++))?+"))


def test_a_group_that_did_not_take_part_is_absent() -> None:
    assert LINES.read(b"/a 5").fields == {"url.path": "/a", "http.response.body.bytes": 5, "sentinel.line.flaws": ["no-time"]}
    assert LINES.read(b"/a").fields == {"url.path": "/a", "sentinel.line.flaws": ["no-time"]}
    assert LINES.read(b"- -").fields == {"sentinel.line.flaws": ["no-time"]}


def test_bad_bytes_are_replaced_and_said() -> None:
    assert LINES.read(b"/\xff").fields == {"url.path": "/\ufffd", "sentinel.line.flaws": ["invalid-utf8", "no-time"]}


def test_another_line_is_refused_without_quoting_it() -> None:
    with pytest.raises(Unreadable) as caught:
        LINES.read(b"secret words and more")
    assert "secret" not in str(caught.value)
