"""A record's bytes as text."""

from __future__ import annotations

import pytest

from sentinel.formats._mapping.readable import readable, utf8
from sentinel.records.event import Fields

FLAWS = "sentinel.line.flaws"


@pytest.mark.parametrize(("record", "text", "flaws"), [
    (b"plain", "plain", None),
    ("Grüße ".encode(), "Grüße ", None),
    (b"a \xff b", "a \ufffd b", ["invalid-utf8"]),
])
def test_bytes_that_are_no_utf_8_are_replaced_and_marked(record: bytes, text: str, flaws: list[str] | None) -> None:
    fields: Fields = {}
    assert utf8(record, fields) == text
    assert fields.get(FLAWS) == flaws


@pytest.mark.parametrize(("record", "text", "flaws"), [
    (b"  plain \r\n", "  plain", None),
    (b"\xef\xbb\xbfplain", "plain", None),
    (b"\0\0plain\0", "plain", ["nul-head"]),
    (b"\0\xff", "\ufffd", ["invalid-utf8", "nul-head"]),
    (b"\0\0", "", ["nul-head"]),
    (b"", "", None),
])
def test_what_stands_around_a_record_is_taken_off(record: bytes, text: str, flaws: list[str] | None) -> None:
    fields: Fields = {}
    assert readable(record, fields) == text
    assert fields.get(FLAWS) == flaws
