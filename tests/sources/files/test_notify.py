from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

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
