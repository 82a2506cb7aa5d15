"""What files of one rotation family are to each other, judged by opening them: the same, a copy, or strangers.

In: a known file and one seen in its folder. Out: verdicts. Nothing here changes anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sentinel.records.line import Checkpoint, File
from sentinel.sources.files.discover import Seen
from sentinel.sources.files.handle import CHUNK, Handle, open_handle
from sentinel.sources.files.identity import TAIL, agrees, digest, head_of, rotated
from sentinel.sources.files.tail import Tail


@contextmanager
def opened(path: str) -> Iterator[Handle]:
    """Raises: OSError."""
    handle = open_handle(path)
    try:
        yield handle
    finally:
        handle.close()


def holds(tail: Tail, path: str) -> bool:
    """Whether the file at `path` can be read and holds all that was read of the tail's."""
    try:
        with opened(path) as handle:
            return agrees(handle, tail.checkpoint(0))
    except OSError:
        return False


def repeats(seen: Seen, handle: Handle, tail: Tail) -> bool:
    """Whether this is a copy of a file that is still being read itself, as `copytruncate` makes before it cuts.

    Raises: OSError.
    """
    copy = handle.packed or (rotated(seen.path) and not rotated(tail.file.path))
    if not copy or tail.away:
        return False
    if not tail.drained:
        return True  # Perhaps: what was not read yet cannot be compared.
    if not tail.offset:
        return False
    if handle.packed or seen.size >= tail.offset:
        return agrees(handle, tail.checkpoint(0))
    if digest(handle.read(tail.head_size, 0)) != tail.head:
        return False
    start = max(0, seen.size - TAIL)
    with opened(tail.file.path) as original:
        return original.read(seen.size - start, start) == handle.read(seen.size - start, start)


def find_copy(tail: Tail, siblings: Iterable[Seen]) -> tuple[Seen, int] | None:
    """Of files that nobody knows, the newest that holds what the tail's file held before it was cut, and its length.

    A copy that is shorter than what was read was made before the last lines came: only its head can be compared.
    """
    if tail.head_size == 0:
        return None
    for seen in sorted(siblings, key=lambda s: -s.modified):
        try:
            with opened(seen.path) as handle:
                length = handle.length()
                shorter = 0 < length < tail.offset and digest(handle.read(tail.head_size, 0)) == tail.head
                if shorter or agrees(handle, tail.checkpoint(0)):
                    return seen, length
        except OSError:
            continue
    return None


def read_up_to(seen: Seen, size: int, identify: File) -> Checkpoint | None:
    """The checkpoint of a copy whose first `size` bytes were read elsewhere."""
    try:
        with opened(seen.path) as handle:
            head = head_of(handle, final=True) or b""
            last = handle.read(min(CHUNK, size), max(0, size - CHUNK))
            offset = size - len(last) + (last.rfind(b"\n") + 1 or len(last))
            before = handle.read(min(TAIL, offset), max(0, offset - TAIL))
    except OSError:
        return None
    return Checkpoint(identify, offset, *seen.key, digest(head), len(head), digest(before), 0)


_NUMBER = re.compile(r"\.(\d{1,4})(?:\.\w{1,4})?\Z")
_DATE = re.compile(r"(?:19|20)\d{2}-?\d{2}-?\d{2}[\dT_:.-]*")


def later(path: str, than: str) -> bool:
    """Whether, by its name, a rotated file is younger than another: a smaller number, or a later date."""
    numbers = [match and int(match[1]) for match in (_NUMBER.search(path), _NUMBER.search(than))]
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] < numbers[1]
    dates = [match and re.sub(r"\D", "", match[0]) for match in (_DATE.search(path), _DATE.search(than))]
    return bool(dates[0] and dates[1] and dates[0] > dates[1])
