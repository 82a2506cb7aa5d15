"""Which share of requests fails. In: slots of ten minutes and outcomes. Out: how unusual the share of the slot is, so far.

    score = (failed / all - p) / sqrt(v + max(p, 0.02) (1 - p) / all)

p is an exponentially weighted mean (Roberts 1959) of the shares of past slots, v the same of their squared distances to it, each
distance clipped at two standard deviations (Huber 1964): one slot of failures moves p by no more than 2/32 of one.
"""

from __future__ import annotations

from math import sqrt

from msgspec import Struct

_ENOUGH, _FEWEST_FAILED, _FEWEST_IN_SLOT = 24, 10, 5
_MEMORY, _CLIP, _LEAST = 32, 2.0, 0.02


class Errors(Struct, array_like=True, gc=False):
    """The failures of one principal, or of all.

    Attributes:
        slot: the one that is counted. requests, failed: in it. slots: how many are known. share, variance: of those.
    """

    slot: int = 0
    requests: int = 0
    failed: int = 0
    slots: int = 0
    share: float = 0.0
    variance: float = 0.0

    def look(self, slot: int, failed: bool) -> float:
        """Count a request of `slot`; the score of the slot so far, when this one failed."""
        if slot != self.slot:
            self.slot = slot
            # Of few requests no share can be told: the next slot's join them.
            if self.requests >= _FEWEST_IN_SLOT:
                self._close()
        self.requests += 1
        if not failed:
            return 0.0
        self.failed += 1
        if self.failed < _FEWEST_FAILED or self.slots < _ENOUGH:
            return 0.0
        return (self.failed / self.requests - self.share) / self._deviation()

    def _deviation(self) -> float:
        return sqrt(self.variance + max(self.share, _LEAST) * (1 - self.share) / max(self.requests, 1))

    def _close(self) -> None:
        off = self.failed / self.requests - self.share
        if self.slots >= _ENOUGH:
            most = _CLIP * self._deviation()
            off = min(max(off, -most), most)
        self.slots = min(self.slots + 1, _MEMORY)
        self.share += off / self.slots
        self.variance += (off * off - self.variance) / self.slots
        self.requests, self.failed = 0, 0
