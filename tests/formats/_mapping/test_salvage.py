"""Whole objects on a line that is not one."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.formats._mapping.salvage import Found, objects
from tests.formats.test_formats import FORMATS, read

A, B = b'{"n":1,"a":{"b":[1,2]}}', b'{"n":2,"x":"{\\"y\\":1}"}'


@pytest.mark.parametrize(("line", "wanted"), [
    (A + B, Found([A, B], None, False)),
    (A + b", " + B + b",", Found([A, B], None, False)),
    (b"[" + A + b",\n " + B + b"]", Found([A, B], None, False)),
    (b"\x1e" + A, Found([A], None, False)),
    (A + b"\0\0\0", Found([A], None, False)),
    (b'{"n":3,"prompt":"cut he' + A, Found([], A, True)),
    (b'{"n":3,"m":{"k":1},"prompt":"cut he' + B, Found([], B, True)),
    (A + b'{"n":3,"prom' + B, Found([A], B, True)),
    (A + b'{"n":3,"prom', Found([A], None, True)),
    (b'{"n":3,"m":{"k":1},"z":tr', Found([], None, True)),
    (b'{"n":\xff\xfe}' + A, Found([], A, True)),
    (b'{"p":"\xff"}' + A, Found([b'{"p":"\xff"}', A], None, False)),
    (b"text " + A, Found([], A, True)),
    (b"", Found([], None, False)),
])
def test_what_is_whole_is_found(line: bytes, wanted: Found) -> None:
    assert objects(line) == wanted


@given(line=st.binary(max_size=60))
def test_any_bytes(line: bytes) -> None:
    for data in (line, b'{"a":' + line, A + line, line + A):
        found = objects(data)
        assert all(part in data for part in [*found.first, *([found.last] if found.last else [])])


def test_hostile_lines_are_linear() -> None:
    begun = process_time()
    for part in (b'{"', b'{"a":', b"{", b"[", b'{"a":1}'):
        objects(part * (1_000_000 // len(part)))
        objects(b'{"a":"' + part * (1_000_000 // len(part)))
    assert process_time() - begun < 6


T = b',"time":"2026-11-24T23:01:23Z"}'


def test_a_torn_line_costs_the_record_that_was_torn() -> None:
    found = read(FORMATS["json"], b'{"n":1,"prompt":"half{"n":2' + T + b'\n{"n":3' + T)
    assert [event.get("n") for event in found] == [None, 2, 3]
    assert "unreadable" in found[0]
    assert found[1]["sentinel.line.flaws"] == ["torn-line"]


def test_what_ends_a_broken_record_is_no_record_without_a_time() -> None:
    assert ["unreadable" in event for event in read(FORMATS["json"], b'{"n":1,"m":{"n":5}')] == [True]


def test_several_records_on_a_line_are_several_events() -> None:
    assert [event["n"] for event in read(FORMATS["json"], b'{"n":1}{"n":2}\n[{"n":3},{"n":4}]\n[\n  {\n    "n": 5\n  },\n  {"n":6}\n]\n{"n":7},')] == [1, 2, 3, 4, 5, 6, 7]


def test_text_before_an_object_is_no_place_for_a_record() -> None:
    # What an exception quotes may come from a client.
    assert ["unreadable" in event for event in read(FORMATS["json"], b'ValueError: {"n":1' + T)] == [True]
