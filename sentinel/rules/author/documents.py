"""The JSON documents of a file: one on each line, or printed over several as `jq`, `evtx_dump` and `json.dumps(indent=2)` do.

In: lines. Out: (number of the first line, the document's bytes). A line that is part of nothing comes as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# A printed document begins with a brace alone on its line; around several of them stands a list.
_OPENS = b"{"
_AROUND = frozenset({b"[", b"]", b","})
_SHORT = 200
_LARGEST = 64 * 2**20


def documents(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """A document that is never closed, or is too large, comes as the lines that it is."""
    printed = _Printed()
    for number, line in enumerate(lines, 1):
        if printed.first:
            yield from printed.take(number, line)
        elif len(line) > _SHORT:  # nearly every line of a log
            yield number, line
        elif (bare := line.strip()) == _OPENS:
            printed.open(number, line)
        elif bare not in _AROUND:
            yield number, line
    yield from printed.broken()


class _Printed:
    """The document that is being read. `first`: its first line's number, 0 when there is none."""

    def __init__(self) -> None:
        self.first, self._size, self._indent = 0, 0, b""
        self._lines: list[bytes] = []

    def open(self, number: int, line: bytes) -> None:
        self.first, self._size, self._indent, self._lines = number, len(line), _indent(line), [line]

    def take(self, number: int, line: bytes) -> Iterator[tuple[int, bytes]]:
        indent, bare = _indent(line), line.strip()
        if indent == self._indent and bare[:1] == _OPENS:
            # A brace that somebody wrote alone on a line hides none of the documents after it.
            yield from self.broken()
            if bare == _OPENS:
                self.open(number, line)
            else:
                yield number, line
            return
        self._lines.append(line)
        self._size += len(line)
        if indent == self._indent and bare[:1] == b"}":
            first, self.first = self.first, 0
            yield first, b"".join(self._lines).strip().rstrip(b",]")
        elif self._size > _LARGEST or (len(indent) < len(self._indent) and bare):
            yield from self.broken()

    def broken(self) -> Iterator[tuple[int, bytes]]:
        """What was taken for a document, line by line."""
        if self.first:
            first, self.first = self.first, 0
            yield from enumerate(self._lines, first)


def _indent(line: bytes) -> bytes:
    return line[:len(line) - len(line.lstrip(b" \t"))]
