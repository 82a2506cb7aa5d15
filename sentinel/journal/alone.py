"""One daemon a journal: a second one would read the same lines and fail at each commit, for as long as it runs.

In: the journal's path. Out: a lock that the kernel drops with the process, however it ends, on a file beside the journal; and
in that file what the daemon must be able to say while the journal itself cannot be written.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from sentinel.errors import JournalError

# Got at the start and written in place from then on: a full disk has no room for more.
_ROOM = 4096


class Note(Struct, frozen=True):
    """What the daemon says there.

    Attributes:
        pid: its own. at: when, nanoseconds. problem: why it waits, or empty.
        lags: bytes and seconds behind by source; empty when there are too many sources to fit.
    """

    pid: int
    at: int
    problem: str
    lags: dict[str, tuple[int, float]] = {}


class Alone:
    """Held from here until `close`."""

    def __init__(self, journal: Path, now: int) -> None:
        """Args: now: wall time, nanoseconds.

        Raises: JournalError: another daemon has it, or the file beside the journal cannot be made.
        """
        file = _beside(journal)
        try:
            self._file = os.open(file, os.O_CREAT | os.O_RDWR, 0o640)
        except OSError as error:
            raise JournalError(f"{file}: {error.strerror}; check the folder, its owner and free space") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise JournalError(f"{journal}: another `sentinel run` works on this journal; stop that one first, or give "
                               "this one a journal of its own") from error
        self.say("", now)

    def say(self, problem: str, now: int, lags: dict[str, tuple[int, float]] | None = None) -> None:
        """Leave a note for other processes. What cannot be written is not: there is nobody left to tell."""
        note = msgspec.json.encode(Note(os.getpid(), now, problem[:600], lags or {}))
        if len(note) > _ROOM:
            note = msgspec.json.encode(Note(os.getpid(), now, problem[:600]))
        try:
            os.pwrite(self._file, note.ljust(_ROOM), 0)
        except OSError:
            pass

    def close(self) -> None:
        os.close(self._file)


def note(journal: Path) -> Note | None:
    """What the daemon of this journal said there last; None when there is nothing to read."""
    try:
        return msgspec.json.decode(_beside(journal).read_bytes()[:_ROOM], type=Note)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _beside(journal: Path) -> Path:
    # A file of its own: closing any handle on the journal itself would drop SQLite's own locks on it.
    return journal.with_name(journal.name + ".lock")
