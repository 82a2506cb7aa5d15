from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from sentinel.sources.files.handle import CHUNK, Unsupported, open_handle

CONTENT = b"".join(b"%d,%s\n" % (n, os.urandom(30).hex().encode()) for n in range(20_000))


@pytest.fixture(params=["plain", "gzip"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    target = tmp_path / "a.log"
    target.write_bytes(CONTENT if request.param == "plain" else gzip.compress(CONTENT, 1))
    return str(target)


def test_reads_anywhere(path: str) -> None:
    handle = open_handle(path)
    for offset, size in [(0, 10), (5, CHUNK), (CHUNK - 256, CHUNK + 256), (0, 100), (len(CONTENT) - 7, 100),
                         (len(CONTENT), 1), (len(CONTENT) + 5, 9), (300_000, 300_000)]:
        assert handle.read(size, offset) == CONTENT[offset : offset + size]
    assert handle.length() == len(CONTENT)
    handle.close()


def test_a_gzip_file_is_complete_at_its_end(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(gzip.compress(b"a\nb\n") + gzip.compress(b"c\n"))
    handle = open_handle(str(whole))
    assert (handle.read(100, 0), handle.complete) == (b"a\nb\nc\n", True)
    handle.close()
    part = tmp_path / "part"
    part.write_bytes(gzip.compress(CONTENT)[:-2000])
    handle = open_handle(str(part))
    read = handle.read(len(CONTENT), 0)
    assert CONTENT.startswith(read) and len(read) > 0 and not handle.complete
    handle.close()


def test_memory_of_a_gzip_bomb_is_bounded(tmp_path: Path) -> None:
    import tracemalloc

    bomb = tmp_path / "bomb"
    with gzip.open(bomb, "wb", 9) as target:
        for _ in range(100):
            target.write(bytes(1 << 20))
    handle = open_handle(str(bomb))
    tracemalloc.start()
    for at in range(0, 100 << 20, CHUNK):
        assert len(handle.read(CHUNK + 256, max(0, at - 256))) >= CHUNK
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    handle.close()


@pytest.mark.parametrize("content", [b"\x28\xb5\x2f\xfd....", b"\xfd7zXZ\x00..", b"BZh91AY"])
def test_other_compressions_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Unsupported):
        open_handle(str(tmp_path / "a"))


def test_a_damaged_gzip_file_is_an_error_of_the_file(tmp_path: Path) -> None:
    damaged = bytearray(gzip.compress(CONTENT))
    damaged[5000:5100] = bytes(100)
    (tmp_path / "a").write_bytes(damaged)
    handle = open_handle(str(tmp_path / "a"))
    with pytest.raises(OSError, match="damaged"):
        for at in range(0, len(CONTENT), CHUNK):
            handle.read(CHUNK, at)
    handle.close()


def test_a_fifo_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="regular"):
        open_handle(str(tmp_path / "a"))
