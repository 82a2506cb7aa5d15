"""The journal's export format: what `journalctl --output=export` prints.

In: a stream of bytes. Out: entries. A field is `NAME=text`, or, when its value is not plain text, the name alone, eight bytes of
length (little endian) and the value; an empty line ends an entry. Unlike the JSON that journalctl prints, it leaves no value out
and turns no byte into a number. Format: https://systemd.io/JOURNAL_EXPORT_FORMATS/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

# A value of which not more than this is wanted besides MESSAGE: names, numbers, ids, cursors.
_SHORT = 4096


class Entry(dict[str, bytes]):
    """Fields by name; of a field that occurs more than once, the first. size: bytes that MESSAGE really has."""

    size = 0

    def text(self, name: str) -> str:
        return self.get(name, b"").decode("utf-8", "replace")


def entries(stream: IO[bytes], most: int) -> Iterator[Entry]:
    """Whole entries, until the stream ends; one that breaks off is dropped.

    Args:
        most: bytes kept of a MESSAGE.
    """
    entry = Entry()
    while head := stream.readline(most + _SHORT):
        if head == b"\n":
            if entry:
                yield entry
            entry = Entry()
            continue
        name, equals, value = head.partition(b"=")
        if equals:
            size = _rest_of_line(stream, value)
            value = value.removesuffix(b"\n")
        else:
            name = name.rstrip(b"\n")
            length = stream.read(8)
            size = int.from_bytes(length, "little")
            value = _value(stream, size, most if name == b"MESSAGE" else _SHORT)
            if len(length) < 8 or stream.read(1) != b"\n":
                return
        _add(entry, name.decode("ascii", "replace"), value[:most], size)


def _add(entry: Entry, name: str, value: bytes, size: int) -> None:
    if name not in entry:
        entry[name] = value
        if name == "MESSAGE":
            entry.size = size


def _rest_of_line(stream: IO[bytes], start: bytes) -> int:
    """Pass over what `readline` did not give. The length of the whole value."""
    size, piece = len(start), start
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(1 << 16)
        size += len(piece)
    return size - piece.endswith(b"\n")


def _value(stream: IO[bytes], size: int, most: int) -> bytes:
    value = stream.read(min(size, most))
    left = size - len(value)
    while left > 0 and (passed := stream.read(min(left, 1 << 16))):
        left -= len(passed)
    return value
