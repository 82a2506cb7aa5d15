from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.clock import SystemClock
from sentinel.config.model import SourceConfig
from sentinel.sources.files.files import Files
from sentinel.sources.reader import Reader
from tests.sources.follow import Follower


def test_any_way_of_writing_reading_and_restarting_gives_each_line_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    content = st.binary(max_size=60) | st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"x" * 3000, b"\0\0"])
    step = st.sampled_from(["read", "poll", "stop", "kill", "rotate", "copy", "touch"])

    @settings(max_examples=80)
    @given(st.lists(st.tuples(content, step), max_size=25))
    def check(steps: list[tuple[bytes, str]]) -> None:
        with tempfile.TemporaryDirectory() as name:
            expected = follow_steps(Path(name), steps)
            assert expected is None, expected

    check()


def follow_steps(folder: Path, steps: list[tuple[bytes, str]]) -> str | None:
    """Write and disturb; what differs from the lines that were written, or None."""
    follower = Follower(folder, "a.log", max_lines=3)
    files = [b""]
    log = folder / "a.log"
    # The first line is written whole: before it, there is nothing by which a file could be known again.
    for number, (data, step) in enumerate([(b"first\n", "poll"), *steps, (b"\n", "poll")]):
        files[-1] += data
        with log.open("ab") as file:
            file.write(data)
        if step == "rotate" and files[-1].endswith(b"\n"):
            for old in sorted(folder.glob("a.log.*"), reverse=True):
                old.rename(folder / f"a.log.{int(old.suffix[1:]) + 1:03}")
            log.rename(folder / "a.log.001")
            files.append(b"file %d\n" % number)
            log.write_bytes(files[-1])
        elif step == "read":
            follower.poll(rounds=0)
        elif step == "copy":
            # As an editor saves.
            (folder / ".new").write_bytes(log.read_bytes())
            (folder / ".new").rename(log)
        elif step == "touch":
            os.utime(log)
        if step not in ("read", "copy", "rotate", "touch"):
            follower.poll()
        if step in ("stop", "kill"):
            follower.stop() if step == "stop" else follower.kill()
    follower.poll()
    follower.stop()
    got = sorted(follower.texts())
    wanted = sorted(line for data in files for line in lines_of(data))
    return None if got == wanted else f"{got} instead of {wanted}"


