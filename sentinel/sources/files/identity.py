"""Which file is which: by what it begins with and by what stands before the place read up to, not by its name.

A name is given away by rotation and an inode number by deletion, so neither alone tells a file. All hashes are of
bytes of the file, so a disturbed run, an undisturbed one and one in another folder derive the same ids.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import PurePath

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
    if handle.packed and known.offset and handle.length() == known.offset:
        return True  # Spares decompressing the whole of each rotated file at each start.
    size = min(TAIL, known.offset)
    before = handle.read(size, known.offset - size)
    return len(before) == size and digest(before) == known.tail


# `.1`, `-20261124`, `.2026-11-24_13`, with `.gz`; before the extension only what must be a date.
_SUFFIX = re.compile(r"(?P<base>.+?)[._-]\d[\d_.:T-]{0,24}", re.DOTALL)
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)\Z")
_DATED = re.compile(r"(?P<base>.+?)[._-](?:19|20)\d{2}-?\d{2}-?\d{2}[\dT_:-]{0,10}(?P<ext>\.[A-Za-z]{1,8})", re.DOTALL)


def family(path: str) -> tuple[str, str]:
    """Folder and base name: the same for a log and its rotated siblings."""
    name = _PACKED.sub("", PurePath(path).name)
    dated = _DATED.fullmatch(name)
    if dated:
        name = dated["base"] + dated["ext"]
    elif suffixed := _SUFFIX.fullmatch(name):
        name = suffixed["base"]
    return str(PurePath(path).parent), name


def rotated(path: str) -> bool:
    """Whether the name is one that rotation gives: not that of the log that is being written."""
    return family(path)[1] != PurePath(path).name
