from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.sources.syslog.frames import Frames

MOST = 20


def frames(*chunks: bytes) -> list[tuple[bytes, str]]:
    one = Frames(MOST)
    found = []
    for chunk in chunks:
        found += one.feed(chunk)
        assert len(one._held) <= MOST and len(one._start) <= 11
    return [(cut.data, cut.flaw) for cut in found + one.end()]


def test_lines_and_lengths_side_by_side() -> None:
    assert frames(b"<34>one\n7 <34>two<34>three\r\n9 <34>a\nbc\n5 <1>x<34>last") == [
        (b"<34>one", ""), (b"<34>two", ""), (b"<34>three", ""), (b"<34>a\nbc\n", ""), (b"<1>x<", ""), (b"34>last", "")]


def test_a_line_that_begins_with_a_number_is_a_line() -> None:
    lines = [b"203.0.113.7 - - x", b"200 OK", b"12", b"2026 was <it>"]
    assert frames(b"\n".join(lines)) == [(line, "") for line in lines]


def test_what_is_too_long_is_cut_and_the_next_is_whole() -> None:
    (first, flaw), second = frames(b"30 <34>" + b"x" * 26 + b"<34>ok\n")
    assert (first, second) == (b"<34>" + b"x" * 16, (b"<34>ok", "")) and flaw == "too long: 30 bytes, the limit is 20"
    assert [flaw for _, flaw in frames(b"x" * 30 + b"\nok\n")] == ["too long: 30 bytes, the limit is 20", ""]


def test_a_message_cut_off_by_the_end_says_so_and_a_last_line_is_whole() -> None:
    assert frames(b"<34>one\n10 <34>t") == [(b"<34>one", ""), (b"<34>t", "cut off: 5 of 10 bytes came before the connection closed")]
    assert frames(b"<34>one\n<34>two") == [(b"<34>one", ""), (b"<34>two", "")]
    assert frames(b"12 ") == [(b"12 ", "")] and frames(b"") == []


def test_a_length_beyond_all_bounds_costs_nothing() -> None:
    (message,) = frames(b"999999999 <34>" + b"x" * 100)
    assert message[1].startswith("cut off: 104 of 999999999 bytes")
    assert frames(b"9999999999 <34>x\n") == [(b"9999999999 <34>x", "")]


@given(st.lists(st.sampled_from([b"<34>ab\n", b"6 <34>ab", b"8 <34>a\nb\n", b"12", b" ", b"\n", b"0", b"<", b"x" * 25, b"30 <34>", b"y"]), max_size=12), st.data())
def test_any_cut_of_the_stream_gives_the_same_messages(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    assert frames(*pieces) == frames(whole) == frames(*(whole[n:n + 1] for n in range(len(whole))))
