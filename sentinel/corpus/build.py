"""Makes the file of a corpus: the documents of the old one and new ones, written whole or not at all.

In: names and texts. Out: the file at its path, replaced in one step. Memory is bounded by a document and a sixty-fourth of the
fingerprints: they wait in sixty-four nameless files by their uppermost bits, and each of these is sorted by itself.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from sentinel.corpus.file import BUCKETS, HEADER_BYTES, SECTIONS, Corpus, Header, mark_of
from sentinel.corpus.fingerprint import Printer
from sentinel.errors import SentinelError

_PARTS = 64
_PER_PART = BUCKETS // _PARTS
_HELD = 1 << 20  # fingerprints in memory before they go to their files
_MOST_WORDS = (1 << 32) - 1
_CHUNK = 1 << 20


class Builder:
    """Documents that are to become a file. Use it in a `with`: what waits in temporary files goes with it."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key, self._printer = folder, key, Printer(key)
        self._begins, self._sizes, self._digests = array("I"), array("I"), array("Q")
        self._ends = array("I")
        self._known: set[int] = set()
        self._words = self._waiting = 0
        self._held = [array("Q") for _ in range(_PARTS)]
        self._stack = ExitStack()

    def __enter__(self) -> Builder:
        self._parts = [self._temporary() for _ in range(_PARTS)]
        self._trail, self._names = self._temporary(), self._temporary()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def _temporary(self) -> IO[bytes]:
        # It has no name: whatever ends this process, nothing is left behind.
        return self._stack.enter_context(tempfile.TemporaryFile(dir=self._folder))

    def __len__(self) -> int:
        """How many documents there are by now."""
        return len(self._begins)

    def take(self, old: Corpus) -> None:
        """All documents of a corpus that was made with the same key. Call it first, and once."""
        sections = old.sections
        self._begins.frombytes(bytes(sections["begins"]))
        self._sizes.frombytes(bytes(sections["sizes"]))
        self._digests.frombytes(bytes(sections["digests"]))
        self._known.update(self._digests)
        self._ends.frombytes(bytes(sections["ends"]))
        self._names.write(sections["names"])
        for at in range(0, len(sections["trail"]), _CHUNK):
            self._trail.write(sections["trail"][at:at + _CHUNK])
        self._words = 2 * len(sections["trail"])
        for part, file in enumerate(self._parts):
            file.write(_entries(sections, part))

    def add(self, name: str, text: str) -> bool:
        """Take a document. False: the same text is there already. Raises: SentinelError: there is no room for it."""
        digest = int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8, key=self._key).digest(), "little")
        if digest in self._known:
            return False
        prints = self._printer.prints(text)
        size = len(prints.trail)
        if self._words + size > _MOST_WORDS:
            raise SentinelError(f"the corpus is full: a file holds {_MOST_WORDS:,} words; add the rest under another name")
        self._known.add(digest)
        for values, value in ((self._begins, self._words), (self._sizes, size), (self._digests, digest)):
            values.append(value)
        self._names.write(name.encode("utf-8", "replace"))
        self._ends.append(self._names.tell())
        self._trail.write(bytes.fromhex(prints.trail + "0" * (size & 1)))
        for place, print_ in zip(prints.places, prints.hashes, strict=True):
            self._held[print_ >> 26].append(print_ << 32 | self._words + place)
        self._waiting += len(prints.places)
        self._words += size + (size & 1)
        if self._waiting >= _HELD:
            self._spill()
        return True

    def _spill(self) -> None:
        for part, held in enumerate(self._held):
            held.tofile(self._parts[part])
            del held[:]
        self._waiting = 0

    def commit(self, path: Path, own: Callable[[int], None] = lambda fd: None) -> None:
        """Put what there is by now at `path`, mode 0600, in one step. More may be added and committed afterwards.

        Args: own: called with the open file; gives it to whom it belongs.
        """
        self._spill()
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w+b") as file:
                self._write(file)
                own(file.fileno())
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, file: IO[bytes]) -> None:
        with tempfile.TemporaryFile(dir=self._folder) as lower, tempfile.TemporaryFile(dir=self._folder) as places:
            buckets = self._sorted(lower, places)
            sections: dict[str, Any] = {
                "buckets": buckets, "lower": lower, "places": places, "begins": self._begins, "sizes": self._sizes,
                "digests": self._digests, "ends": self._ends, "names": self._names, "trail": self._trail}
            file.write(bytes(HEADER_BYTES))
            lengths, crc = [], 0
            for name in SECTIONS:
                length, crc = _copied(sections[name], file, crc)
                lengths.append(length)
        file.seek(0)
        file.write(Header(mark_of(self._key), sum(self._sizes), tuple(lengths), crc).packed())

    def _sorted(self, lower: IO[bytes], places: IO[bytes]) -> array[int]:
        """Write the fingerprints in order. Returns: where each bucket begins, and the end of the last."""
        counts = array("I", bytes(4 * (BUCKETS + 1)))
        for part in self._parts:
            part.seek(0)
            entries = array("Q", sorted(array("Q", part.read())))
            for entry in entries:
                counts[(entry >> 48) + 1] += 1
            halves = memoryview(entries).cast("B").cast("H")
            low, high = (0, 2) if _LITTLE else (3, 1)
            lower.write(halves[high::4].tobytes())
            places.write(memoryview(entries).cast("B").cast("I")[low // 2::2].tobytes())
        for bucket in range(BUCKETS):
            counts[bucket + 1] += counts[bucket]
        return counts


_LITTLE = array("H", [1]).tobytes()[0] == 1


def _entries(sections: dict[str, memoryview], part: int) -> bytes:
    """Fingerprints of a file as this module sorts them: 64 bits, the hash above the place."""
    buckets = sections["buckets"]
    first, last = buckets[part * _PER_PART], buckets[(part + 1) * _PER_PART]
    upper = b"".join(array("H", [bucket]).tobytes() * (buckets[bucket + 1] - buckets[bucket])
                     for bucket in range(part * _PER_PART, (part + 1) * _PER_PART))
    made = bytearray(8 * (last - first))
    halves = memoryview(made).cast("H")
    places = sections["places"][first:last].cast("B").cast("H")
    order = [places[0::2], places[1::2], sections["lower"][first:last], memoryview(upper).cast("H")]
    if not _LITTLE:
        order = [order[3], order[2], *order[:2]]
    for at, column in enumerate(order):
        halves[at::4] = column
    return bytes(made)


def _copied(source: Any, file: IO[bytes], crc: int) -> tuple[int, int]:
    """Write an array or a temporary file to `file`. Returns: how many bytes, and the CRC of all until now."""
    if isinstance(source, array):
        data = source.tobytes()
        file.write(data)
        return len(data), crc32(data, crc)
    source.seek(0)
    length = 0
    while chunk := source.read(_CHUNK):
        file.write(chunk)
        length, crc = length + len(chunk), crc32(chunk, crc)
    return length, crc
