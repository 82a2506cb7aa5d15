from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from sentinel.records.line import File, Line
from sentinel.sources.files.handle import CHUNK, open_handle
from sentinel.sources.files.tail import Cut, Tail
from tests.sources.follow import seen


class Log:
    """A file and its tail."""

    def __init__(self, path: Path, most: int = 1 << 24) -> None:
        self.path, self.most = path, most
        path.write_bytes(b"")
        self.tail = Tail(File("i", "s", str(path)), (1, 2), most)
        self.tail.handle = open_handle(seen(path))

    def add(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def read(self, *, final: bool = False) -> list[Line]:
        lines = []
        self.tail.drained = False
        for _ in range(10_000):
            lines += self.tail.read(500, final=final)
            if self.tail.drained:
                return lines
        raise AssertionError("never drained")

    def again(self) -> None:
        """As after a restart."""
        checkpoint = self.tail.checkpoint(1)
        self.tail.close()
        self.tail = Tail.resumed(checkpoint, self.most)
        self.tail.handle = open_handle(seen(self.path))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "a.log")


def shape(lines: list[Line]) -> list[tuple[int, bytes, int]]:
    return [(line.offset, line.data, line.size) for line in lines]


def test_lines_offsets_and_sizes(log: Log) -> None:
    log.add(b"one\n\ntwo\r\n\r\n \nthr\ree\n")
    assert shape(log.read()) == [(0, b"one", 4), (5, b"two", 5), (12, b" ", 2), (14, b"thr\ree", 7)]
    assert log.tail.offset == 21
    assert log.read() == []


