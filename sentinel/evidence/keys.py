"""The key of the pseudonyms: 32 random bytes in a file that only the daemon's user may read.

Whoever holds it can test guesses against pseudonyms, so it is never logged, shipped or put into the journal.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

from sentinel.errors import SentinelError

SIZE = 32


def load_or_create(path: Path) -> bytes:
    """The key in `path`; a new one, written whole or not at all, when there is no such file.

    Raises: SentinelError: it cannot be read or written, others may read it, or it is damaged.
    """
    try:
        if not path.exists():
            _create(path)
        return _read(path)
    except OSError as error:
        raise SentinelError(
            f"the pseudonym key {path} cannot be used: {error.strerror}; check its folder and owner") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        key = file.read(SIZE + 1)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SentinelError(f"the pseudonym key {path} is open to others (mode {stat.S_IMODE(mode):o}); chmod 600 it")
    if len(key) != SIZE:
        raise SentinelError(f"the pseudonym key {path} does not have {SIZE} bytes; restore it from a backup, or "
                            "remove it (later pseudonyms then differ from earlier ones)")
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600, O_EXCL
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: of two processes that start together one wins, and both use the winner's key.
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
    finally:
        Path(temporary).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