def lines_of(data: bytes) -> list[bytes]:
    lines = [piece.lstrip(b"\0") for piece in data.split(b"\n")[:-1]]
    lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
    return [line for line in lines if line]


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_rotations(tmp_path: Path, seed: int) -> None:
    """Renamed and made anew, by writers that keep the old file for a while, with kills in between."""
    dice = random.Random(seed)
    follower = Follower(tmp_path, "a.log", max_lines=dice.choice([1, 7, 2000]))
    log = tmp_path / "a.log"
    log.write_bytes(b'{"n":0}\n')
    follower.poll()  # What is rotated away before the first look of all was never the source's.
    writers = [os.open(log, os.O_WRONLY | os.O_APPEND)]
    written = 1
    for _ in range(300):
        for _ in range(dice.randrange(1, 6)):
            os.write(dice.choice(writers[-2:]), b'{"n":%d,"x":"%s"}\n' % (written, b"y" * dice.randrange(50)))
            written += 1
        chance = dice.random()
        if chance < 0.1:
            for old in sorted(tmp_path.glob("a.log.*"), reverse=True):
                old.rename(tmp_path / f"a.log.{int(old.suffix[1:]) + 1:03}")
            log.rename(tmp_path / "a.log.001")
            writers.append(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
            os.write(writers[-1], b'{"n":%d}\n' % written)
            written += 1
        elif chance < 0.5:
            follower.poll(rounds=dice.choice([0, 0, 2]))
        elif chance < 0.55:
            follower.poll()
            follower.kill() if dice.random() < 0.5 else follower.stop()
    follower.poll()
    follower.stop()
    for writer in writers:
        os.close(writer)
    numbers = sorted(int(text[5:].split(b",")[0].rstrip(b"}")) for text in follower.texts())
    assert numbers == list(range(written))
    assert follower.gaps == []


@pytest.mark.parametrize("seed", range(2))
def test_a_storm_of_cuts(tmp_path: Path, seed: int) -> None:
    """copytruncate by logrotate's hand, with a pause in which nobody writes."""
    dice = random.Random(seed)
    follower = Follower(tmp_path, dice.choice(["a.log", "a.log*"]), max_lines=dice.choice([1, 2000]))
    log = tmp_path / "a.log"
    log.write_bytes(b'{"n":0}\n')
    follower.poll()
    written = 1
    for _ in range(40):
        for _ in range(dice.randrange(1, 5)):
            with log.open("ab") as file:
                file.write(b'{"n":%d}\n' % written)
            written += 1
            if dice.random() < 0.3:
                follower.poll()
        if dice.random() < 0.3:
            follower.poll(rounds=0)
        for old in sorted(tmp_path.glob("a.log.*"), reverse=True):
            old.rename(tmp_path / f"a.log.{int(old.suffix[1:]) + 1:03}")
        (tmp_path / "a.log.001").write_bytes(log.read_bytes())
        if dice.random() < 0.3:
            follower.poll()
        os.truncate(log, 0)
        follower.poll()
        if dice.random() < 0.3:
            follower.stop()
    follower.poll()
    follower.stop()
    assert sorted(int(text[5:-1]) for text in follower.texts()) == list(range(written))
    assert all(gap.doubt and not gap.size for gap in follower.gaps)


def test_fair_between_files(tmp_path: Path) -> None:
    (tmp_path / "large.log").write_bytes(b"".join(b'{"l":%d}\n' % n for n in range(300_000)))
    for n in range(5):
        (tmp_path / f"small{n}.log").write_bytes(b'{"s":%d}\n' % n)
    follower = Follower(tmp_path)
    reader = follower.start()
    first = [line.data for _ in range(7) for line in reader.read().lines]
    assert len([data for data in first if data.startswith(b'{"s"')]) == 5
    follower.stop()


def test_fair_between_sources(tmp_path: Path) -> None:
    """Neither many files nor much to catch up on delays another's fresh line by more than a batch."""
    for folder in ("many", "much", "one"):
        (tmp_path / folder).mkdir()
    for n in range(300):
        (tmp_path / f"many/{n}.log").write_bytes(b"m\n" * 400)
    (tmp_path / "much/a.log").write_bytes(b"much\n" * 400_000)
    one = tmp_path / "one/a.log"
    one.write_bytes(b"first\n")
    sources = [SourceConfig(name=name, paths=[str(tmp_path / name / "*.log")], format="json") for name in ("many", "much", "one")]
    reader = Reader(sources, [], "host", SystemClock())
    reader.read()
    for n in range(5):
        with one.open("ab") as file:
            file.write(b"fresh %d\n" % n)
        time.sleep(0.05)  # inotify is told of it
        lines = reader.read().lines + reader.read().lines
        assert b"fresh %d" % n in [line.data for line in lines]
        assert {line.file.source for line in lines} == {"many", "much", "one"}
    reader.close()


def test_batches_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x" * 99 + b"\n")
    with (tmp_path / "a.log").open("ab") as file:
        file.write((b"y" * 9999 + b"\n") * 1000)
    reader = Follower(tmp_path).start()
    reading = reader.read(max_lines=10)
    assert (len(reading.lines), reading.at_end) == (10, False)
    reading = reader.read(max_bytes=500_000)
    assert 500_000 <= sum(line.size for line in reading.lines) < 500_000 + (256 << 10)
    reader.close()


def test_finish_delivers_the_last_line_and_ends(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"one\ntwo")
    (tmp_path / "b.log").write_bytes(b"three")
    (tmp_path / "c.log").write_bytes(b"four\n" + b"z" * (30 << 20))
    (tmp_path / "d.log").write_bytes(b"")
    follower = Follower(tmp_path)
    reader = follower.start()
    reader.finish()
    lines = []
    while True:
        reading = reader.read()
        if not (reading.lines or reading.checkpoints):
            break
        lines += reading.lines
    assert sorted(line.data[:5] for line in lines) == [b"four", b"one", b"three", b"two", b"zzzzz"]
    assert reading.at_end
    reader.close()


def test_finish_after_reading(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"one\ntwo")
    follower = Follower(tmp_path)
    assert [line.data for line in follower.poll()] == [b"one"]
    follower.start().finish()
    assert [line.data for line in follower.poll()] == [b"two"]
    follower.stop()
    assert follower.poll() == []
    with (tmp_path / "a.log").open("ab") as file:
        file.write(b"\nthree\n")
    assert [line.data for line in follower.poll()] == [b"three"]
    follower.stop()


def test_lag_counts_what_is_not_committed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"one\ntwo")
    follower = Follower(tmp_path)
    reader = follower.start()
    reading = reader.read()
    lag = reader.lag()["s"]
    assert (lag.bytes, lag.files, lag.problem) == (4, 1, "")
    follower.clock.sleep(3)
    assert reader.lag()["s"].seconds >= 3
    reader.committed(reading)
    lag = reader.lag()["s"]
    assert (lag.bytes, lag.seconds) == (0, 0.0), "an unfinished line is nobody's delay"
    follower.stop()


