from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.sources._split import Splitter

MOST = 10


def split(chunks: list[bytes]) -> list[tuple[bytes, int, str]]:
    lines = Splitter(MOST)
    found = [line for chunk in chunks for line in lines.feed(chunk)]
    assert len(lines._held) <= MOST + 1
    return [(line.data, line.size, line.flaw) for line in found + lines.end()]


def test_lines_end_in_lf_or_crlf_and_empty_ones_are_none() -> None:
    assert split([b"a\n\nb\r\n\r\nc"]) == [(b"a", 2, ""), (b"b", 3, ""), (b"c", 1, "")]
    assert split([b"\rx\ry\r\n"]) == [(b"\rx\ry", 6, "")]


def test_a_long_line_is_cut_and_the_next_is_whole() -> None:
    assert split([b"0123456789\r\n"]) == [(b"0123456789", 12, "")]
    assert split([b"0123456789a\nb\n"]) == [(b"0123456789a", 12, "too long: 11 bytes, the limit is 10"), (b"b", 2, "")]
    (line,) = split([b"x" * 100])
    assert line[1:] == (100, "too long: 100 bytes, the limit is 10")


@given(st.lists(st.binary(max_size=12) | st.sampled_from([b"\n", b"\r\n", b"x" * 30]), max_size=20), st.data())
def test_any_cut_of_the_stream_gives_the_same_lines(chunks: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(chunks)
    assert split(chunks) == split([whole]) == split([whole[n:n + 1] for n in range(len(whole))])
    expected = [line.removesuffix(b"\r") for line in whole.split(b"\n")[:-1]]
    fit = [line for line in expected if line and len(line) <= MOST]
    rest = whole.split(b"\n")[-1]
    assert [line[0] for line in split([whole]) if not line[2]] == fit + ([rest] if rest and len(rest) <= MOST else [])
