from __future__ import annotations

import io
import random
import struct

from hypothesis import given
from hypothesis import strategies as st

from sentinel.sources.journald.export import entries
from tests.sources.journald.journal import field


def read(data: bytes, most: int = 1000) -> list[dict[str, bytes]]:
    return [dict(entry) for entry in entries(io.BytesIO(data), most)]


def test_text_and_binary_fields() -> None:
    data = b"A=1\nMESSAGE=a=b\n\n" + field("MESSAGE", b"x\n\n\xffy") + b"B=\n\n\n"
    assert read(data) == [{"A": b"1", "MESSAGE": b"a=b"}, {"MESSAGE": b"x\n\n\xffy", "B": b""}]


def test_of_a_field_that_occurs_twice_the_first_is_taken() -> None:
    assert read(b"MESSAGE=1\nMESSAGE=2\n\n") == [{"MESSAGE": b"1"}]


def test_what_breaks_off_is_no_entry() -> None:
    whole = b"A=1\n\n"
    for rest in (b"B=2\n", b"MESSAGE\n\1\0", b"MESSAGE\n" + struct.pack("<Q", 10) + b"abc", field("MESSAGE", b"abc")):
        assert read(whole + rest) == [{"A": b"1"}]


def test_a_large_value_costs_no_more_than_is_wanted_and_its_size_is_known() -> None:
    text, binary = b"MESSAGE=" + b"x" * 300_000 + b"\nA=1\n\n", field("MESSAGE", b"y\n" * 200_000) + b"A=1\n\n"
    found = list(entries(io.BytesIO(text + binary), 10))
    assert [(entry["MESSAGE"], entry.size, entry["A"]) for entry in found] == [(b"x" * 10, 300_000, b"1"), (b"y\n" * 5, 400_000, b"1")]


def test_a_length_that_lies_ends_the_stream_and_nothing_else() -> None:
    assert read(b"A=1\n\nMESSAGE\n" + b"\xff" * 8 + b"abc\n\nB=1\n\n") == [{"A": b"1"}]


@given(st.lists(st.dictionaries(st.sampled_from(["MESSAGE", "A", "B"]), st.binary(max_size=30), min_size=1), max_size=5))
def test_what_is_written_is_read(written: list[dict[str, bytes]]) -> None:
    assert read(b"".join(b"".join(field(*item) for item in one.items()) + b"\n" for one in written)) == written


@given(st.binary(max_size=60), st.randoms())
def test_rubbish_ends(data: bytes, dice: random.Random) -> None:
    pieces = [b"\n", b"=", b"MESSAGE", struct.pack("<Q", 3), data]
    read(b"".join(dice.choices(pieces, k=20)))
