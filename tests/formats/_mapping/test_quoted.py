from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.quoted import go, last, pairs, python

TEXTS = st.text(st.characters(blacklist_categories=("Cs",)))


@given(TEXTS, st.text(max_size=5))
def test_what_python_wrote_is_read_back(text: str, rest: str) -> None:
    assert python(f"x={text!r}, {rest}", 2) == (text, 2 + len(repr(text)))


@pytest.mark.parametrize(("line", "text"), [
    (r"""'It\'s a "test" \\ \x1b[31mred\x1b[0m \u2028 日本語'""", "It's a \"test\" \\ \x1b[31mred\x1b[0m \u2028 日本語"),
    ('"I can\'t"', "I can't"),
    (r"'\ud83d\ude00 \ud83d'", "😀 �"),
    (r"'\U0001f600 \Uffffffff'", "😀 �"),
    (r"'\xe9 \q'", "é q"),
])
def test_escapes(line: str, text: str) -> None:
    assert python(line, 0) == (text, len(line))


TAIL = re.compile(r", ids: .*+", re.DOTALL)


@given(TEXTS, TEXTS)
def test_the_last_text_of_a_line_whatever_stands_before_it(before: str, text: str) -> None:
    assert last(f"{before}said: {text!r}, ids: [1]", "said: ", TAIL) == (before, text, ", ids: [1]")


@pytest.mark.parametrize("line", [
    "", "'", "said: None, ids: [1]", "said: 'x'", "said: 'x', and", "other: 'x', ids: [1]", "said: x', ids: [1]", "said: 'x', ids: 'y'",
    "'x', ids: [1]"])
def test_a_line_that_does_not_end_so(line: str) -> None:
    assert last(line, "said: ", TAIL) is None


@pytest.mark.parametrize(("line", "text"), [("'cut he", "cut he"), ("'cut\\", "cut"), ('"', "")])
def test_a_text_without_an_end(line: str, text: str) -> None:
    assert python(line, 0) == (text, -1)


def test_no_text() -> None:
    assert python("None", 0) is None
    assert python("x", 5) is None


@pytest.mark.parametrize(("quoted", "text"), [
    (r'"a\"b\\\n\t\a\x00"', 'a"b\\\n\t\a\x00'),
    (r'"\xe6\x97\xa5 \u65e5 \U0001f600 日"', "日 日 😀 日"),
    (r'"\\xe6\\x97 \xff"', r"\xe6\x97 �"),
    (r'"cut', "cut"),
    ('"', ""),
])
def test_texts_of_go(quoted: str, text: str) -> None:
    assert go(quoted) == text


def test_pairs() -> None:
    assert list(pairs(r'time=2026-11-24T23:01:30+01:00 level=INFO  msg="a \"b\" c=d" n= url=/x?y=1 rest of it')) == [
        ("time", "2026-11-24T23:01:30+01:00"), ("level", "INFO"), ("msg", 'a "b" c=d'), ("n", ""), ("url", "/x?y=1")]
    assert list(pairs("no pairs at all")) == []


def test_hostile_lines_take_linear_time() -> None:
    begun = process_time()
    for part in ("\\", "'", '"', "\\x41", "a=", '="', "\\u00e9", " ", "a"):
        line = part * (200_000 // len(part))
        python("'" + line, 0)
        go('"' + line)
        last("said: '" + line + "', ids: ", "said: ", TAIL)
        for _ in pairs(line):
            pass
    assert process_time() - begun < 3
