"""Wakes the reader when a file changes. It only wakes: what is read is decided by looking at the files.

In: folders. Out: a set event, and the names that changed. Where the system gives no watch (its limit is reached, or the
folder is on a network), the reader's own look once a second does the work, and `problem` says so.
"""

from __future__ import annotations

import errno
import logging
import threading
from os import fsdecode, strerror

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

# Not the events of opening and closing: reading would wake itself.
_EVENTS: list[type[FileSystemEvent]] = [FileModifiedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent,
                                        DirCreatedEvent, DirMovedEvent]
_MOST_NAMES = 4096
# It calls it an error when its own thread is told to stop. What matters is raised, or said in `problem`.
logging.getLogger("watchdog").setLevel(logging.CRITICAL)


class Notify(FileSystemEventHandler):
    """Watches on folders.

    Attributes:
        problem: why some changes are seen only by the look once a second; empty when all are seen at once.
    """

    def __init__(self, woken: threading.Event) -> None:
        self.problem = ""
        self._woken = woken
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._anything = False
        self._watched: set[tuple[str, bool]] = set()
        self._observer = Observer()
        try:
            self._observer.start()
        except OSError as error:
            self._say(error)

    def watch(self, folders: list[tuple[str, bool]]) -> None:
        """Watch these folders too, each with or without its subfolders."""
        for folder, deep in folders:
            if (folder, deep) in self._watched or not self._observer.is_alive():
                continue
            self._watched.add((folder, deep))
            try:
                self._observer.schedule(self, folder, recursive=deep, event_filter=_EVENTS)
            except OSError as error:
                self._say(error)

    def _say(self, error: OSError) -> None:
        full = error.errno in (errno.ENOSPC, errno.EMFILE)
        reason = "the limit of inotify watches is reached; raise fs.inotify.max_user_watches and max_user_instances" \
            if full else (strerror(error.errno) if error.errno else str(error))
        self.problem = f"no inotify, files are looked at once a second: {reason}"

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by the observer's thread."""
        with self._lock:
            if isinstance(event, FileModifiedEvent) and len(self._changed) < _MOST_NAMES:
                self._changed.add(fsdecode(event.src_path))
            else:
                self._anything = True
        self._woken.set()

    def changed(self) -> tuple[set[str], bool]:
        """Names of files that were written since last asked, and whether anything else happened."""
        with self._lock:
            names, self._changed = self._changed, set()
            anything, self._anything = self._anything, False
        return names, anything

    def close(self) -> None:
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)
