from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sentinel.clock import Clock, SystemClock
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint, File, Line
from sentinel.sources import reader as module
from sentinel.sources._base import Lag, Reading
from sentinel.sources.files.files import Files
from sentinel.sources.reader import Reader


def reader_of(*paths: Path) -> Reader:
    sources = [SourceConfig(name=f"s{n}", paths=[str(path)], format="json") for n, path in enumerate(paths)]
    return Reader(sources, [], "host", SystemClock())


class Endless:
    """An input that always has more."""

    section: ClassVar[str] = "exclude"

    def __init__(self, sources: Sequence[SourceConfig], known: Sequence[Checkpoint], host: str, clock: Clock,
                 woken: threading.Event) -> None:
        self.file = File("e" * 16, sources[0].name, "")
        self.read_up_to, self.committed_up_to = 0, 0

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        first, self.read_up_to = self.read_up_to, self.read_up_to + min(max_lines, max_bytes)
        return Reading([Line(self.file, n, b"e", 1) for n in range(first, self.read_up_to)], at_end=False)

    def committed(self, reading: Reading) -> None:
        self.committed_up_to += len(reading.lines)

    def due_in(self) -> float:
        return 0.0

    def finish(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def lag(self) -> dict[str, Lag]:
        return {self.file.source: Lag(1, 0.0, 0, "")}

    def close(self) -> None:
        pass


def test_every_input_has_its_share_and_hears_of_its_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INPUTS", (Files, Endless))
    (tmp_path / "a.log").write_bytes(b"a\n" * 100)
    sources = [SourceConfig(name="files", paths=[str(tmp_path / "a.log")], format="json"),
               SourceConfig(name="endless", paths=[str(tmp_path / "none")], exclude=["x"], format="json")]
    reader = Reader(sources, [], "host", SystemClock())
    endless = next(one for one in reader._inputs if isinstance(one, Endless))
    got = []
    for _ in range(12):
        reading = reader.read(max_lines=20)
        assert len(reading.lines) <= 20 and not reading.at_end
        got += reading.lines
        reader.committed(reading)
    assert sum(line.data == b"a" for line in got) == 100
    assert endless.committed_up_to == endless.read_up_to == len(got) - 100
    assert reader.lag().keys() == {"files", "endless"}
    began = time.monotonic()
    reader.wait(5)
    assert time.monotonic() - began < 1
    reader.close()


class Held(Endless):
    """An input that holds three lines that cannot come again."""

    section: ClassVar[str] = "stdin"
    made = closed = 0

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.left, self.stopped = 3, False
        type(self).made += 1

    def read(self, max_lines: int, max_bytes: int) -> Reading:
        if not self.stopped or not self.left:
            return Reading()
        self.left -= 1
        return Reading([Line(self.file, self.left, b"h", 1)], at_end=not self.left)

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        type(self).closed += 1


def source(name: str, **given: Any) -> SourceConfig:
    return SourceConfig.model_validate({"name": name, "format": "json"} | given)


def test_other_sources_are_read_from_a_reload_on_and_what_has_not_changed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INPUTS", (Files, Held))
    (tmp_path / "a.log").write_bytes(b"a\n")
    (tmp_path / "b.log").write_bytes(b"b\n")
    a, b, held = source("a", paths=[str(tmp_path / "a.log")]), source("b", paths=[str(tmp_path / "b.log")]), source("h", stdin={})
    reader = Reader([a, held], [], "host", SystemClock())
    assert [line.data for line in reader.read().lines] == [b"a"]
    reader.stop(keep=[b, held])
    assert reader.read().lines == [] and reader.emptied
    reader.use([b, held], [])
    assert [line.data for line in reader.read().lines] == [b"b"]
    assert (Held.made, Held.closed) == (1, 0)
    reader.stop(keep=[b])
    assert not reader.emptied
    got = []
    while not reader.emptied:
        got += reader.read().lines
    assert len(got) == 3
    reader.use([b], [])
    assert Held.closed == 1
    reader.stop()
    (tmp_path / "b.log").write_bytes(b"b\nlater\n")
    time.sleep(0.02)
    assert reader.read().lines == [] and reader.emptied
    reader.close()


def test_a_write_is_read_at_once(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"one\n")
    reader = reader_of(log)
    reader.read()
    took = []
    for _ in range(10):
        time.sleep(0.02)
        began = time.monotonic()
        with log.open("ab") as file:
            file.write(b"two\n")
        while not reader.read().lines:
            reader.wait(1.0)
        took.append(time.monotonic() - began)
    assert sorted(took)[5] < 0.1
    reader.close()


def test_wake_ends_a_wait(tmp_path: Path) -> None:
    reader = reader_of(tmp_path / "*.log")
    reader.read()
    threading.Timer(0.1, reader.wake).start()
    began = time.monotonic()
    reader.wait(0.9)
    assert 0.05 < time.monotonic() - began < 0.7
    reader.close()
