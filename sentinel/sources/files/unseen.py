"""Files that came and were rotated away between two looks, so that no pattern ever led to them.

In: what has moved. Out: files out of the patterns that belong to the source: written since the last look, by their name siblings
of one that moved, or of one that a pattern would name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sentinel.clock import SECOND, Clock
from sentinel.sources.files.discover import Globs, Seen, alike
from sentinel.sources.files.kin import holds
from sentinel.sources.files.known import Known
from sentinel.sources.files.names import later, rotated
from sentinel.sources.files.tail import Tail

# A listing may miss a file that is renamed meanwhile. So what has moved is looked after for so long, and written so long before the
# last look is young enough to have been missed then.
UNSURE_SECONDS, _OVERLAP = 3.0, 10 * SECOND
# What the clocks of file systems are coarse by: a tick of the kernel's, or whole seconds.
_TICK, _COARSE = 20_000_000, 2 * SECOND

_What = TypeVar("_What", Tail, str)


class Unseen:
    """Looks after what has moved in one source."""

    def __init__(self, known: Known, globs: Globs, clock: Clock) -> None:
        self._known, self._globs, self._clock = known, globs, clock
        # Since when (nanoseconds) a file may have been missed, and until when it is looked for (monotonic seconds).
        self._left: dict[Tail, tuple[int, float]] = {}
        self._series: dict[str, tuple[int, float]] = {}
        self._since = 0

    def look(self, last: int, now: int) -> None:
        """A look begins. `last`: when the one before did; nanoseconds."""
        # Never further back than the very first: what was rotated away before is history.
        self._since = max(last - _OVERLAP, self._known.first_look or now)

    def left(self, tail: Tail) -> None:
        """The tail's file was renamed, cut or lost: others may have had its name since."""
        self._stir(self._left, tail)

    def moved_on(self, path: str) -> None:
        """A link no longer leads to this file, or its folder was renamed: others may have been next."""
        self._stir(self._series, path)

    def _stir(self, where: dict[_What, tuple[int, float]], what: _What) -> None:
        since = min(self._since, where.get(what, (self._since, 0.0))[0])
        where[what] = (since, self._clock.monotonic() + UNSURE_SECONDS)

    def found(self, siblings: Callable[[str], Iterable[Seen]]) -> list[Seen]:
        """Those that nobody follows. `siblings`: of a path."""
        found = [seen for seen in self._all(siblings) if not self._followed(seen)]
        now = self._clock.monotonic()
        self._left = {tail: stirred for tail, stirred in self._left.items() if stirred[1] > now}
        self._series = {path: stirred for path, stirred in self._series.items() if stirred[1] > now}
        return found

    def _all(self, siblings: Callable[[str], Iterable[Seen]]) -> Iterator[Seen]:
        for path, (since, _) in self._series.items():
            yield from (seen for seen in alike(path) if _written(seen, since))
        for tail, (since, _) in self._left.items():
            path = tail.file.path
            yield from (seen for seen in siblings(path) if rotated(seen.path) and (
                _written(seen, since) or (self._known.first_look and later(seen.path, path))))
        yield from (seen for seen in self._globs.rotated(self._since - _COARSE)
                    if _written(seen, self._since) and not self._known.relatives(seen.path))

    def _followed(self, seen: Seen) -> bool:
        tail = self._known.live.get(seen.key)
        if tail is None:
            return False
        # It may be the lost file itself, which a listing had missed; the next look finds it.
        if not tail.lost or tail.handle is not None or holds(tail, seen) is not False:
            return True
        self._known.forget(tail)  # Its number belongs to this file now.
        return False


def _written(seen: Seen, since: int) -> bool:
    return seen.modified + (_TICK if seen.modified % SECOND else _COARSE) >= since
