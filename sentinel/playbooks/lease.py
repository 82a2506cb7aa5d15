"""Who carries out the steps of a journal: one process at a time.

In: the journal's path. Out: yes or no. The lock is the kernel's, so a dead process never holds it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Lease:
    """A lock file beside the journal. Not re-entrant: one per engine."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(journal.name + ".engine")
        self._file = -1

    def take(self) -> bool:
        """Whether it is ours (now or already). Raises: OSError when the file cannot be opened."""
        if self._file >= 0:
            return True
        file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def give_back(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
