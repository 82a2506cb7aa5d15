"""How large a quantity usually is, in 44 bytes: a histogram of its logarithm, and from it a robust z score.

In: values, each as log2(1 + value). Out: by how many usual spreads a value lies above the median.

The histogram is DDSketch's (Masson, Rim, Lee 2019) with gamma = sqrt(2): half an octave a bucket, so a quantile is off by at most
19 %. Buckets are bytes; when one is full all are halved, so that what is old weighs ever less. The score is the robust z of
Iglewicz and Hoaglin (1993), (x - median) / spread, on the logarithm. Its spread is one-sided, because sizes of requests are skewed:

    spread = max(q84 - q50, (q95 - q50) / 1.645, (q99 - q50) / 5, 0.5)

The first two are one standard deviation of a normal distribution; the third keeps what happens once in a hundred times below 6;
the last makes 6 mean at least eight times the usual. What is learnt is winsorized at two spreads (Huber 1964): by q84 and q95 a new
level is followed, but only by 1.2 spreads for every twentieth of all that is remembered, and by one outlier not at all.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from msgspec import Struct

ENOUGH = 60
_BUCKETS, _PER_OCTAVE, _FULL = 44, 2, 255
_EMPTY = bytes(_BUCKETS)
_HALVED = bytes(count >> 1 for count in range(256))
_BYTES = [bytes((count,)) for count in range(256)]
_CLIP, _LEAST_SPREAD, _REFRESH = 2.0, 0.5, 8


class Levels(Struct, array_like=True, gc=False):
    """What is usual of one quantity.

    Attributes:
        counts: per half octave, how often; at most 255. learnt: how many values. centre, spread: octaves.
    """

    counts: bytes = _EMPTY
    learnt: int = 0
    centre: float = 0.0
    spread: float = _LEAST_SPREAD

    def score(self, size: float, enough: int = ENOUGH) -> float:
        """Spreads by which `size`, log2(1 + value), lies above the median; 0 before `enough` values are known."""
        return (size - self.centre) / self.spread if self.learnt >= enough else 0.0

    def learn(self, size: float, enough: int = ENOUGH) -> None:
        """Remember one value, clipped once `enough` are known."""
        if self.learnt >= enough:
            size = min(size, self.centre + _CLIP * self.spread)
        bucket = min(int(size * _PER_OCTAVE), _BUCKETS - 1)
        if self.counts[bucket] == _FULL:
            self.counts = self.counts.translate(_HALVED)
        counts = self.counts
        self.counts = counts[:bucket] + _BYTES[counts[bucket] + 1] + counts[bucket + 1:]
        self.learnt += 1
        if self.learnt % _REFRESH == 0 or self.learnt == enough:
            self._refresh()

    def _refresh(self) -> None:
        sums = list(accumulate(self.counts))
        middle = self.centre = _quantile(sums, 0.5)
        self.spread = max(_quantile(sums, 0.84) - middle, (_quantile(sums, 0.95) - middle) / 1.645,
                          (_quantile(sums, 0.99) - middle) / 5, _LEAST_SPREAD)


def _quantile(sums: list[int], share: float) -> float:
    """The value below which `share` of all lie, spread evenly within its bucket. sums: running totals by bucket."""
    rank = share * sums[-1]
    bucket = bisect_left(sums, rank)
    before = sums[bucket - 1] if bucket else 0
    return (bucket + (rank - before) / (sums[bucket] - before)) / _PER_OCTAVE
