"""Verdicts that the cases do not show: gaps, lingering, ids, how much is looked at."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sentinel.sources.files.handle import Plain
from sentinel.sources.files.source import _LINGER_DELETED_SECONDS, _LINGER_SECONDS
from tests.sources.follow import Follower, emit


def test_a_file_that_vanished_while_down_is_said_once(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    for _ in range(3):
        follower.stop()
        (tmp_path / "a.log").unlink(missing_ok=True)
        follower.poll(rounds=5)
    gap, = follower.gaps
    assert (gap.offset, gap.size) == (8, 0)
    follower.stop()


def test_a_deleted_file_is_held_until_nobody_writes_to_it(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    writer = os.open(tmp_path / "a.log", os.O_WRONLY | os.O_APPEND)
    (tmp_path / "a.log").unlink()
    for n in (2, 3):
        follower.clock.sleep(_LINGER_SECONDS * 2)
        os.write(writer, b'{"n":%d}\n' % n)
        assert [line.data for line in follower.poll()] == [b'{"n":%d}' % n]
    os.write(writer, b"unfinished")
    assert follower.poll() == []
    held = list(Path("/proc/self/fd").iterdir())
    os.close(writer)
    # Nobody can finish that line any more.
    assert [line.data for line in follower.poll()] == [b"unfinished"]
    assert len(list(Path("/proc/self/fd").iterdir())) == len(held) - 2
    assert follower.gaps == []
    follower.stop()


def test_where_the_system_does_not_say_who_writes_time_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plain, "written", lambda self: None)
    follower = Follower(tmp_path)
    for name in ("a", "b"):
        emit(tmp_path / f"{name}.log", 1)
    follower.poll()
    for name in ("a", "b"):
        with (tmp_path / f"{name}.log").open("ab") as file:
            file.write(name.encode())
    (tmp_path / "a.log").unlink()
    (tmp_path / "b.log").rename(tmp_path / "b.log.1")
    assert follower.poll() == []
    follower.clock.sleep(_LINGER_DELETED_SECONDS)
    assert sorted(line.data for line in follower.poll()) == [b"a", b"b"]
    emit(tmp_path / "b.log.1", 2)
    assert len(follower.poll()) == 1
    follower.clock.sleep(_LINGER_SECONDS)
    follower.poll()
    emit(tmp_path / "b.log.1", 3)
    assert follower.poll() == []
    follower.stop()


def test_a_last_line_without_end_is_delivered_once_nobody_can_finish_it(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    with (tmp_path / "a.log").open("ab") as writer:
        writer.write(b"half")
        writer.flush()
        (tmp_path / "a.log").rename(tmp_path / "a.log.1")
        emit(tmp_path / "a.log", 2)
        assert [line.data for line in follower.poll(rounds=5)] == [b'{"n":2}']
        writer.write(b" and whole\nlast")
    follower.clock.sleep(1)
    assert [line.data for line in follower.poll(rounds=0)] == [b"half and whole"]
    follower.start().read()
    assert follower.start().lag()["s"].bytes == 4, "somebody waits for it"
    assert [line.data for line in follower.poll()] == [b"last"]
    assert follower.start().lag()["s"].bytes == 0
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


def test_a_damaged_file_is_named_and_holds_up_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\x28\xb5\x2f\xfdxxxxxxx\n")
    emit(tmp_path / "b.log", 1)
    follower = Follower(tmp_path)
    assert len(follower.poll()) == 1
    assert follower.start().lag()["s"].problem.startswith(f"{tmp_path}/a.log: damaged zstd file")
    follower.stop()


def test_a_link_to_itself_is_a_note_and_no_problem(tmp_path: Path) -> None:
    (tmp_path / "a.log").symlink_to("a.log")
    emit(tmp_path / "b.log", 1)
    follower = Follower(tmp_path)
    assert len(follower.poll()) == 1
    lag = follower.start().lag()["s"]
    assert (lag.problem, lag.note) == ("", f"{tmp_path}/a.log: a link that leads to itself is left out")
    follower.stop()


def test_a_rotated_file_met_after_a_restart_is_no_reason_to_read_the_folder_beside(tmp_path: Path) -> None:
    for name in ("app_1", "app_2"):
        (tmp_path / name).mkdir()
    emit(tmp_path / "app_1" / "a.log", 1)
    follower = Follower(tmp_path / "app_1", "a.log")
    follower.poll()
    (tmp_path / "app_1" / "a.log").rename(tmp_path / "app_1" / "a.log.1")
    emit(tmp_path / "app_1" / "a.log", 2)
    follower.poll()
    follower.stop()
    emit(tmp_path / "app_2" / "a.log.1", 98)
    emit(tmp_path / "app_2" / "a.log", 99)
    follower.poll()
    follower.stop()
    assert follower.texts() == [b'{"n":1}', b'{"n":2}']
