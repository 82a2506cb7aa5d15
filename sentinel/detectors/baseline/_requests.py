"""How many requests come in ten minutes, as usual for all hours and for this hour of the week.

In: event times, roughly in order. Out: the count so far of the ten minutes an event lies in, and its score.

A score is the lesser of two: against all ten minutes in which there were requests (`Levels`), and against this hour of the week and the
hours beside it. So a job that runs each Sunday night is usual on Sunday night. The level of an hour of the week is a frugal quantile
(Ma, Muthukrishnan, Sandler 2013): up by three quarters of an octave at most, down by one quarter, with each ten minutes, which settles
where a quarter of them are busier. Whoever floods an hour raises that hour alone.

Ten minutes are over when a later time has been seen, and the ten before them stay open for stragglers. What is later than that is
counted nowhere; after sixteen such in a row it was the clock before them that ran ahead, and counting goes back to what they say.
"""

from __future__ import annotations

from math import log2

from msgspec import Struct, field

from sentinel.clock import SECOND
from sentinel.detectors.baseline._levels import Levels

SLOT = 600 * SECOND
ENOUGH = 36
_WEEK = 168
_SLOTS_IN_HOUR = 6
_FIRST = (_WEEK + 1) * _SLOTS_IN_HOUR
# 1970-01-01 was a Thursday; the week begins on Monday.
_THURSDAY = 72
FEWEST = 20
_UP, _DOWN = 3, 1
_STRAGGLERS = 16


class Requests(Struct, array_like=True, gc=False):
    """The counts of one principal, or of all.

    Attributes:
        slot: the newest ten minutes, counted from 1970. count: of them; before: of the ten minutes before.
        late: how many in a row came too late. season: per hour of the week from Monday, its level in quarter octaves, 0: never used.
        first: the first ten minutes that were counted.
    """

    slot: int = 0
    count: int = 0
    before: int = 0
    late: int = 0
    levels: Levels = field(default_factory=Levels)
    season: bytes = bytes(_WEEK)
    first: int = 0

    def take(self, at: int) -> int:
        """Count a request; how many its ten minutes have now. 0: it is too late to be counted."""
        ahead = at // SLOT - self.slot
        if ahead == 0:
            self.late = 0
            self.count += 1
            return self.count
        if ahead == -1:
            self.before += 1
            return self.before
        if ahead < 0 and self.late < _STRAGGLERS:
            self.late += 1
            return 0
        self._move(ahead)
        return 1

    def score(self, at: int, count: int) -> float:
        """How unusual `count` requests are in the ten minutes around `at`."""
        if count < FEWEST or self.levels.learnt < ENOUGH:
            return 0.0
        size = log2(1 + count)
        hour = hour_of_week(at // SLOT)
        usual = max(self.season[hour - 1], self.season[hour], self.season[(hour + 1) % _WEEK]) / 4
        return min(self.levels.score(size, ENOUGH), (size - usual) / self.levels.spread)

    def _move(self, ahead: int) -> None:
        if ahead > 0:
            self._close(self.slot - 1, self.before)
            if ahead > 1:
                self._close(self.slot, self.count)
        self.before = self.count if ahead == 1 else 0
        self.slot += ahead
        self.count, self.late = 1, 0

    def _close(self, slot: int, count: int) -> None:
        if not count:
            return
        size = log2(1 + count)
        self.first = self.first or slot
        hour, season = hour_of_week(slot), self.season
        seen, level = min(round(4 * size), 255), season[hour]
        if level == 0:
            # In the first week each hour says itself what it is; later the level of all hours stands in for one that was never used.
            young = slot < self.first + _FIRST
            level = seen if young else min(seen, max(1, round(4 * (self.levels.centre + self.levels.spread))))
        elif seen > level:
            level = min(seen, level + _UP)
        elif seen < level:
            level = max(seen, level - _DOWN, 1)
        self.season = season[:hour] + bytes((level,)) + season[hour + 1:]
        self.levels.learn(size, ENOUGH)


def hour_of_week(slot: int) -> int:
    """0 to 167 from Monday 00:00 UTC."""
    return (slot // _SLOTS_IN_HOUR + _THURSDAY) % _WEEK


def unheard_of(season: bytes, at: int) -> bool:
    """Whether nothing was ever done at this time of the week: not in this hour or the ones beside it, on no day of its kind."""
    hour = hour_of_week(at // SLOT)
    day, hour = divmod(hour, 24)
    days = range(5) if day < 5 else range(5, 7)
    return not any(season[(24 * other + hour + near) % _WEEK] for other in days for near in (-1, 0, 1))
