"""Which rule files to try again when files change.

In: the files and folders that a command is about. Out: for each change, once it has settled, the rule files that it may matter to.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from sentinel.rules.read.files import files

_SUFFIXES = {".yml", ".yaml", ".json", ".jsonl"}
# Editors write a file in several steps; and one command may write many.
_SETTLED_SECONDS = 0.2
# How often it is asked whether a folder is still there: of its own end and return nothing tells.
_LOOKED_SECONDS = 0.5
# What reading does is no change.
_CHANGES = ("created", "modified", "moved", "deleted")


@contextmanager
def changes(paths: Sequence[Path]) -> Iterator[Iterator[set[Path]]]:
    """The files that changed, time after time."""
    seen: queue.SimpleQueue[Path] = queue.SimpleQueue()
    observer = Observer()
    folders = dict.fromkeys((path, True) if path.is_dir() else (path.parent, False) for path in paths)
    places = [_Place(folder, recursive, observer, seen) for folder, recursive in folders]
    observer.start()
    try:
        yield _settled(seen, places)
    finally:
        observer.stop()
        observer.join()


class _Place:
    """A folder that is watched. One that went, as when a branch is checked out, is watched again once it is back."""

    def __init__(self, folder: Path, recursive: bool, observer: BaseObserver, seen: queue.SimpleQueue[Path]) -> None:
        self._folder, self._recursive, self._observer, self._seen = folder, recursive, observer, seen
        self._gone = threading.Event()
        self._known = self._identity()
        self._watch: ObservedWatch | None = self._watched()

    def look(self) -> None:
        """See whether it is still the folder that is watched. Whatever came in between is a change."""
        now = self._identity()
        if now == self._known and not self._gone.is_set():
            return
        if self._watch is not None:
            self._observer.unschedule(self._watch)
        self._gone.clear()
        self._known = now
        try:
            self._watch = self._watched() if now else None
        except FileNotFoundError:
            self._watch = self._known = None
        self._seen.put(self._folder)

    def _watched(self) -> ObservedWatch:
        return self._observer.schedule(_Noting(self._seen, self._folder, self._gone), str(self._folder), recursive=self._recursive)

    def _identity(self) -> tuple[int, int] | None:
        try:
            known = self._folder.stat()
        except OSError:
            return None
        return known.st_dev, known.st_ino


def touched(changed: Iterable[Path], paths: Sequence[Path]) -> list[Path]:
    """The rule files whose cases may come out otherwise: correlations listen to rules of their folder, and published cases are
    somewhere else."""
    every = list(files([path for path in paths if path.exists()], []))
    found: dict[Path, None] = {}
    for one in changed:
        beside = [path for path in every if f"{path.stem}.cases" == one.stem and path.parent.resolve() == one.parent.resolve()]
        folder = [path for path in every if path.parent.resolve() == one.parent.resolve()]
        found.update(dict.fromkeys(beside or folder or every))
    return [path for path in every if path in found]


def _settled(seen: queue.SimpleQueue[Path], places: Sequence[_Place]) -> Iterator[set[Path]]:
    while True:
        try:
            changed = {seen.get(timeout=_LOOKED_SECONDS)}
        except queue.Empty:
            for place in places:
                place.look()
            continue
        try:
            while True:
                changed.add(seen.get(timeout=_SETTLED_SECONDS))
        except queue.Empty:
            yield changed


class _Noting(FileSystemEventHandler):
    def __init__(self, seen: queue.SimpleQueue[Path], folder: Path, gone: threading.Event) -> None:
        self._seen, self._folder, self._gone = seen, str(folder), gone

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type == "deleted" and str(event.src_path) == self._folder:
            self._gone.set()
        if event.is_directory or event.event_type not in _CHANGES:
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name))
            if name and path.suffix in _SUFFIXES and not path.name.startswith("."):
                self._seen.put(path)