def test_a_mark_counts_in_the_offsets_and_is_dropped_only_at_the_start(log: Log) -> None:
    log.add(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n")
    assert shape(log.read()) == [(0, b"one", 7), (7, b"\xef\xbb\xbftwo", 7)]


def test_holes_are_skipped_and_counted(log: Log) -> None:
    log.add(b"one\n" + bytes(10) + b"two\n" + bytes(5) + b"\n" + bytes(2) + b"th\0ree\n")
    assert shape(log.read()) == [(0, b"one", 4), (14, b"two", 4), (26, b"th\0ree", 7)]
    assert log.tail.skipped == 17


@pytest.mark.parametrize("hole", [CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 77])
def test_a_large_hole(log: Log, hole: int) -> None:
    log.add(b"one\n" + bytes(hole) + b"two\n")
    assert shape(log.read()) == [(0, b"one", 4), (4 + hole, b"two", 4)]
    assert log.tail.skipped == hole


def test_a_hole_that_is_still_growing_is_the_same_hole(log: Log) -> None:
    log.add(b"one\n" + bytes(100))
    assert len(log.read()) == 1
    log.add(bytes(100))
    log.read()
    log.add(bytes(100) + b"two\n")
    assert shape(log.read()) == [(304, b"two", 4)]
    assert log.tail.skipped == 300


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 16 * CHUNK - 1, 16 * CHUNK, 3_000_000, 9_000_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_long_line(log: Log, size: int, end: bytes) -> None:
    log.add(b"a\n" + b"x" * size + end + b"b\n")
    assert shape(log.read()) == [(0, b"a", 2), (2, b"x" * size, size + len(end)), (2 + size + len(end), b"b", 2)]


@pytest.mark.parametrize("size", [2049, 5000, CHUNK + 5, 3_000_000])
def test_a_line_over_the_limit_is_named_and_the_next_is_read(tmp_path: Path, size: int) -> None:
    log = Log(tmp_path / "a.log", most=2048)
    log.add(b"a\n" + b"x" * 2048 + b"\n" + b"y" * size + b"\nb\n")
    lines = log.read()
    assert [line.data[:1] for line in lines] == [b"a", b"x", b"y", b"b"]
    assert lines[2].flaw == f"too long: {size + 1} bytes, the limit is 2048"
    assert (lines[2].offset, lines[2].size) == (2051, size + 1)
    assert len(lines[2].data) <= 4096
    assert [line.flaw for line in lines if line is not lines[2]] == ["", "", ""]


def test_memory_of_an_endless_line_is_bounded(tmp_path: Path) -> None:
    log = Log(tmp_path / "a.log", most=1 << 20)
    log.add(b"a\n")
    for _ in range(50):
        log.add(b"x" * (1 << 20))
    tracemalloc.start()
    assert len(log.read()) == 1
    assert log.read() == []
    log.add(b"end\nb\n")
    lines = log.read()
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
    assert [line.size for line in lines] == [50 * (1 << 20) + 4, 2]
    assert lines[0].flaw.startswith("too long: 52428804 bytes")


def test_a_long_line_that_grows_is_not_searched_from_its_start_each_time(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.add(b"x" * 4_000_000)
    log.read()
    sizes = []
    handle = log.tail.handle
    assert handle is not None
    plain = handle.read
    monkeypatch.setattr(handle, "read", lambda size, offset: sizes.append(len(plain(size, offset))) or plain(size, offset))
    for _ in range(20):
        log.add(b"x" * 10)
        assert log.read() == []
    assert sum(sizes) < 10_000
    log.add(b"\n")
    assert log.read()[0].size == 4_000_201


def test_an_unfinished_line_waits(log: Log) -> None:
    log.add(b"one\ntw")
    assert shape(log.read()) == [(0, b"one", 4)]
    log.again()
    assert log.read() == []
    log.add(b"o\n")
    assert shape(log.read()) == [(4, b"two", 4)]


@pytest.mark.parametrize("rest", [b"two", b"x" * (CHUNK + 9), bytes(7) + b"two"])
def test_at_the_very_end_it_is_taken_as_it_is(log: Log, rest: bytes) -> None:
    log.add(b"one\n" + rest)
    assert [line.data for line in log.read(final=True)] == [b"one", rest.lstrip(b"\0")]
    assert log.tail.offset == 4 + len(rest)
    assert log.read(final=True) == []


@pytest.mark.parametrize("content", [b"", b"on", b"o", b"one\nTWO\n", b"two\none\nthree\n"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_cut_is_noticed_before_anything_is_handed_over(log: Log, content: bytes, restart: bool) -> None:
    log.add(b"one\ntwo\n")
    log.read()
    log.path.write_bytes(content)
    if restart:
        log.again()
    with pytest.raises(Cut):
        log.read()
    log.tail.begin_again()
    log.tail.handle = open_handle(seen(log.path))
    lines = log.read()
    assert [line.data for line in lines] == content.split(b"\n")[:-1]
    assert all(line.file.generation == 1 and line.file.id == "i" for line in lines)


def test_the_head_after_a_cut_is_the_new_one(log: Log) -> None:
    log.add(b"one\n")
    log.read()
    log.path.write_bytes(b"two\nthree\n")
    log.tail.begin_again()
    log.tail.handle = open_handle(seen(log.path))
    log.read()
    fresh = Tail(File("i", "s", "p"), (1, 2), 99)
    fresh.name_head(b"two")
    checkpoint = log.tail.checkpoint(0)
    assert (checkpoint.head, checkpoint.head_size, checkpoint.offset) == (fresh.head, 3, 10)


def test_at_most_so_many_lines(log: Log) -> None:
    log.add(b"".join(b"%d\n" % n for n in range(10)))
    got = []
    while not log.tail.drained:
        lines = log.tail.read(3)
        assert len(lines) <= 3
        got += lines
    assert [line.data for line in got] == [b"%d" % n for n in range(10)]


def test_a_file_written_anew_before_anything_was_read_is_noticed_by_its_head(log: Log) -> None:
    log.add(b"first\n")
    log.tail.name_head(b"first")
    log.path.write_bytes(b"second, and longer\n")
    with pytest.raises(Cut):
        log.read()
    log.tail.begin_again()
    log.tail.handle = open_handle(seen(log.path))
    assert [line.data for line in log.read()] == [b"second, and longer"]
    assert log.tail.head_size == len(b"second, and longer")
