from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.sources.files.discover import Seen
from sentinel.sources.files.handle import CHUNK, Replaced, Unsupported, open_handle, opened
from tests.sources.files.test_packed import PACKERS
from tests.sources.follow import seen

CONTENT = b"".join(b"%d,%s\n" % (n, os.urandom(30).hex().encode()) for n in range(20_000))


@pytest.fixture(params=[None, *PACKERS])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    target = tmp_path / "a.log"
    target.write_bytes(PACKERS[request.param](CONTENT) if request.param else CONTENT)
    return str(target)


def test_reads_anywhere(path: str) -> None:
    handle = open_handle(seen(path))
    for offset, size in [(0, 10), (5, CHUNK), (CHUNK - 256, CHUNK + 256), (0, 100), (len(CONTENT) - 7, 100),
                         (len(CONTENT), 1), (len(CONTENT) + 5, 9), (300_000, 300_000)]:
        assert handle.read(size, offset) == CONTENT[offset : offset + size]
    assert handle.length() == len(CONTENT)
    handle.close()


def test_what_was_put_in_a_files_place_is_not_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    there = seen(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"two")
    (tmp_path / "b").rename(tmp_path / "a")
    with pytest.raises(Replaced):
        open_handle(there)


def test_the_system_knows_who_writes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    with opened(seen(tmp_path / "a")) as handle:
        assert handle.written() is False
        with (tmp_path / "a").open("ab"):
            assert handle.written() is True
        assert handle.written() is False
        (tmp_path / "a").unlink()
        assert handle.written() is False


def test_a_fifo_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(Unsupported, match="regular"):
        open_handle(Seen(str(tmp_path / "a"), (0, 0), 0, 0))
