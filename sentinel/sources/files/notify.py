"""Wakes the reader when a file changes. It only wakes: what is read is decided by looking at the files.

In: folders. Out: a set event, and the names that changed. Where the system gives no watch (its limit is reached, or the
folder is on a network) or loses events, the reader's own look at all files does the work, and `problem` says so.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from collections.abc import Callable, Iterable

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
from watchdog.observers.api import ObservedWatch

# Not the events of opening and closing: reading would wake itself.
_EVENTS: list[type[FileSystemEvent]] = [FileModifiedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent,
                                        DirCreatedEvent, DirMovedEvent]
_MOST_NAMES = 4096
_LOG = logging.getLogger("watchdog")
# What matters of what it says is said here, in `problem`.
_LOG.propagate = False


class Notify(FileSystemEventHandler):
    """Watches on folders.

    Attributes:
        blind: some folders cannot be watched. problem: why some changes are seen only by looking; empty when all are seen at once.
    """

    def __init__(self, woken: threading.Event) -> None:
        self.problem, self.blind = "", False
        self._woken = woken
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._anything = False
        # By path and depth: the watch, and the inode of the folder that it is on. A folder made anew needs a new one.
        self._watched: dict[tuple[str, bool], tuple[ObservedWatch | None, int]] = {}
        self._observer = Observer()
        self._overflows = _Overflows(self._overflowed)
        _LOG.addHandler(self._overflows)
        try:
            self._observer.start()
        except OSError as error:
            self._say(error)

    def watch(self, folders: Iterable[tuple[str, bool]]) -> None:
        """Watch these folders, each with or without its subfolders."""
        for folder, deep in folders:
            try:
                inode = os.stat(folder).st_ino  # noqa: PTH116 - every folder at every look
            except OSError:
                continue
            watch, before = self._watched.get((folder, deep), (None, 0))
            if before == inode or not self._observer.is_alive():
                continue
            try:
                if watch is not None:
                    self._observer.unschedule(watch)
                watch = self._observer.schedule(self, folder, recursive=deep, event_filter=_EVENTS)
            except (OSError, KeyError) as error:
                watch = None
                self._say(error)
            self._watched[folder, deep] = (watch, inode)

    def _say(self, error: Exception) -> None:
        number = getattr(error, "errno", None)
        reason = "the limit of inotify watches is reached; raise fs.inotify.max_user_watches and max_user_instances" \
            if number in (errno.ENOSPC, errno.EMFILE) else (os.strerror(number) if number else str(error))
        self.blind = True
        self.problem = f"no inotify, files are looked at once a second: {reason}"

    def _overflowed(self) -> None:
        with self._lock:
            self._anything = True
        if not self.blind:
            self.problem = ("inotify lost events, what they told was found by looking at all files; raise "
                            "fs.inotify.max_queued_events if this stays")
        self._woken.set()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by the observer's thread."""
        with self._lock:
            if isinstance(event, FileModifiedEvent) and len(self._changed) < _MOST_NAMES:
                self._changed.add(os.fsdecode(event.src_path))
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
        _LOG.removeHandler(self._overflows)
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)


class _Overflows(logging.Handler):
    """Hears of lost events, of which watchdog tells nobody but its log."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage():
            self._heard()
