"""One open file, plain or gzip, read at an offset of its (decompressed) content.

In: a path. Out: bytes. A file is what its first bytes say, never what its name says.
"""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from typing import Protocol

CHUNK = 256 * 1024
_GZIP = b"\x1f\x8b"
_OTHERS = {b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ\x00": "xz", b"BZh9": "bzip2"}


class Unsupported(OSError):
    """A compressed file of a kind that is not read."""


class Handle(Protocol):
    """An open file.

    Attributes:
        complete: its end was reached, and nothing can follow.
    """

    packed: bool
    complete: bool

    def read(self, size: int, offset: int) -> bytes:
        """Up to `size` bytes at `offset`; fewer only at the end. Raises: OSError."""
        ...

    def stat(self) -> os.stat_result: ...

    def length(self) -> int:
        """Bytes of content as far as that is known without reading it."""
        ...

    def close(self) -> None: ...


def open_handle(path: str) -> Handle:
    """Open a regular file for reading.

    Raises: OSError; Unsupported (an OSError too) when it is compressed by something other than gzip.
    """
    # NONBLOCK: a FIFO put in the file's place must not hold up the reader.
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Unsupported("not a regular file")
        magic = os.pread(fd, 6, 0)
        for start, kind in _OTHERS.items():
            if magic.startswith(start):
                raise Unsupported(f"compressed with {kind}, which is not read")
        return Packed(fd) if magic.startswith(_GZIP) else Plain(fd)
    except BaseException:
        os.close(fd)
        raise


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

    def close(self) -> None:
        os.close(self._fd)


class Packed:
    """A gzip file by its content. Reading forward is cheap, a step back within the last read too, further back not.

    Memory is bounded by the sizes asked for: nothing is decompressed ahead by more than a chunk.
    """

    packed = True

    def __init__(self, fd: int) -> None:
        self.complete = False
        self._file = os.fdopen(fd, "rb")
        self._stream = gzip.GzipFile(fileobj=self._file)
        self._start = 0
        self._window = b""

    def read(self, size: int, offset: int) -> bytes:
        if offset < self._start:
            self._stream.seek(0)
            self._start, self._window = 0, b""
        while len(self._window) < offset + size - self._start:
            more = self._next()
            if not more:
                break
            self._drop(offset)
            self._window += more
        self._drop(offset)
        return self._window[:size] if self._start == offset else b""

    def _drop(self, offset: int) -> None:
        gone = min(offset - self._start, len(self._window))
        self._window = self._window[gone:]
        self._start += gone

    def _next(self) -> bytes:
        try:
            more = self._stream.read1(CHUNK)
            self.complete = not more
            return more
        except EOFError:
            return b""  # Still being written; it is opened anew when it has grown.
        except (zlib.error, gzip.BadGzipFile) as error:
            raise Unsupported(f"damaged gzip file: {error}") from error

    def stat(self) -> os.stat_result:
        return os.fstat(self._file.fileno())

    def length(self) -> int:
        """As the last four bytes say: right for one member below 4 GiB, which is what logrotate makes."""
        return int.from_bytes(os.pread(self._file.fileno(), 4, max(0, self.stat().st_size - 4)), "little")

    def close(self) -> None:
        self._stream.close()
        self._file.close()
