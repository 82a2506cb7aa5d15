"""When the silence of a source is worth a word: after the span that the config names, or after one learnt from its week.

In: when lines came. Out: since when there should have been some. What is learnt lives in the journal, so that a restart
neither forgets what is usual nor takes its own absence for silence.
"""

from __future__ import annotations

from msgspec import Struct

from sentinel.clock import SECOND, iso
from sentinel.config.span import in_words, span

_DAY = 86_400 * SECOND
# Twice the longest pause of a week: a night and a weekend are pauses like any other once they have been seen.
_DAYS, _TIMES, _LEAST = 8, 2, 900 * SECOND


class Habits(Struct):
    """What is known of one source, kept in the journal.

    Attributes:
        known_at: when it was first in the config. heard_at: when its last line came; 0: never.
        pauses: the longest pause between two lines by the day (since 1970) on which it ended, nanoseconds.
    """

    known_at: int
    heard_at: int = 0
    first_at: int = 0
    pauses: dict[int, int] = {}


class Silence:
    """Watches one source.

    Args:
        after: as the config has it: a span, "learn" or "never".
        habits: of earlier runs; changed in place. started_at: of this process, nanoseconds.
    """

    def __init__(self, after: str, habits: Habits, started_at: int) -> None:
        self.habits = habits
        self._fixed = 0 if after in ("learn", "never") else span(after)
        self._learns, self._started_at = after == "learn", started_at

    def heard(self, now: int) -> None:
        """Lines came."""
        habits = self.habits
        # A pause during which nobody listened says nothing of the source.
        if habits.heard_at > self._started_at:
            day, pause = now // _DAY, now - habits.heard_at
            if pause > habits.pauses.get(day, 0):
                habits.pauses = {d: p for d, p in habits.pauses.items() if d > day - _DAYS} | {day: pause}
        habits.first_at, habits.heard_at = habits.first_at or now, now

    def allowed(self, now: int) -> int:
        """How long it may be silent, nanoseconds; 0: for ever."""
        if self._fixed or not self._learns or not self.habits.first_at:
            return self._fixed
        # A day is the least that shows a night.
        if now - self.habits.first_at < _DAY:
            return 0
        return max(_LEAST, _TIMES * max(self.habits.pauses.values(), default=0))

    def said(self, now: int) -> str:
        """What is wrong, or empty. To be asked only when everything that there is has been read."""
        allowed, habits = self.allowed(now), self.habits
        # Without a word so far, it has its time from the first start on: a path may be wrong.
        if not allowed or now - max(habits.heard_at or habits.known_at, 0) <= allowed:
            return ""
        why = "silent_after" if self._fixed else "twice its longest pause of the last week"
        last = f"no line since {iso(habits.heard_at - habits.heard_at % SECOND)}" if habits.heard_at else "it has never had a line"
        return f"{last}, and {in_words(allowed)} is what it may be silent ({why}); see whether its program runs and still logs there"
