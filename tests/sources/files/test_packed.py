from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from sentinel.sources.files.handle import CHUNK, Unsupported, open_handle, opened
from tests.sources.follow import seen

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1), "bzip2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0), "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
CONTENT = b"".join(b"%d,%s\n" % (n, os.urandom(30).hex().encode()) for n in range(20_000))


@pytest.mark.parametrize("kind", PACKERS)
def test_a_compressed_file_is_complete_at_its_end(tmp_path: Path, kind: str) -> None:
    pack = PACKERS[kind]
    (tmp_path / "whole").write_bytes(pack(b"a\nb\n") + pack(b"c\n"))
    with opened(seen(tmp_path / "whole")) as handle:
        assert (handle.read(100, 0), handle.complete, handle.length()) == (b"a\nb\nc\n", True, 6)
    (tmp_path / "part").write_bytes(pack(CONTENT)[:-2000])
    with opened(seen(tmp_path / "part")) as handle:
        read = handle.read(len(CONTENT), 0)
        assert CONTENT.startswith(read) and len(read) > 0 and not handle.complete and handle.written()


@pytest.mark.parametrize("kind", PACKERS)
def test_memory_of_a_bomb_is_bounded(tmp_path: Path, kind: str) -> None:
    import tracemalloc

    (tmp_path / "bomb").write_bytes(PACKERS[kind](bytes(100 << 20)))
    handle = open_handle(seen(tmp_path / "bomb"))
    tracemalloc.start()
    for at in range(0, 100 << 20, CHUNK):
        assert len(handle.read(CHUNK + 256, max(0, at - 256))) >= CHUNK
    assert tracemalloc.get_traced_memory()[1] < 24 << 20
    tracemalloc.stop()
    handle.close()


def test_a_file_that_wants_more_memory_than_is_given_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 << 20}]
    window = zstandard.ZstdCompressionParameters(window_log=27)
    for name, data in {"xz": lzma.compress(CONTENT, filters=filters),
                       "zstd": zstandard.ZstdCompressor(compression_params=window).compressobj().compress(bytes(200 << 20))}.items():
        (tmp_path / name).write_bytes(data)
        with opened(seen(tmp_path / name)) as handle, pytest.raises(Unsupported, match=name):
            handle.read(100, 0)


@pytest.mark.parametrize("kind", PACKERS)
def test_a_damaged_file_is_an_error_of_the_file(tmp_path: Path, kind: str) -> None:
    damaged = bytearray(PACKERS[kind](CONTENT))
    damaged[5000:5100] = bytes(100)
    (tmp_path / "a").write_bytes(damaged)
    with opened(seen(tmp_path / "a")) as handle, pytest.raises(OSError, match=f"damaged {kind}"):
        for at in range(0, len(CONTENT), CHUNK):
            handle.read(CHUNK, at)


def test_a_text_that_begins_like_bzip2_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"BZh9 is what bzip2 writes first\n")
    with opened(seen(tmp_path / "a")) as handle:
        assert not handle.packed
