from __future__ import annotations

import os
import time
from pathlib import Path

from tests.sources.follow import Follower, emit


def rotate(log: Path, number: int) -> None:
    for old in sorted(log.parent.glob(log.name + ".*"), reverse=True):
        old.rename(log.with_name(f"{log.name}.{int(old.suffix[1:]) + 1}"))
    log.rename(log.with_name(log.name + ".1"))
    emit(log, number)


def test_what_came_and_went_between_two_looks_is_found(tmp_path: Path) -> None:
    follower = Follower(tmp_path, "a.log")
    emit(tmp_path / "a.log", 0)
    follower.poll()
    for number in range(1, 6):
        rotate(tmp_path / "a.log", number)
    assert sorted(line.data for line in follower.poll()) == [b'{"n":%d}' % n for n in range(1, 6)]
    follower.stop()


def test_a_listing_that_missed_one_is_followed_by_others(tmp_path: Path) -> None:
    follower = Follower(tmp_path, "a.log")
    emit(tmp_path / "a.log", 0)
    follower.poll()
    for number in (1, 2):
        rotate(tmp_path / "a.log", number)
    hidden = tmp_path / "elsewhere"
    (tmp_path / "a.log.1").rename(hidden)
    assert [line.data for line in follower.poll(rounds=1)] == [b'{"n":2}']
    hidden.rename(tmp_path / "a.log.1")
    assert [line.data for line in follower.poll()] == [b'{"n":1}']
    follower.stop()


def test_history_is_not_read(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    emit(log, 0)
    rotate(log, 1)
    past = time.time() - 60
    os.utime(tmp_path / "a.log.1", (past, past))
    follower = Follower(tmp_path, "a.log")
    assert [line.data for line in follower.poll()] == [b'{"n":1}']
    rotate(log, 2)
    assert [line.data for line in follower.poll()] == [b'{"n":2}']
    follower.stop()


def test_a_number_used_again_hides_no_file(tmp_path: Path) -> None:
    """The lost file's inode number belongs to one that came and went unseen."""
    follower = Follower(tmp_path, "a.log")
    emit(tmp_path / "a.log", 0)
    follower.poll()
    follower.stop()
    (tmp_path / "a.log").unlink()
    emit(tmp_path / "a.log", 1)
    rotate(tmp_path / "a.log", 2)
    assert sorted(line.data for line in follower.poll()) == [b'{"n":1}', b'{"n":2}']
    follower.stop()
