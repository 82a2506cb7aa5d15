"""One open file, plain or compressed, read at an offset of its (decompressed) content.

In: a path. Out: bytes. A file is what its first bytes say, never what its name says.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sentinel.sources.files.discover import Seen, key_of
from sentinel.sources.files.packed import CHUNK, Packed, Unsupported, kind_of

__all__ = ["CHUNK", "Handle", "Plain", "Replaced", "Unsupported", "open_handle", "opened"]


class Replaced(OSError):
    """Another file stands where one was seen a moment ago."""


class Handle(Protocol):
    """An open file.

    Attributes:
        packed: it is compressed. complete: its end was reached, and nothing can follow.
    """

    packed: bool
    complete: bool

    def read(self, size: int, offset: int) -> bytes:
        """Up to `size` bytes at `offset`; fewer only at the end. Raises: OSError."""
        ...

    def stat(self) -> os.stat_result: ...

    def claimed(self) -> int:
        """Bytes of content as far as that is known without reading it; 0 when it is not."""
        ...

    def length(self) -> int:
        """Bytes of content. Raises: OSError."""
        ...

    def written(self) -> bool | None:
        """Whether somebody has it open for writing; None when the system does not say."""
        ...

    def close(self) -> None: ...


def open_handle(seen: Seen) -> Handle:
    """Open a file where it was seen.

    Raises: OSError; Replaced (an OSError too) when it is there no more: rotation is quicker than looking and opening.
    """
    # NONBLOCK: a FIFO put in the file's place must not hold up the reader.
    fd = os.open(seen.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Unsupported("not a regular file")
        if key_of(status) != seen.key:
            raise Replaced("the file was replaced while it was opened")
        kind = kind_of(os.pread(fd, 10, 0))
        return Packed(fd, kind) if kind else Plain(fd)
    except BaseException:
        os.close(fd)
        raise


@contextmanager
def opened(seen: Seen) -> Iterator[Handle]:
    """Raises: OSError; Replaced."""
    handle = open_handle(seen)
    try:
        yield handle
    finally:
        handle.close()


class Plain:
    """A file as it is."""

    packed = False
    complete = False

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def read(self, size: int, offset: int) -> bytes:
        return os.pread(self._fd, size, offset)

    def after_hole(self, offset: int) -> int:
        """The first byte at or after `offset` that is not in a hole of a sparse file; `offset` when there is none."""
        try:
            return os.lseek(self._fd, offset, os.SEEK_DATA)
        except OSError:
            return offset

    def stat(self) -> os.stat_result:
        return os.fstat(self._fd)

    def length(self) -> int:
        return os.fstat(self._fd).st_size

    claimed = length

    def written(self) -> bool | None:
        """Asked by a lease, which the system grants (to the owner and to root) only on a file that nobody writes."""
        try:
            # Should somebody open it in this very moment, the signal must be one that harms nobody.
            fcntl.fcntl(self._fd, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(self._fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            return True if error.errno == errno.EAGAIN else None
        fcntl.fcntl(self._fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False

    def close(self) -> None:
        os.close(self._fd)
