"""Verdicts that the cases do not show: gaps, lingering, ids, how much is looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

from sentinel.config.model import SourceConfig
from sentinel.sources.files.source import _LINGER_DELETED_SECONDS, _LINGER_SECONDS
from sentinel.sources.reader import Reader
from tests import make
from tests.sources.follow import Follower


def emit(path: Path, *numbers: int) -> None:
    with path.open("ab") as file:
        file.write(b"".join(b'{"n":%d}\n' % n for n in numbers))


def test_bytes_that_were_cut_away_are_a_gap(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    with (tmp_path / "a.log").open("ab") as file:
        file.write(b"unfinished")
    follower.poll()
    (tmp_path / "a.log").write_bytes(b"")
    follower.poll()
    gap, = follower.gaps
    assert (gap.offset, gap.size, gap.file.generation) == (8, 10, 0)
    assert "cut" in gap.reason
    follower.stop()


def test_nothing_is_said_of_a_cut_when_all_was_read(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log").write_bytes(b"")
    emit(tmp_path / "a.log", 2)
    follower.poll()
    assert follower.gaps == []
    assert [line.file.generation for line in follower.lines] == [0, 1]
    follower.stop()


def test_a_file_that_vanished_while_down_is_said_once(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    for _ in range(3):
        follower.stop()
        (tmp_path / "a.log").unlink(missing_ok=True)
        follower.poll()
    gap, = follower.gaps
    assert (gap.offset, gap.size) == (8, 0)
    follower.stop()


def test_a_deleted_file_is_held_until_its_writer_is_silent(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    writer = os.open(tmp_path / "a.log", os.O_WRONLY | os.O_APPEND)
    (tmp_path / "a.log").unlink()
    for n in (2, 3):
        follower.clock.sleep(_LINGER_DELETED_SECONDS / 2)
        os.write(writer, b'{"n":%d}\n' % n)
        assert [line.data for line in follower.poll()] == [b'{"n":%d}' % n]
    os.write(writer, b"unfinished")
    os.close(writer)
    assert follower.poll() == []
    held = list(Path("/proc/self/fd").iterdir())
    follower.clock.sleep(_LINGER_DELETED_SECONDS + 1)
    # Nobody can finish that line any more.
    assert [line.data for line in follower.poll()] == [b"unfinished"]
    assert len(list(Path("/proc/self/fd").iterdir())) == len(held) - 1
    assert follower.gaps == []
    follower.stop()


def test_a_file_rotated_away_is_followed_for_an_hour(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    follower.poll()
    follower.clock.sleep(_LINGER_SECONDS - 60)
    emit(tmp_path / "a.log.1", 2)
    assert len(follower.poll()) == 1
    follower.clock.sleep(_LINGER_SECONDS + 1)
    follower.poll()
    emit(tmp_path / "a.log.1", 3)
    assert follower.poll() == []
    follower.stop()


def test_old_siblings_out_of_the_glob_are_not_read(tmp_path: Path) -> None:
    for n, name in enumerate(("a.log.2", "a.log.1", "a.log")):
        emit(tmp_path / name, n)
        os.utime(tmp_path / name, (time.time() - 1000 + n, time.time() - 1000 + n))
    follower = Follower(tmp_path)
    assert [line.data for line in follower.poll()] == [b'{"n":2}']
    (tmp_path / "a.log.2").unlink()
    (tmp_path / "a.log.1").rename(tmp_path / "a.log.2")
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    emit(tmp_path / "a.log", 3)
    assert [line.data for line in follower.poll()] == [b'{"n":3}']
    follower.stop()


def test_siblings_in_the_glob_are_read_oldest_first(tmp_path: Path) -> None:
    for n, name in enumerate(("a.log.2", "a.log.1", "a.log")):
        emit(tmp_path / name, *range(n * 1000, n * 1000 + 999))
        os.utime(tmp_path / name, (time.time() - 1000 + n, time.time() - 1000 + n))
    follower = Follower(tmp_path, "a.log*", max_lines=100)
    follower.poll()
    numbers = [int(text[5:-1]) for text in follower.texts()]
    assert numbers == sorted(numbers) and len(numbers) == 3 * 999
    follower.stop()


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


def test_a_file_is_not_known_before_its_first_line_is_whole(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "a.log").write_bytes(b'{"n"')
    assert follower.poll() == [] and follower.checkpoints == {}
    # Rotated before its first line was whole: it is found under its new name.
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")
    with (tmp_path / "a.log.1").open("ab") as file:
        file.write(b":1}\n")
    assert [line.data for line in follower.poll()] == [b'{"n":1}']
    follower.stop()


def test_a_kilobyte_without_a_line_end_is_known_and_waits(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    (tmp_path / "a.log").write_bytes(b"x" * 1500)
    assert follower.poll() == [] and len(follower.checkpoints) == 1
    with (tmp_path / "a.log").open("ab") as file:
        file.write(b"\n")
    assert [line.size for line in follower.poll()] == [1501]
    follower.stop()


def test_a_compressed_file_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\x28\xb5\x2f\xfdxxxxxxx\n")
    emit(tmp_path / "b.log", 1)
    follower = Follower(tmp_path)
    assert len(follower.poll()) == 1
    assert follower.start().lag()["s"].problem == f"{tmp_path}/a.log: compressed with zstd, which is not read"
    follower.stop()


def test_a_cut_of_a_file_without_a_copy_leaves_its_siblings_alone(tmp_path: Path) -> None:
    """Files with one head only: an old sibling must not be taken for the copy."""
    follower = Follower(tmp_path, "a.log*")
    (tmp_path / "a.log.1").write_bytes(b"header\n1\n")
    (tmp_path / "a.log").write_bytes(b"header\n22\n")
    follower.poll()
    (tmp_path / "a.log").write_bytes(b"header\n3\n")
    follower.poll()
    assert sorted(follower.texts()) == [b"1", b"22", b"3", b"header", b"header", b"header"]
    follower.stop()


def test_files_of_one_tick_are_read_the_renamed_first(tmp_path: Path) -> None:
    for name in ("a.log", "a.log.1"):
        (tmp_path / name).write_text(f'{{"from": "{name}"}}\n')
        os.utime(tmp_path / name, ns=(make.NOW, make.NOW))
    config = SourceConfig(name="s", paths=[str(tmp_path / "a.log*")], format="json")
    reading = Reader([config], [], "h", make.Clock()).read()
    assert [line.data for line in reading.lines] == [b'{"from": "a.log.1"}', b'{"from": "a.log"}']