def test_lag_grows_while_nobody_reads(tmp_path: Path) -> None:
    """The journal's disk is full: the thread that looks at files waits to commit."""
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    follower = Follower(tmp_path)
    reader = follower.start()
    reader.committed(reader.read())
    with log.open("ab") as file:
        file.write(b"two\nthree\n")
    assert reader.lag()["s"].bytes == 0, "the next look is not due"
    follower.clock.sleep(30)
    lag = reader.lag()["s"]
    assert lag.bytes == 10 and 30 <= lag.seconds < 31
    log.rename(tmp_path / "a.log.1")
    assert reader.lag()["s"].bytes == 0
    reader.read()
    assert reader.lag()["s"].bytes == 10
    follower.stop()


def test_two_sources_may_read_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"one\n")
    sources = [SourceConfig(name=name, paths=[str(tmp_path / "*.log")], format="json") for name in ("s", "t")]
    reader = Reader(sources, [], "host", SystemClock())
    lines = reader.read().lines
    assert sorted(line.file.source for line in lines) == ["s", "t"]
    assert len({line.file.id for line in lines}) == 2
    reader.close()


def test_more_files_than_may_be_open(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    reader = follower.start()
    files, = reader._inputs
    assert isinstance(files, Files)
    files._most_open = 10
    before = len(list(Path("/proc/self/fd").iterdir()))
    for turn in range(3):
        for n in range(50):
            with (tmp_path / f"{n}.log").open("ab") as file:
                file.write(b"%d %d\n" % (n, turn))
        assert len(follower.poll()) == 50
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 11
    follower.stop()


def test_without_inotify_the_look_once_a_second_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.sources.files.discover.Globs.watched", lambda self: [])
    (tmp_path / "a.log").write_bytes(b"one\n")
    reader = Reader([SourceConfig(name="s", paths=[str(tmp_path / "*.log")], format="json")], [], "host", SystemClock())
    reader.read()
    with (tmp_path / "a.log").open("ab") as file:
        file.write(b"two\n")
    (tmp_path / "b.log").write_bytes(b"three\n")
    lines = []
    until = time.monotonic() + 5
    while len(lines) < 2 and time.monotonic() < until:
        reader.wait(1.0)
        lines += reader.read().lines
    assert sorted(line.data for line in lines) == [b"three", b"two"]
    reader.close()
