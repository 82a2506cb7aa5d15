from __future__ import annotations

from pathlib import Path

from tests.sources.follow import Follower, emit


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


def test_of_a_cut_a_doubt_is_said_when_all_was_read(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log").write_bytes(b"")
    emit(tmp_path / "a.log", 2)
    follower.poll()
    gap, = follower.gaps
    assert gap.doubt and (gap.offset, gap.size, gap.file.generation) == (8, 0, 0)
    assert [line.file.generation for line in follower.lines] == [0, 1]
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


def test_the_gap_is_what_was_seen_and_not_what_stands_there_now(tmp_path: Path) -> None:
    """Cut and grown again past the old size: the new size says nothing of what was cut away."""
    follower = Follower(tmp_path, max_lines=1)
    emit(tmp_path / "a.log", 1, 2, 3)
    reader = follower.start()
    reader.committed(first := reader.read(max_lines=1))
    assert len(first.lines) == 1
    (tmp_path / "a.log").write_bytes(b"".join(b"new %d\n" % n for n in range(50)))
    follower.clock.sleep(1)
    assert len(follower.poll()) == 50
    gap, = follower.gaps
    assert (gap.offset, gap.size, gap.doubt) == (8, 16, False)
    follower.stop()


def test_what_was_seen_before_a_stop_says_how_much_was_cut_while_down(tmp_path: Path) -> None:
    follower = Follower(tmp_path, max_lines=1)
    emit(tmp_path / "a.log", 1, 2, 3)
    reading = follower.start().read(max_lines=1)
    follower.checkpoints = {c.file.id: c for c in reading.checkpoints}
    follower.stop()
    (tmp_path / "a.log").write_bytes(b"")
    follower.poll()
    gap, = follower.gaps
    assert (gap.offset, gap.size, gap.doubt) == (8, 16, False)
    follower.stop()


def test_what_the_copy_lacks_is_a_gap(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    emit(tmp_path / "a.log", 2, 3)
    reading = follower.start().read(max_lines=1)
    follower.lines += reading.lines
    follower.start().committed(reading)
    (tmp_path / "a.log.1").write_bytes((tmp_path / "a.log").read_bytes()[:16])
    (tmp_path / "a.log").write_bytes(b"")
    follower.clock.sleep(1)
    follower.poll()
    assert follower.texts() == [b'{"n":1}', b'{"n":2}']
    gap, = follower.gaps
    assert (gap.offset, gap.size, gap.doubt) == (16, 8, False) and "copy" in gap.reason
    follower.stop()


def test_the_last_line_of_a_copy_may_lack_its_end(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    (tmp_path / "a.log.1").write_bytes((tmp_path / "a.log").read_bytes() + b"half")
    (tmp_path / "a.log").write_bytes(b"")
    emit(tmp_path / "a.log", 2)
    assert sorted(line.data for line in follower.poll()) == [b"half", b'{"n":2}']
    assert [(gap.size, gap.doubt) for gap in follower.gaps] == [(0, True)]
    follower.stop()


def test_a_copy_that_is_renamed_while_it_is_read_is_not_read_again(tmp_path: Path) -> None:
    follower = Follower(tmp_path, "a.log*", max_lines=1)
    emit(tmp_path / "a.log", 1)
    follower.poll()
    emit(tmp_path / "a.log", 2, 3, 4)
    (tmp_path / "a.log.1").write_bytes((tmp_path / "a.log").read_bytes())
    (tmp_path / "a.log").write_bytes(b"")
    follower.clock.sleep(1)
    reading = follower.start().read(max_lines=1)
    follower.lines += reading.lines
    follower.checkpoints |= {c.file.id: c for c in reading.checkpoints}
    follower.start().committed(reading)
    (tmp_path / "a.log.1").rename(tmp_path / "a.log.2")
    (tmp_path / "a.log.1").write_bytes(b"another\n")
    follower.poll()
    assert sorted(follower.texts()) == [b"another", *(b'{"n":%d}' % n for n in (1, 2, 3, 4))]
    follower.stop()
