from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sentinel.records.line import Checkpoint, File
from sentinel.sources.files.handle import opened
from sentinel.sources.files.identity import agrees, digest, file_id, head_of
from tests.sources.follow import seen


@pytest.mark.parametrize(("content", "head"), [
    (b"", None), (b"abc", None), (b"abc\n", b"abc"), (b"abc\ndef", b"abc"), (b"x" * 1023, None),
    (b"x" * 1024, b"x" * 1024), (b"x" * 2000 + b"\n", b"x" * 1024), (b"\nabc", b""),
])
def test_head(tmp_path: Path, content: bytes, head: bytes | None) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with opened(seen(path)) as handle:
        assert head_of(handle) == head
        if content == b"abc":
            assert head_of(handle, final=True) == b"abc"


def test_ids_are_derived_and_differ() -> None:
    ids = {file_id(*given) for given in [("h", "s", b"x", "0"), ("h", "s", b"x", "1"), ("h", "s", b"y", "0"),
                                         ("h", "t", b"x", "0"), ("i", "s", b"x", "0")]}
    assert len(ids) == 5
    # Written down: a journal of an older version knows its files by these.
    assert file_id("h", "s", b"x", "0") == "d9fae204600b9127"


def checkpoint(content: bytes, offset: int, head: bytes) -> Checkpoint:
    return Checkpoint(File("i", "s", "p"), offset, 1, 2, digest(head), len(head), digest(content[:offset][-256:]), 0)


@pytest.mark.parametrize("packed", [False, True])
def test_agreement_is_about_all_that_was_read(tmp_path: Path, packed: bool) -> None:
    content = b"".join(b"line %d\n" % n for n in range(200))
    known = checkpoint(content, 800, b"line 0")
    path = tmp_path / "a"

    def check(data: bytes) -> bool:
        path.write_bytes(gzip.compress(data) if packed else data)
        with opened(seen(path)) as handle:
            return agrees(handle, known)

    assert check(content)
    assert check(content[:800])
    assert not check(content[:799])
    assert not check(b"LINE" + content[4:])
    assert not check(content[:790] + b"?" + content[791:])
