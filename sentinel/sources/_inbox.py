"""What came in and is not yet taken by the pipeline, in bounded memory.

In: arrivals, from whichever thread receives them. Out: the same in order, to the pipeline's thread. When it is full, whoever
receives waits or refuses; nothing is dropped here.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from msgspec import Struct

_MOST = 20_000
_MOST_BYTES = 32 * 1024 * 1024


class Arrival(Struct, gc=False):
    """One line, message, entry or body, or the news that some are gone, or both.

    Attributes:
        data: without its line end; empty: only news. size: bytes it had on its way, when more than `data`.
        at: when it was written, nanoseconds, else when it came.
        flaw, stream, whole: see `Line`.
        name: which part of the source it comes from (a unit, a listener).
        cursor: what the input knows it by, in its own words.
        lost: a sentence: what before it could not be taken, and why. lost_bytes: how much; 0: not known.
    """

    data: bytes
    at: int
    size: int = 0
    flaw: str = ""
    stream: str = ""
    whole: bool = True
    name: str = ""
    cursor: str = ""
    lost: str = ""
    lost_bytes: int = 0

    @property
    def length(self) -> int:
        """How many numbers it takes of the source's count; a line end counts as one."""
        return max(self.size, len(self.data) + 1)


class Inbox:
    """A queue with a bound on how many arrivals and bytes it holds; a single one always fits.

    Args:
        woken: set when something is there to be taken. room: called, by the taking thread, when something was taken.
    """

    def __init__(self, woken: threading.Event, room: Callable[[], None] = lambda: None) -> None:
        self._woken, self._room = woken, room
        self._held: deque[Arrival] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def offer(self, arrival: Arrival) -> bool:
        """Take it in; False when there is no room."""
        with self._changed:
            if self._full():
                return False
            self._add(arrival)
        return True

    def put(self, arrival: Arrival) -> bool:
        """Take it in, as soon as there is room; False when closed meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._full())
            if self._closed:
                return False
            self._add(arrival)
        return True

    def full(self) -> bool:
        with self._changed:
            return self._full()

    def _full(self) -> bool:
        return self._closed or len(self._held) >= _MOST or self.bytes >= _MOST_BYTES

    def _add(self, arrival: Arrival) -> None:
        self._held.append(arrival)
        self.bytes += len(arrival.data)
        if len(self._held) == 1:
            self._woken.set()

    def take(self, max_lines: int, max_bytes: int) -> list[Arrival]:
        """The oldest, at least one if there is one."""
        taken: list[Arrival] = []
        size = 0
        with self._changed:
            while self._held and len(taken) < max_lines and size < max_bytes:
                taken.append(self._held.popleft())
                size += len(taken[-1].data)
            self.bytes -= size
            self._changed.notify_all()
        if taken:
            self._room()
        return taken

    def oldest(self) -> int:
        """When the first that is held was written, nanoseconds; 0: nothing is held."""
        with self._changed:
            return self._held[0].at if self._held else 0

    def clear(self) -> None:
        with self._changed:
            self._held.clear()
            self.bytes = 0

    def close(self) -> None:
        """Take nothing more in. What is held can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
