"""A stream cut into lines. In: bytes as they come. Out: whole lines; of one that is too long its beginning, and its size.

Memory is bounded by the longest line allowed, whatever comes.
"""

from __future__ import annotations

from msgspec import Struct

# Bytes kept of a line that is too long, for whoever looks at the dead letter.
KEPT = 4096


class Cut(Struct, gc=False):
    """One line or message. size: bytes it had. flaw: empty, or why it cannot be decoded."""

    data: bytes
    size: int
    flaw: str = ""


def cut(data: bytes, size: int, most: int) -> Cut:
    """What is handed over of `size` bytes that begin with `data`."""
    if size > most:
        return Cut(data[:KEPT], size, too_long(size, most))
    return Cut(data, size)


def too_long(size: int, most: int) -> str:
    """The flaw of a line of `size` bytes where `most` are allowed."""
    return f"too long: {size} bytes, the limit is {most}"


class Splitter:
    """Lines that end in LF or CRLF; empty ones are dropped.

    Attributes:
        size: bytes of a line that has begun and not ended.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = bytearray()
        self.size = 0

    def feed(self, data: bytes) -> list[Cut]:
        """The lines that end within `data`."""
        *ends, rest = data.split(b"\n")
        lines = []
        for end in ends:
            self._add(end)
            lines += self._line(1)
        self._add(rest)
        return lines

    def end(self) -> list[Cut]:
        """What stands behind the last line end; nothing more comes."""
        return self._line(0)

    def _add(self, data: bytes) -> None:
        self.size += len(data)
        # One byte more than allowed: it may be the CR of the line end.
        self._held += data[: max(0, self._most + 1 - len(self._held))]

    def _line(self, end: int) -> list[Cut]:
        data, size = bytes(self._held), self.size + end
        self._held, self.size = bytearray(), 0
        cr = end and data.endswith(b"\r") and len(data) == size - end
        text = data[:-1] if cr else data
        if not text:
            return []
        whole = cut(text, size - end - (1 if cr else 0), self._most)
        whole.size = size
        return [whole]
