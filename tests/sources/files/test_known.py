from __future__ import annotations

import os
from pathlib import Path

from tests.sources.follow import Follower, emit


def test_files_of_one_head_stay_apart_and_keep_their_ids(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    for n in range(3):
        (tmp_path / f"{n}.log").write_bytes(b"header\n" * 300 + b"%d\n" % n)
        follower.poll()
    ids = {line.file.path: line.file.id for line in follower.lines}
    assert len(set(ids.values())) == 3
    follower.stop()
    for n in range(3):
        emit(tmp_path / f"{n}.log", n)
    assert {line.file.path: line.file.id for line in follower.poll()} == ids
    follower.stop()


def test_a_source_is_known_before_it_has_a_file(tmp_path: Path) -> None:
    follower = Follower(tmp_path, "a.log")
    follower.poll()
    mark, = follower.checkpoints.values()
    assert (mark.file.path, mark.offset) == ("", 0) and mark.at
    follower.stop()
    emit(tmp_path / "a.log.2", 1)
    emit(tmp_path / "a.log.1", 2)
    emit(tmp_path / "b.log.1", 3)
    assert [line.data for line in follower.poll()] == [b'{"n":1}', b'{"n":2}']
    follower.stop()


def test_a_commit_says_until_when_nothing_has_escaped(tmp_path: Path) -> None:
    """A file with half a first line has no checkpoint: the next run must look back as far as its last byte."""
    follower = Follower(tmp_path, "a.log")
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    (tmp_path / "a.log").write_bytes(b'{"n":2')
    follower.poll()
    emit(tmp_path / "a.log.1", 0)
    follower.poll()
    follower.stop()
    (tmp_path / "a.log").rename(tmp_path / "a.log.2")
    stamp = (tmp_path / "a.log.2").stat().st_mtime_ns
    with (tmp_path / "a.log.2").open("ab") as file:
        file.write(b"}\n")
    os.utime(tmp_path / "a.log.2", ns=(stamp, stamp))
    assert [line.data for line in follower.poll()] == [b'{"n":2}']
    follower.stop()
