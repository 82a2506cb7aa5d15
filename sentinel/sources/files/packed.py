"""A compressed file by its content: gzip, zstd, xz, bzip2, each told by its first bytes.

In: an open file. Out: bytes at offsets of what was compressed. Memory is bounded, whatever the file claims to need.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

import zstandard

CHUNK = 256 * 1024
# What `xz -9` (65 MiB) and `zstd -19 --long` (64 MiB) need to decompress; more is refused, not tried.
_MOST_MEMORY = 80 << 20
_ZSTD_WINDOW = 64 << 20
# 4 bytes of zstd may stand for 128 KiB, so that one feed gives at most 8 MiB.
_ZSTD_FEED = 256
_XZ_FEED = 64 * 1024


class Unsupported(OSError):
    """A file that cannot be read as a log."""


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    stream = gzip.GzipFile(fileobj=file)
    yield from iter(lambda: stream.read1(CHUNK), b"")


def _bzip2(file: BinaryIO) -> Iterator[bytes]:
    stream = bz2.BZ2File(file)
    yield from iter(lambda: stream.read1(CHUNK), b"")


def _xz(file: BinaryIO) -> Iterator[bytes]:
    # Not LZMAFile: it takes no limit of memory.
    rest = file.read(_XZ_FEED)
    while rest.strip(b"\0"):
        stream = lzma.LZMADecompressor(memlimit=_MOST_MEMORY)
        while not stream.eof:
            if stream.needs_input and not rest:
                rest = file.read(_XZ_FEED)
                if not rest:
                    raise EOFError
            more = stream.decompress(rest, CHUNK)
            rest = b""
            if more:
                yield more
        rest = stream.unused_data or file.read(_XZ_FEED)


def _zstd(file: BinaryIO) -> Iterator[bytes]:
    rest = file.read(_ZSTD_FEED)
    while rest:
        stream = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        while not stream.eof:
            rest = rest or file.read(_ZSTD_FEED)
            if not rest:
                raise EOFError
            more = stream.decompress(rest)
            rest = b""
            for at in range(0, len(more), CHUNK):
                yield more[at : at + CHUNK]
        rest = stream.unused_data or file.read(_ZSTD_FEED)


_KINDS: dict[bytes, tuple[str, Callable[[BinaryIO], Iterator[bytes]]]] = {
    b"\x1f\x8b": ("gzip", _gzip), b"\x28\xb5\x2f\xfd": ("zstd", _zstd), b"\xfd7zXZ\x00": ("xz", _xz), b"BZh": ("bzip2", _bzip2)}

_DAMAGES = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError)


def kind_of(start: bytes) -> str:
    """What a file with these first bytes is compressed with; empty when it is not."""
    for magic, (name, _) in _KINDS.items():
        # "BZh" alone may begin a text: a digit and the number pi follow.
        if start.startswith(magic) and (name != "bzip2" or start[4:10] == b"1AY&SY"):
            return name
    return ""


def pieces(file: BinaryIO, kind: str) -> Iterator[bytes]:
    """The content of a file that can be read but once, in pieces of bounded size.

    Raises: Unsupported: it is damaged, or ends too early.
    """
    open_ = next(opener for name, opener in _KINDS.values() if name == kind)
    try:
        yield from open_(file)
    except EOFError:
        raise Unsupported(f"the {kind} file ends too early") from None
    except _DAMAGES as error:
        raise Unsupported(f"damaged {kind} file: {error}") from error


class Packed:
    """Reading forward is cheap, a step back within the last read too; further back begins anew.

    Attributes:
        complete: its end was reached, and nothing can follow.
    """

    packed = True

    def __init__(self, fd: int, kind: str) -> None:
        self.complete = False
        self._kind = kind
        self._open = next(opener for name, opener in _KINDS.values() if name == kind)
        self._file = os.fdopen(fd, "rb")
        self._begin()

    def _begin(self) -> None:
        self._file.seek(0)
        self._pieces = self._open(self._file)
        self._start, self._window = 0, b""

    def read(self, size: int, offset: int) -> bytes:
        if offset < self._start:
            self._begin()
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
            more = next(self._pieces, b"")
        except EOFError:
            return b""  # Still being written; it is opened anew when it has grown.
        except _DAMAGES as error:
            raise Unsupported(f"damaged {self._kind} file: {error}") from error
        self.complete = not more
        return more

    def stat(self) -> os.stat_result:
        return os.fstat(self._file.fileno())

    def claimed(self) -> int:
        """Bytes of content as the file itself says; 0 when it does not. Right for what logrotate makes, and only a claim."""
        if self._kind == "gzip":
            return int.from_bytes(os.pread(self._file.fileno(), 4, max(0, self.stat().st_size - 4)), "little")
        if self._kind == "zstd":
            return max(0, zstandard.frame_content_size(os.pread(self._file.fileno(), 18, 0)))
        return 0

    def length(self) -> int:
        """Bytes of content, by reading it through. Raises: OSError."""
        at = self._start
        while self.read(CHUNK, at):
            at = self._start + len(self._window)
        return at

    def written(self) -> bool:
        """Whoever compresses does not go on with a file that is whole."""
        return not self.complete

    def close(self) -> None:
        self._file.close()
