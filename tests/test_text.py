import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.text import defang, printable, well_formed


@pytest.mark.parametrize(("hostile", "shown"), [
    ("plain text", "plain text"),
    ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    ("two\nlines\r", "two\\x0alines\\x0d"),
    ("\u202eevil\u200b", "\\u{202e}evil\\u{200b}"),
    ("\ud800", "\\u{d800}"),
    ("\x9b31m", "\\x9b31m"),
    ("\U000e0041tag", "\\u{e0041}tag"),
    ("Jürgen 東京", "Jürgen 東京"),
])
def test_what_would_act_on_a_terminal_is_shown_instead(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_what_has_no_utf8_form_becomes_one_character() -> None:
    assert [well_formed(text) for text in ("ab", "é\ud800b", "😀")] == ["ab", "é?b", "😀"]


def test_a_long_text_is_cut_and_the_rest_counted() -> None:
    assert printable("a" * 100, 3) == "aaa… (+97)"
    assert printable("abc", 3) == "abc"


@given(st.text(st.characters()))
def test_nothing_invisible_is_left_and_it_is_one_line(text: str) -> None:
    shown = printable(text)
    assert all(unicodedata.category(c)[0] != "C" for c in shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")


@pytest.mark.parametrize(("text", "safe"), [
    ("see https://evil.example/x?a=b", "see hxxps://evil[.]example/x?a=b"),
    ("http://a.b and ftp://c.d", "hxxp://a[.]b and ftp[:]//c[.]d"),
    ("www.evil.example", "www[.]evil[.]example"),
    ("version 1.2.3.", "version 1.2.3."),
])
def test_links_cannot_be_followed(text: str, safe: str) -> None:
    assert defang(text) == safe
