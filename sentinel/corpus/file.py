"""A corpus in one file: where each fingerprint of its documents stands, and where a shared run ends. Read by mmap.

In: a path and a key. Out: the documents that a text overlaps. No text is in it: keyed hashes, four bits a word, and names.

The file: a header (`Header`), then the sections in the order of `SECTIONS`, each a plain array of machine numbers:

    buckets   65,537 x 4 bytes   of the fingerprints whose upper 16 bits are i, the first is number buckets[i]
    lower     2 bytes each       the lower 16 bits, ascending within a bucket
    places    4 bytes each       where the run of K words begins, counted in words through all documents
    begins    4 bytes each       a document's first word; even, so that it begins with a byte of the trail
    sizes     4 bytes each       a document's words
    digests   8 bytes each       a document's keyed hash, by which it is known again
    ends      4 bytes each       where a document's name ends
    names     text               one after the other
    trail     half a byte each   four bits of each word's hash

A look-up is a binary search within a bucket: ten steps for a million documents, three for ten thousand.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Literal
from zlib import crc32

from msgspec import Struct

from sentinel.corpus.fingerprint import GUARANTEED, Prints
from sentinel.errors import SentinelError

SECTIONS: dict[str, Literal["B", "H", "I", "Q"]] = {
    "buckets": "I", "lower": "H", "places": "I", "begins": "I", "sizes": "I", "digests": "Q", "ends": "I",
    "names": "B", "trail": "B"}
BUCKETS = 1 << 16
_MAGIC = b"sentinel corpus 1\n"
# The number after the magic tells the order of bytes; then the key's mark, words, bytes of each section and their CRC; behind all its own CRC.
_HEADER, _CRC = struct.Struct(f"={len(_MAGIC)}sI8sQ{len(SECTIONS)}QI"), struct.Struct("=I")
_ORDER = 0x01020304
# Of a fingerprint that stands in more places (a licence, a footer) only the first are looked at.
_MOST_PLACES = 64
# Runs are compared so many words at a time, and a text, whoever wrote it, has so many comparisons: some 60 ms.
_STEP, _MOST_STEPS = 64, 65_536


class Header(Struct, frozen=True):
    """Attributes: mark: of the key. words: of all documents. lengths: bytes of each section. crc: of all sections."""

    mark: bytes
    words: int
    lengths: tuple[int, ...]
    crc: int

    def packed(self) -> bytes:
        data = _HEADER.pack(_MAGIC, _ORDER, self.mark, self.words, *self.lengths, self.crc)
        return data + _CRC.pack(crc32(data))


HEADER_BYTES = _HEADER.size + _CRC.size


def header_of(data: bytes) -> Header | None:
    """What `Header.packed` made, or None when it is something else."""
    if len(data) != HEADER_BYTES or _CRC.pack(crc32(data[:-_CRC.size])) != data[-_CRC.size:]:
        return None
    magic, order, mark, words, *lengths, crc = _HEADER.unpack(data[:-_CRC.size])
    return Header(mark, words, tuple(lengths), crc) if magic == _MAGIC and order == _ORDER else None


def mark_of(key: bytes) -> bytes:
    """By which a corpus knows the key that it was made with."""
    return blake2b(b"corpus", digest_size=8, key=key).digest()


class Overlap(Struct, frozen=True):
    """What a text has in common with a document.

    Attributes:
        tokens: words of the longest common run. covered: words of the text in all common runs of `GUARANTEED` words or more.
        first: the longest run's first word in the text.
    """

    corpus: str
    document: str
    tokens: int
    covered: int
    first: int


class Corpus:
    """One file, read in place: what is looked up is in the page cache of the system, shared by all processes.

    The file is never changed, only replaced: whoever has it open goes on with the old one.
    """

    def __init__(self, path: Path, key: bytes, *, whole: bool = True) -> None:
        """Args: whole: read all of it once, to find out whether it is damaged (about a second for 1 GB).

        Raises: SentinelError: it cannot be read, is damaged, or was made with another key; the message says which.
        """
        self.path, self.name = path, path.stem
        data = _mapped(path)
        self.header = _checked(path, data, key, whole)
        cuts = [HEADER_BYTES]
        for length in self.header.lengths:
            cuts.append(cuts[-1] + length)
        parts = {name: data[begin:end] for name, begin, end in zip(SECTIONS, cuts, cuts[1:], strict=False)}
        self.sections = {name: parts[name].cast(kind) for name, kind in SECTIONS.items()}
        self._buckets, self._lower, self._places = (self.sections[name] for name in ("buckets", "lower", "places"))
        self._begins, self._sizes, self._trail = (self.sections[name] for name in ("begins", "sizes", "trail"))

    def __len__(self) -> int:
        """How many documents it holds."""
        return len(self._begins)

    def name_of(self, document: int) -> str:
        """What it was called when it was added. Args: document: from 0."""
        ends = self.sections["ends"]
        begin = ends[document - 1] if document else 0
        return bytes(self.sections["names"][begin:ends[document]]).decode()

    def overlaps(self, prints: Prints) -> list[Overlap]:
        """The documents that a text shares a run of `GUARANTEED` words or more with, the longest run first."""
        runs: dict[int, list[tuple[int, int]]] = {}
        for document, first, last in self._runs(prints):
            runs.setdefault(document, []).append((first, last))
        found = [_overlap(self.name, self.name_of(document), spans) for document, spans in runs.items()]
        return sorted(found, key=lambda one: (-one.tokens, -one.covered, one.document))

    def _runs(self, prints: Prints) -> Iterator[tuple[int, int, int]]:
        """Document, first word and last (excluded) in the text of each common run, as far as fingerprints lead to it."""
        seen: dict[int, int] = {}  # how far a run was followed, by how far its places in text and corpus lie apart
        left = _MOST_STEPS
        for here, print_ in zip(prints.places, prints.hashes, strict=True):
            for there in self._at(print_):
                left -= 1
                if left < 0:
                    return
                if seen.get(there - here, -1) > here:
                    continue
                document = bisect_right(self._begins, there) - 1
                first, last = self._followed(prints.trail, here, there, document)
                seen[there - here] = last
                left -= (last - first) // _STEP
                if last - first >= GUARANTEED:
                    yield document, first, last

    def _at(self, print_: int) -> Iterable[int]:
        """Where a fingerprint stands."""
        bucket, lower = print_ >> 16, print_ & 0xFFFF
        first, last = self._buckets[bucket], self._buckets[bucket + 1]
        at = bisect_left(self._lower, lower, first, last)
        if at == last or self._lower[at] != lower:
            return ()
        places: memoryview = self._places[at:bisect_right(self._lower, lower, at, min(last, at + _MOST_PLACES))]
        return places

    def _followed(self, trail: str, here: int, there: int, document: int) -> tuple[int, int]:
        """First and last (excluded) word in the text of the common run around a fingerprint; too long by a word in one of
        fifteen, because four bits a word are compared.
        """
        begin = self._begins[document]
        back, ahead = min(here, there - begin), min(len(trail) - here, begin + self._sizes[document] - there)
        first, last = here, here
        while last < here + ahead:
            step = min(_STEP, here + ahead - last)
            same = _common(trail[last:last + step], self._digits(there + last - here, step))
            last += same
            if same < step:
                break
        while first > here - back:
            step = min(_STEP, first - here + back)
            same = _common(trail[first - step:first][::-1], self._digits(there + first - here - step, step)[::-1])
            first -= same
            if same < step:
                break
        return first, last

    def _digits(self, word: int, count: int) -> str:
        odd = word & 1
        return bytes(self._trail[word >> 1:(word + count + 1) >> 1]).hex()[odd:odd + count]


def _common(one: str, other: str) -> int:
    if one == other:
        return len(one)
    return next(at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


def _overlap(corpus: str, document: str, runs: list[tuple[int, int]]) -> Overlap:
    covered = reached = 0
    for first, last in sorted(runs):
        covered += max(last - max(first, reached), 0)
        reached = max(reached, last)
    first, last = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
    return Overlap(corpus, document, last - first, covered, first)


def _mapped(path: Path) -> memoryview:
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except ValueError:  # empty: cannot be mapped
        return memoryview(b"")
    except OSError as error:
        raise SentinelError(f"the corpus {path} cannot be read: {error.strerror}; check its folder and owner") from error


def _checked(path: Path, data: memoryview, key: bytes, whole: bool) -> Header:
    header = header_of(bytes(data[:HEADER_BYTES]))
    again = f"remove it (`sentinel corpus remove {path.stem}`) and add its documents again"
    if header is None or len(data) != HEADER_BYTES + sum(header.lengths) or (
            whole and crc32(data[HEADER_BYTES:]) != header.crc):
        raise SentinelError(f"the corpus {path} is damaged; {again}, or restore it from a backup")
    if header.mark != mark_of(key):
        raise SentinelError(f"the corpus {path} was made with another pseudonym.key; {again}")
    return header
