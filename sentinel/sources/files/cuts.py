"""A file that was cut, or written anew in place: what was cut away unread is read from the copy, if there is one.

In: the tail of the file, and the files of its family. Out: the tail goes on in the copy or in the next generation, and a gap
says what nobody can read any more. A copy and cut can always lose lines, those written between the two; no reader can see
them, so each leaves at least a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sentinel.sources.files.discover import Seen
from sentinel.sources.files.handle import Handle, opened
from sentinel.sources.files.kin import Copy, find_copy, read_up_to
from sentinel.sources.files.known import COPIED, Known
from sentinel.sources.files.names import rotated
from sentinel.sources.files.tail import Tail


def cut(known: Known, tail: Tail, siblings: Iterable[Seen], elsewhere: Iterable[Seen]) -> None:
    """The file was cut.

    Args:
        siblings: the files of its family. elsewhere: the same in folders around, asked only when need be.
    """
    copy = _copy(known, tail, siblings) or _copy(known, tail, elsewhere)
    if copy is not None:
        known.copied.add(tail.family)
    if copy is not None and copy.whole:
        tail.take_detour(copy.seen, copy.handle)
        return
    if copy is not None:
        _know(known, tail, copy.seen, copy.handle, copy.handle.length())
        copy.handle.close()
    _say(known, tail, tail.sure - tail.offset, copied=copy is not None)
    _begin_again(known, tail)


def _copy(known: Known, tail: Tail, places: Iterable[Seen]) -> Copy | None:
    return find_copy(tail, [seen for seen in places if rotated(seen.path) and seen.key not in known.live])


def end_detour(known: Known, tail: Tail) -> None:
    """The copy is read to its end: go on with the file that was cut."""
    if tail.detour is not None and tail.handle is not None:
        # A last line without end is no loss: the copy is followed from there, until it is clear that nobody finishes it.
        missing = tail.sure - tail.handle.length()
        _know(known, tail, tail.detour, tail.handle, tail.offset)
        _say(known, tail, missing, copied=True)
    _begin_again(known, tail)


def _begin_again(known: Known, tail: Tail) -> None:
    tail.begin_again()
    known.touch(tail)


def _say(known: Known, tail: Tail, missing: int, *, copied: bool) -> None:
    if missing > 0 and copied:
        known.gap(tail, missing, "the file was cut, and its copy does not hold its last bytes; rotate with `create` "
                                 "instead of `copytruncate`")
    elif missing > 0:
        known.gap(tail, missing, "the file was cut before it was read to its end")
    elif copied:
        known.gap(tail, 0, COPIED, doubt=True)
    elif tail.size < 0:
        known.gap(tail, 0, f"the file was cut or written anew while nobody was reading, and no copy of it is there; {tail.offset} "
                           "bytes of it were read, what followed is not known")
    else:
        known.gap(tail, 0, "the file was cut; all that was seen of it is read, what was written in the moment before, if "
                           "anything, is not known", doubt=True)


def know(known: Known, tail: Tail, copy: Seen) -> None:
    """Write down that a copy of the tail's file is read, as far as it goes."""
    try:
        with opened(copy) as handle:
            _know(known, tail, copy, handle, handle.length())
    except OSError:
        pass


def _know(known: Known, tail: Tail, seen: Seen, handle: Handle, size: int) -> None:
    """Write down that so much of the copy is read, so that it is not taken for a new file."""
    try:
        known.follow_read(read_up_to(handle, size, replace(known.copy(tail), path=seen.path)))
    except OSError:
        pass  # It can no longer be read, by anybody: neither again.
