from __future__ import annotations

import bz2
import gzip
import lzma
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from sentinel.cli import lines
from sentinel.errors import ConfigError

TEXT = b'{"a": 1}\n\r\n{"b": 2}\r\nlast'


def read(path: Path) -> list[bytes]:
    with lines.lines_of(str(path)) as found:
        return list(found)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress], ids=["plain", "gzip", "bzip2", "xz", "zstd"])
def test_a_file_is_read_by_what_is_in_it(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "log.txt").write_bytes(pack(TEXT))
    assert read(tmp_path / "log.txt") == [b'{"a": 1}\n', b"\r\n", b'{"b": 2}\r\n', b"last"]


def test_several_compressed_files_in_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n"))
    assert read(tmp_path / "a") == [b"a\n", b"b\n"]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert read(tmp_path / "a") == []


@pytest.mark.parametrize(("content", "said"), [
    (gzip.compress(os.urandom(10_000))[:-500], "ends too early"), (gzip.compress(TEXT)[:-8] + bytes(8), "damaged gzip")],
    ids=["cut", "wrong"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(ConfigError, match=rf"a\.gz: .*{said}"):
        read(tmp_path / "a.gz")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"/nowhere/x: .*No such file"), lines.lines_of("/nowhere/x"):
        pass
    with pytest.raises(ConfigError, match="directory"), lines.lines_of(str(tmp_path)):
        pass


def test_a_line_that_is_too_long_is_told_and_left_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lines, "_LONGEST", 10)
    (tmp_path / "a").write_bytes(b"0123456789\n" + b"x" * 1_000_000 + b"\nend\n" + b"y" * 50)
    assert read(tmp_path / "a") == [b"0123456789\n", b"\n", b"end\n", b"\n"]
    assert [line.split("a:")[1][:1] for line in capsys.readouterr().err.splitlines()] == ["2", "4"]


def test_a_bomb_is_read_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_LONGEST", 1 << 20)
    (tmp_path / "bomb").write_bytes(zstandard.compress(bytes(200 << 20) + b"\nend\n"))
    tracemalloc.start()
    try:
        assert read(tmp_path / "bomb") == [b"\n", b"end\n"]
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


ECHO = """
import sys
from sentinel.cli.lines import lines_of
with lines_of("-") as lines:
    for line in lines:
        print("got", line.decode().strip())
"""


def test_what_was_printed_goes_out_before_more_is_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin and child.stdout
        for word in (b"one", b"two"):
            child.stdin.write(word + b"\n")
            child.stdin.flush()
            assert child.stdout.readline() == b"got " + word + b"\n"
        child.stdin.close()
