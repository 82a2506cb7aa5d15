"""Which file is which: by what it begins with and by what stands before the place read up to, not by its name.

A name is given away by rotation and an inode number by deletion, so neither alone tells a file. All hashes are of
bytes of the file, so a disturbed run, an undisturbed one and one in another folder derive the same ids.
"""

from __future__ import annotations

from hashlib import blake2b

from sentinel.records.line import Checkpoint
from sentinel.sources.files.handle import Handle

HEAD = 1024
TAIL = 256


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()


def head_of(handle: Handle, *, final: bool = False) -> bytes | None:
    """The first line, at most 1,024 bytes of it; None while the file does not hold that much yet.

    Args:
        final: nothing more will come, so an unfinished first line is taken for one.
    """
    start = handle.read(HEAD, 0)
    end = start.find(b"\n")
    if end >= 0:
        return start[:end]
    return start if len(start) == HEAD or (final and start) else None


def file_id(host: str, source: str, head: bytes, mark: str) -> str:
    """16 hex digits.

    Args:
        mark: tells files of one head apart: "0", "1", ... in the order in which they became known.
    """
    key = b"\0".join((host.encode(), source.encode(), mark.encode(), head))
    return digest(key)


def agrees(handle: Handle, known: Checkpoint) -> bool:
    """Whether the open file holds all that was read of the known one: same head, and the same bytes before its offset."""
    if digest(handle.read(known.head_size, 0)) != known.head:
        return False
    if handle.packed and known.offset and handle.claimed() == known.offset:
        return True  # Spares decompressing the whole of each rotated file.
    size = min(TAIL, known.offset)
    before = handle.read(size, known.offset - size)
    return len(before) == size and digest(before) == known.tail
