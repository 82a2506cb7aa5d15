"""Through the real descriptor 0."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.sources.stdin import Stdin
from tests.sources.feeding import Fed


class Writer:
    """The other end of the pipe that is standard input."""

    def __init__(self) -> None:
        self.end, self.fd = os.pipe()
        os.dup2(self.end, 0)

    def write(self, data: bytes) -> None:
        os.write(self.fd, data)

    def close(self) -> None:
        os.close(self.fd)


@pytest.fixture
def writer() -> Iterator[Writer]:
    before = os.dup(0)
    writer = Writer()
    yield writer
    os.dup2(before, 0)
    os.close(before)
    os.close(writer.end)


def test_lines_as_they_come_and_the_last_at_the_end(writer: Writer) -> None:
    one = Fed(Stdin, stdin={})
    writer.write(b"one\ntw")
    assert one.until_count(1) == [b"one"]
    writer.write(b"o\r\n\nthree")
    assert one.until_count(2) == [b"one", b"two"]
    one.input.finish()
    one.poll()
    assert not one.at_end
    writer.close()
    assert one.to_the_end() == [b"one", b"two", b"three"]
    assert {line.file.path for line in one.lines} == {"stdin"} and one.problem == ""
    one.input.close()


def test_a_silent_pipe_holds_up_nobody(writer: Writer) -> None:
    one = Fed(Stdin, stdin={})
    writer.write(b"one\nhalf")
    one.until_count(1)
    assert one.stop() == [b"one", b"half"]
    one.input.close()
    writer.close()


def test_more_than_memory_allows_waits_in_the_pipe(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.sources._inbox._MOST", 10)
    one = Fed(Stdin, stdin={})
    writer.write(b"".join(b"%d\n" % n for n in range(500)))
    writer.close()
    one.until(lambda: one.input.lag()["s"].bytes >= 10)
    assert one.to_the_end() == [b"%d" % n for n in range(500)]
    one.input.close()


def test_a_file_as_standard_input(writer: Writer, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\n" + b"x" * 9000 + b"\ntwo\n")
    with (tmp_path / "log").open("rb") as file:
        os.dup2(file.fileno(), 0)
    one = Fed(Stdin, stdin={}, max_line_bytes=4096)
    assert one.to_the_end() == [b"one", b"x" * 4096, b"two"]
    assert one.lines[1].flaw.startswith("too long: 9000 bytes")
    one.input.close()
    writer.close()


def test_what_cannot_be_read_is_said(writer: Writer, tmp_path: Path) -> None:
    os.dup2(os.open(tmp_path, os.O_RDONLY), 0)
    one = Fed(Stdin, stdin={})
    one.until(lambda: one.problem == "standard input cannot be read: Is a directory")
    assert one.to_the_end() == []
    one.input.close()
    writer.close()
