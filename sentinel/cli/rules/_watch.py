"""Which rule files to try again when files change.

In: the files and folders that a command is about. Out: for each change, once it has settled, the rule files that it may matter to.
"""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from sentinel.rules.read.files import files

_SUFFIXES = {".yml", ".yaml", ".json", ".jsonl"}
# Editors write a file in several steps; and one command may write many.
_SETTLED_SECONDS = 0.2
# What reading does is no change.
_CHANGES = ("created", "modified", "moved", "deleted")


@contextmanager
def changes(paths: Sequence[Path]) -> Iterator[Iterator[set[Path]]]:
    """The files that changed, time after time."""
    seen: queue.SimpleQueue[Path] = queue.SimpleQueue()
    observer = Observer()
    for path in paths:
        observer.schedule(_Noting(seen), str(path if path.is_dir() else path.parent), recursive=path.is_dir())
    observer.start()
    try:
        yield _settled(seen)
    finally:
        observer.stop()
        observer.join()


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


def _settled(seen: queue.SimpleQueue[Path]) -> Iterator[set[Path]]:
    while True:
        changed = {seen.get()}
        try:
            while True:
                changed.add(seen.get(timeout=_SETTLED_SECONDS))
        except queue.Empty:
            yield changed


class _Noting(FileSystemEventHandler):
    def __init__(self, seen: queue.SimpleQueue[Path]) -> None:
        self._seen = seen

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type not in _CHANGES:
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name))
            if name and path.suffix in _SUFFIXES and not path.name.startswith("."):
                self._seen.put(path)
