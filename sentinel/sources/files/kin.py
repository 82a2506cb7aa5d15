"""What files of one rotation family are to each other, judged by opening them: the same, a copy, or strangers.

In: a known file and one seen in its folder. Out: verdicts. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from sentinel.records.line import Checkpoint, File
from sentinel.sources.files.discover import Seen, key_of
from sentinel.sources.files.handle import CHUNK, Handle, Replaced, open_handle, opened
from sentinel.sources.files.identity import TAIL, agrees, digest, head_of
from sentinel.sources.files.names import rotated
from sentinel.sources.files.tail import Tail

# Nobody edits larger files by hand.
_MOST_COMPARED = 64 << 20


def holds(tail: Tail, seen: Seen) -> bool | None:
    """Whether the file holds all that was read of the tail's; None when it cannot be read."""
    try:
        with opened(seen) as handle:
            return agrees(handle, tail.checkpoint(0))
    except (FileNotFoundError, Replaced):
        return False
    except OSError:
        return None


def packed_holder(tail: Tail, seen: Seen) -> bool | None:
    """As `holds`: whether a file that holds it is compressed; None when it does not, or cannot be read."""
    try:
        with opened(seen) as handle:
            return handle.packed if agrees(handle, tail.checkpoint(0)) else None
    except OSError:
        return None


def repeats(seen: Seen, handle: Handle, tail: Tail) -> bool:
    """Whether this is a copy of a file that is still being read itself, as `copytruncate` makes before it cuts.

    Raises: OSError.
    """
    copy = handle.packed or (rotated(seen.path) and not rotated(tail.file.path))
    if not copy or tail.away or (tail.head_size and digest(handle.read(tail.head_size, 0)) != tail.head):
        return False
    if not tail.drained:
        return True  # Perhaps: what was not read yet cannot be compared.
    if not tail.offset:
        return False
    if handle.packed or seen.size >= tail.offset:
        return agrees(handle, tail.checkpoint(0))
    start = max(0, seen.size - TAIL)
    with opened(Seen(tail.file.path, tail.key, 0, 0)) as original:
        return original.read(seen.size - start, start) == handle.read(seen.size - start, start)


def begins_with(new: Seen, old: Seen) -> bool:
    """Whether a file begins with all that another holds, as an editor saves it beside its backup; not asked of large ones."""
    if not old.size <= min(new.size, _MOST_COMPARED):
        return False
    try:
        with opened(new) as one, opened(old) as other:
            return all(one.read(CHUNK, at)[: old.size - at] == other.read(CHUNK, at) for at in range(0, old.size, CHUNK))
    except OSError:
        return False


class Copy(Struct):
    """A copy of what a file held before it was cut. whole: it holds all that was read of it, perhaps more."""

    seen: Seen
    handle: Handle
    whole: bool


def find_copy(tail: Tail, siblings: Iterable[Seen]) -> Copy | None:
    """Of files that nobody knows, the newest that holds what the tail's file held before it was cut; it is open.

    A copy that is shorter than what was read was made before the last lines came: only its head can be compared.
    """
    if tail.head_size == 0:
        return None
    for seen in sorted(siblings, key=lambda s: -s.modified):
        try:
            handle = open_handle(seen)
        except OSError:
            continue
        try:
            whole = agrees(handle, tail.checkpoint(0))
            if whole or (digest(handle.read(tail.head_size, 0)) == tail.head and 0 < handle.length() < tail.offset):
                return Copy(seen, handle, whole)
        except OSError:
            pass
        handle.close()
    return None


def read_up_to(handle: Handle, size: int, file: File) -> Checkpoint:
    """The checkpoint of an open copy whose first `size` bytes were read elsewhere. Raises: OSError."""
    head = head_of(handle, final=True) or b""
    last = handle.read(min(CHUNK, size), max(0, size - CHUNK))
    offset = size - len(last) + (last.rfind(b"\n") + 1 or len(last))
    before = handle.read(min(TAIL, offset), max(0, offset - TAIL))
    return Checkpoint(file, offset, *key_of(handle.stat()), digest(head), len(head), digest(before), 0)
