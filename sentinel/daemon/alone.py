"""One daemon a journal: a second one would read the same lines and fail at each commit, for as long as it runs.

In: the journal's path. Out: a lock that the kernel drops with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sentinel.errors import JournalError


class Alone:
    """Held from here until `close`."""

    def __init__(self, journal: Path) -> None:
        """Raises: JournalError: another daemon has it, or the file beside the journal cannot be made."""
        # A file of its own: closing any handle on the journal itself would drop SQLite's own locks on it.
        file = journal.with_name(journal.name + ".lock")
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

    def close(self) -> None:
        os.close(self._file)
