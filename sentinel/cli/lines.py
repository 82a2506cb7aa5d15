"""The lines of what a command reads: a file or standard input, compressed or not, however it is called.

Memory is bounded by the longest line allowed, whatever a compressed file stands for.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sentinel.errors import ConfigError, Mistake
from sentinel.text import printable

_LONGEST = 64 << 20
_CHUNK = 256 * 1024


@contextmanager
def lines_of(file: str, doing: str = "", answer: Callable[[], None] | None = None) -> Iterator[Iterator[bytes]]:
    """The lines of a file, or of standard input when it is `-`, with their ends. One that is too long is told and left empty.

    What a command has printed goes out before more input is waited for: at once for a pipe that is fed line by line, and once
    a chunk for a file, so that it costs nothing.

    Args:
        doing: what a bar says that shows how much of a file is read; empty: there is none.
        answer: done before more input is waited for, so that a command can look at all lines together that are there and
            yet owes nothing to who feeds it line by line.

    Raises: ConfigError when it cannot be read or is damaged.
    """
    with ExitStack() as stack:
        with _told(file):
            raw = stack.enter_context(Path(file).open("rb", buffering=0)) if file != "-" else _stdin()
        yield _lines(raw, _before(raw, file, doing, answer, stack), file)


@contextmanager
def _told(file: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # Of what was printed, not of what is read.
    except OSError as error:
        raise ConfigError(Mistake(file, 0, "", error.strerror or str(error), "check the file and its permissions")) from error


def _stdin() -> Any:
    return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


def _before(raw: Any, file: str, doing: str, answer: Callable[[], None] | None, stack: ExitStack) -> Callable[[int], None]:
    """What is done before each read, given how many bytes were read until then."""
    if answer is not None:
        return lambda done: (answer(), sys.stdout.flush())[1]
    if not doing or file == "-" or sys.stdout.isatty():
        return lambda done: sys.stdout.flush()
    from sentinel.views.bar import bar

    shown = stack.enter_context(bar(doing, os.fstat(raw.fileno()).st_size))

    def before(done: int) -> None:
        sys.stdout.flush()
        shown.advance(done)

    return before


def _content(raw: Any, before: Callable[[int], None]) -> io.BufferedReader[Any]:
    from sentinel.sources.files import packed

    plain: io.BufferedReader[Any] = io.BufferedReader(_Input(raw, before), _CHUNK)
    kind = packed.kind_of(plain.peek(16))
    return io.BufferedReader(_Unpacked(packed.pieces(plain, kind)), _CHUNK) if kind else plain


def _lines(raw: Any, before: Callable[[int], None], file: str) -> Iterator[bytes]:
    number = 0
    with _told(file):
        content = _content(raw, before)
        while line := content.readline(_LONGEST + 1):
            number += 1
            if len(line) > _LONGEST and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = content.readline(_CHUNK)
                print(f"{printable(file)}:{number}: longer than {_LONGEST >> 20} MiB; left out", file=sys.stderr)
                line = b"\n"
            yield line


class _Input(io.RawIOBase):
    """A file or pipe, with something to do before each read."""

    def __init__(self, raw: Any, before: Callable[[int], None]) -> None:
        self._raw, self._do, self._done = raw, before, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._do(self._done)
        size = self._raw.readinto(buffer) or 0
        self._done += size
        return size


class _Unpacked(io.RawIOBase):
    """Pieces as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            more = next(self._pieces, None)
            if more is None:
                return 0
            self._rest = more
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
