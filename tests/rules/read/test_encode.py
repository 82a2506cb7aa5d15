"""Strings as others write them down, against encoders that know nothing of rules."""

from __future__ import annotations

import base64 as python
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.glob import DASHES, Wild
from sentinel.rules.read.encode import String, base64, base64offset, marked, utf16, windash
from sentinel.rules.tree import Wrong


@given(st.text(min_size=3, max_size=20, alphabet="abc-é"), st.binary(max_size=5), st.binary(max_size=5))
def test_a_fragment_of_base64_stands_in_the_text_wherever_it_begins(text: str, before: bytes, after: bytes) -> None:
    whole = python.b64encode(before + text.encode() + after).decode()
    assert any(str(one.parts[0]) in whole for one in base64offset(String((text,))))


def test_base64_is_that_of_the_bytes() -> None:
    [one] = base64(String(("aé",)))
    assert python.b64decode(str(one.parts[0])) == "aé".encode()
    [wide] = utf16("utf-16-le")(String(("ab",)))
    [one] = base64(wide)
    assert python.b64decode(str(one.parts[0])) == b"a\0b\0" and not one.binary


def test_one_character_is_two_bytes_and_a_mark_is_one_character_of_text() -> None:
    [one] = utf16("utf-16-le", b"\xff\xfe")(String(("a", Wild.ONE)))
    assert one.parts == ("ÿþa\0", Wild.ONE, Wild.ONE) and one.binary
    assert marked(one.parts)[0] == "\ufeffa\0"


def test_a_dash_before_a_word_is_any_dash() -> None:
    [one] = windash(String(("x -enc a-b",)))
    assert one.parts == ("x ", Wild.DASH, "enc a-b")
    assert {python.b64decode(str(each.parts[0])).decode() for each in base64(one)} == {f"x {dash}enc a-b" for dash in DASHES}


def test_what_cannot_be_encoded_is_wrong() -> None:
    with pytest.raises(Wrong, match="wildcards"):
        base64(String(("a", Wild.ANY)))
    with pytest.raises(Wrong, match=re.escape("5 dashes")):
        base64(String((Wild.DASH,) * 5))
