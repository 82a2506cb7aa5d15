from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyEvent, InotifyFD

from sentinel.sources.files.notify import Notify


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


def test_a_write_wakes_and_is_named(tmp_path: Path, woken: threading.Event) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    notify = Notify(woken)
    notify.watch([(str(tmp_path), False)])
    with path.open("ab") as file:
        file.write(b"two\n")
    assert woken.wait(5)
    names: set[str] = set()
    while not names:
        names = notify.changed()[0]
    assert names == {str(path)}
    notify.close()
    assert notify.problem == ""


@pytest.mark.parametrize("happens", [
    lambda folder: (folder / "b.log").write_bytes(b""),
    lambda folder: (folder / "a.log").rename(folder / "a.log.1"),
    lambda folder: (folder / "a.log").unlink(),
])
def test_other_changes_wake_too(tmp_path: Path, woken: threading.Event, happens) -> None:
    (tmp_path / "a.log").write_bytes(b"one\n")
    notify = Notify(woken)
    notify.watch([(str(tmp_path), False)])
    happens(tmp_path)
    assert woken.wait(5)
    assert notify.changed()[1]
    notify.close()


def test_reading_does_not_wake(tmp_path: Path, woken: threading.Event) -> None:
    (tmp_path / "a.log").write_bytes(b"one\n")
    notify = Notify(woken)
    notify.watch([(str(tmp_path), False)])
    assert (tmp_path / "a.log").read_bytes() == b"one\n"
    assert not woken.wait(0.3)
    notify.close()


def test_subfolders(tmp_path: Path, woken: threading.Event) -> None:
    (tmp_path / "x").mkdir()
    notify = Notify(woken)
    notify.watch([(str(tmp_path), True)])
    (tmp_path / "x/a.log").write_bytes(b"one\n")
    assert woken.wait(5)
    notify.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE, errno.EACCES])
def test_without_a_watch_it_says_so(tmp_path: Path, woken: threading.Event, monkeypatch: pytest.MonkeyPatch,
                                    number: int) -> None:
    notify = Notify(woken)

    def refuse(*given: object, **named: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(notify._observer, "schedule", refuse)
    notify.watch([(str(tmp_path), False)])
    assert notify.problem.startswith("no inotify, files are looked at once a second: ")
    assert ("fs.inotify" in notify.problem) == (number != errno.EACCES)
    notify.close()


def test_a_folder_made_anew_is_watched_anew(tmp_path: Path, woken: threading.Event) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    notify = Notify(woken)
    notify.watch([(str(logs), False)])
    logs.rename(tmp_path / "logs.1")
    logs.mkdir()
    notify.watch([(str(logs), False)])
    notify.changed()
    woken.clear()
    (logs / "a.log").write_bytes(b"one\n")
    assert woken.wait(5)
    notify.close()


def test_lost_events_are_said_and_everything_is_looked_at(tmp_path: Path, woken: threading.Event,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's queue really overflows: its reader is held up while more happens than it holds."""
    holds = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    gate = threading.Event()
    read = InotifyFD.read_events

    def slowly(self: InotifyFD, **given: int) -> list[InotifyEvent]:
        gate.wait(60)
        return read(self, **given)

    monkeypatch.setattr(InotifyFD, "read_events", slowly)
    notify = Notify(woken)
    notify.watch([(str(tmp_path), False)])
    paths = [str(tmp_path / name) for name in ("a.log", "b.log")]
    files = [os.open(path, os.O_WRONLY | os.O_CREAT) for path in paths]
    for _ in range(holds):
        # Two in turn, or the kernel makes one event of them.
        for file in files:
            os.write(file, b"x")
    gate.set()
    until = time.monotonic() + 60
    while not notify.problem and time.monotonic() < until:
        time.sleep(0.05)
    assert "lost events" in notify.problem and "max_queued_events" in notify.problem
    assert not notify.blind and notify.changed()[1]
    for file in files:
        os.close(file)
    notify.close()
