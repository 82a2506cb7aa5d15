"""Whether a source's times are off by whole or half hours: they carry no zone, and the config names the wrong one.

In: the time of the newest record of each batch, and this host's clock when it was read. Out: by how much they differ, when
they do so steadily. What is merely old (a backlog) differs by another amount with every batch.
"""

from __future__ import annotations

from sentinel.clock import SECOND

_STEP, _NEAR, _FARTHEST = 1800 * SECOND, 120 * SECOND, 28
_ENOUGH, _STEADY = 20, 10 * SECOND


class Skew:
    """Watches one source.

    Attributes:
        off: by so many nanoseconds its times are ahead of the clock (negative: behind). sure: enough was seen to say so.
    """

    def __init__(self) -> None:
        self.off = 0
        self.sure = False
        self._steps = 0
        self._since = self._records = 0

    def saw(self, newest_at: int, records: int, now: int) -> None:
        """A batch of so many records, the last of them of time `newest_at`."""
        steps = round((newest_at - now) / _STEP)
        near = abs(newest_at - now - steps * _STEP) <= _NEAR and abs(steps) <= _FARTHEST
        steps = steps if near else 0
        if steps != self._steps:
            self._steps, self._since, self._records = steps, now, 0
        self._records += records
        # No record is of the future, so a few are proof enough. The past takes a while: a backlog that is being read, or a
        # file that was copied here, may be an hour old by chance, but does not stay so.
        if self._records >= _ENOUGH and (steps > 0 or now - self._since >= _STEADY):
            self.off, self.sure = steps * _STEP, True

    def said(self, zone: str) -> str:
        """What is wrong, or empty. Args: zone: the one to set, as `zone.wanted` has it."""
        if not self.off:
            return ""
        way = "ahead of" if self.off > 0 else "behind"
        return (f"its times are {abs(self.off) / (3600 * SECOND):g} h {way} this host's clock: if they carry no zone, set "
                f"`timezone: {zone}` for the source; if they do, one of the clocks is wrong")
