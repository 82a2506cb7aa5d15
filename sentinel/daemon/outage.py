"""The journal cannot be written: the disk is full, another program holds it. Nothing can be remembered then, so what is said
is said at once and from memory: in the log, the metrics, beside the journal, and once to people.

In: once a second, why it cannot be written. Out: when it can again, how long it lasted, for an incident that tells the rest.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from msgspec import Struct

from sentinel.clock import SECOND, Clock
from sentinel.config.span import in_words
from sentinel.telemetry import Metrics

log = logging.getLogger("sentinel")

# A backup may hold the journal for a moment.
_WORTH_A_WORD = 5 * SECOND


class Past(Struct, frozen=True):
    """An outage that is over. began_at: wall time, nanoseconds."""

    began_at: int
    text: str


class Outage:
    """Used by one thread.

    Args:
        note: leaves a word for other processes. tell: tells people; runs in a thread of its own, and gives up when the
            function it is given says that the outage is over.
    """

    def __init__(self, clock: Clock, metrics: Metrics, note: Callable[[str, int], None],
                 tell: Callable[[Past, Callable[[], bool]], object]) -> None:
        self._clock, self._metrics, self._note, self._tell = clock, metrics, note, tell
        self._now: Past | None = None
        self._told = threading.Event()

    def look(self, problem: str) -> Past | None:
        """Note how it is. Args: problem: why the journal cannot be written, or empty.

        Returns: the outage that is over, if people were told of it.
        """
        now = self._clock.now()
        if not problem:
            return self._over(now)
        if self._now is None:
            self._now = Past(now, problem)
            self._metrics.unwritable.set(1)
        self._note(problem, now)
        if not self._told.is_set() and now - self._now.began_at >= _WORTH_A_WORD:
            self._told = threading.Event()
            self._told.set()
            log.error("the journal has not been writable for %s: %s; reading pauses, nothing is lost",
                      in_words(now - self._now.began_at), problem)
            self._begin(self._now, self._told)
        return None

    def _begin(self, outage: Past, told: threading.Event) -> None:
        threading.Thread(target=self._tell, args=(outage, lambda: not told.is_set()), name="outage", daemon=True).start()

    def _over(self, now: int) -> Past | None:
        past, self._now = self._now, None
        if past is None:
            return None
        self._metrics.unwritable.set(0)
        self._note("", now)
        if not self._told.is_set():
            return None
        self._told.clear()
        return past
