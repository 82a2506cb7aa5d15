from __future__ import annotations

import os
from pathlib import Path

import pytest

from sentinel.config.model import SourceConfig
from sentinel.sources.reader import Reader
from tests import make
from tests.sources.follow import Follower, emit


def test_a_file_is_not_known_before_its_first_line_is_whole(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "a.log").write_bytes(b'{"n"')
    assert follower.poll() == [] and not any(c.file.path for c in follower.checkpoints.values())
    # Rotated before its first line was whole: it is found under its new name.
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    with (tmp_path / "a.log.1").open("ab") as file:
        file.write(b":1}\n")
    assert [line.data for line in follower.poll()] == [b'{"n":1}']
    follower.stop()


def test_a_kilobyte_without_a_line_end_is_known_and_waits(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "a.log").write_bytes(b"x" * 1500)
    assert follower.poll() == [] and [c.file.path for c in follower.checkpoints.values() if c.file.path]
    with (tmp_path / "a.log").open("ab") as file:
        file.write(b"\n")
    assert [line.size for line in follower.poll()] == [1501]
    follower.stop()


def test_files_of_one_tick_are_read_the_renamed_first(tmp_path: Path) -> None:
    for name in ("a.log", "a.log.1"):
        (tmp_path / name).write_text(f'{{"from": "{name}"}}\n')
        os.utime(tmp_path / name, ns=(make.NOW, make.NOW))
    config = SourceConfig(name="s", paths=[str(tmp_path / "a.log*")], format="json")
    reading = Reader([config], [], "h", make.Clock()).read()
    assert [line.data for line in reading.lines] == [b'{"from": "a.log.1"}', b'{"from": "a.log"}']


def test_a_copy_waits_until_it_differs_or_the_original_is_cut(tmp_path: Path) -> None:
    follower = Follower(tmp_path, "a.log*")
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log.1").write_bytes((tmp_path / "a.log").read_bytes())
    assert follower.poll() == []
    with (tmp_path / "a.log.1").open("ab") as file:
        file.write(b"differs\n")
    emit(tmp_path / "a.log", 2, 3)
    assert sorted(line.data for line in follower.poll()) == [b"differs", b'{"n":1}', b'{"n":2}', b'{"n":3}']
    follower.stop()


def test_a_compressed_file_that_grows_waits(tmp_path: Path) -> None:
    import gzip

    follower = Follower(tmp_path)
    whole = gzip.compress(b"".join(b"%d\n" % n for n in range(5000)))
    for part in (whole[:4000], whole):
        (tmp_path / "a.log").write_bytes(part)
        assert follower.poll(rounds=0) == []
    assert len(follower.poll()) == 5000
    follower.stop()


def test_what_cannot_be_read_is_named_until_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "a.log").write_bytes(b"\x1f\x8bno gzip\n")
    follower.poll()
    assert "a.log: damaged gzip file" in follower.start().lag()["s"].problem
    (tmp_path / "a.log").write_bytes(b"a text after all\n")
    assert len(follower.poll()) == 1
    assert follower.start().lag()["s"].problem == ""
    follower.stop()
