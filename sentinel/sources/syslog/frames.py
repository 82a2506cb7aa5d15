"""Where one message ends and the next begins in a stream (RFC 6587).

In: the bytes of one connection. Out: messages. Each message tells how it is framed: `17 <34>1 2026-…` says its length, any other
ends with its line. Memory is bounded by the longest message allowed.
"""

from __future__ import annotations

from sentinel.sources._split import KEPT, Cut, Splitter, cut

_DIGITS = 9


class Frames:
    """One connection."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lines = Splitter(most)
        self._start = b""
        self._held = bytearray()
        # Of the message whose length was said: how long it is, and how much is still to come.
        self._size = self._left = 0

    @property
    def unfinished(self) -> int:
        """Bytes of a message whose end has not come."""
        return len(self._start) + self._lines.size + (self._size - self._left if self._left else 0)

    def feed(self, data: bytes) -> list[Cut]:
        """The messages that end within `data`."""
        data, self._start = self._start + data, b""
        found: list[Cut] = []
        at = 0
        while at < len(data):
            if self._left:
                at = self._counted(data, at, found)
            elif self._lines.size or (length := _length(data, at)) == 0:
                at = self._line(data, at, found)
            elif length < 0:
                self._start = data[at:]
                break
            else:
                self._size = self._left = length
                at = data.index(b" ", at) + 1
        return found

    def end(self) -> list[Cut]:
        """The connection is closed, nothing more comes: what is unfinished. A last line without an end is whole to many senders."""
        found = self._lines.feed(self._start) + self._lines.end()
        if self._left:
            came = self._size - self._left
            found.append(Cut(bytes(self._held[:KEPT]), came, f"cut off: {came} of {self._size} bytes came before the connection closed"))
        return found

    def _counted(self, data: bytes, at: int, found: list[Cut]) -> int:
        end = min(len(data), at + self._left)
        self._held += data[at:min(end, at + self._most - len(self._held))]
        self._left -= end - at
        if not self._left:
            found.append(cut(bytes(self._held), self._size, self._most))
            self._held.clear()
        return end

    def _line(self, data: bytes, at: int, found: list[Cut]) -> int:
        end = data.find(b"\n", at) + 1 or len(data)
        found += self._lines.feed(data[at:end])
        return end


def _length(data: bytes, at: int) -> int:
    """The length that the message at `at` says of itself; 0: none; -1: not to be told yet."""
    head = data[at:at + _DIGITS + 2]
    digits, _, rest = head.partition(b" ")
    if not digits.isdigit() or digits[:1] == b"0" or len(digits) > _DIGITS:
        return 0
    # A line may begin with a number too; a message with a length begins with its priority.
    if not rest:
        return -1
    return int(digits) if rest[:1] == b"<" else 0
