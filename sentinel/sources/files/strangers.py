"""Files that nobody knows yet: told as soon as what they begin with says who they are.

In: files seen. Out: new tails, tails of old ones that turned up again; or they wait, and why is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sentinel.sources.files.discover import Key, Seen
from sentinel.sources.files.handle import Handle, Replaced, opened
from sentinel.sources.files.identity import agrees, head_of
from sentinel.sources.files.kin import repeats
from sentinel.sources.files.known import Known
from sentinel.sources.files.names import rotated
from sentinel.sources.files.tail import Tail


class Strangers:
    """Files of one source that could not be told in the last look (no complete first line, not readable, copies of one that is
    still read).

    Attributes:
        pending: those. problems: what could not be read, by path. growing: one of them may still be being compressed.
    """

    def __init__(self, known: Known) -> None:
        self.pending: dict[Key, Seen] = {}
        self.problems: dict[str, str] = {}
        self.growing = False
        self._known = known

    def meet(self, strangers: dict[Key, Seen], siblings: Callable[[str], Iterable[Seen]], *, final: bool) -> list[Tail]:
        """Tell whom one can tell. Those that are followed now.

        Args:
            siblings: of a path. final: nothing more will be written; unfinished first lines tell files apart too.
        """
        waiting, self.pending, self.problems, self.growing = self.pending, {}, {}, False
        for key, old in waiting.items():
            if key not in strangers and key not in self._known.live:
                # It may have been renamed since.
                strangers.update((seen.key, seen) for seen in siblings(old.path) if seen.key == key)
        begun: list[Tail] = []
        detours = {tail.detour.key for tail in self._known.live.values() if tail.detour}
        # Two rotations within one tick of the file system's clock: what has been renamed is the older.
        for seen in sorted(strangers.values(), key=lambda s: (s.modified, not rotated(s.path), s.path)):
            if seen.key not in self._known.live and seen.key not in detours:
                tail = self._meet(seen, unchanged=waiting.get(seen.key) == seen, final=final)
                if tail is not None:
                    begun.append(tail)
        return begun

    def _meet(self, seen: Seen, *, unchanged: bool, final: bool) -> Tail | None:
        tail = None
        if seen.size:
            try:
                with opened(seen) as handle:
                    # A compressed file that still grows is not judged: the original is removed only at the end.
                    if not handle.packed or unchanged or final:
                        tail = self._judge(seen, handle, final)
                    else:
                        self.growing = True
            except (FileNotFoundError, Replaced):
                pass  # The next look finds it under its new name.
            except OSError as error:
                self.problems[seen.path] = error.strerror or str(error)
        if tail is None:
            self.pending[seen.key] = seen
        return tail

    def _judge(self, seen: Seen, handle: Handle, final: bool) -> Tail | None:
        known, relatives = self._known, self._known.relatives(seen.path)
        for tail in relatives:
            if known.adoptable(tail) and tail.offset and tail.head_size and agrees(handle, tail.checkpoint(0)):
                known.adopt(tail, seen, packed=handle.packed)
                return tail
        kin = [tail for tail in relatives if not known.adoptable(tail)]
        # A copy of a file that is being read waits until the two differ, or the original is cut.
        if any(repeats(seen, handle, tail) for tail in kin):
            return None
        head = head_of(handle, final=final)
        if head is None:
            return None
        tail = known.begin(seen, head)
        tail.waits = [other for other in kin if not other.drained]
        return tail
