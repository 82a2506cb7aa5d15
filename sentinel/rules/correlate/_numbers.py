"""What value_sum, value_avg, value_percentile and value_median share: a window of numbers, and arithmetic without drift.

A number is one, or a string that is one as JSON writes it; anything else, and an event without any, is not counted. A
list brings each of its members. Numbers are taken as the decimals that they are written as: 0.1 and 0.2 are 0.3.
"""

from __future__ import annotations

from abc import abstractmethod
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Context, Decimal
from itertools import islice
from typing import Any

from sentinel.rules.correlate._window import ONCE, Correlator, Count, Fields, Input, Window, unmet
from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section
from sentinel.rules.value import numeric

# A group's window holds that many numbers; beyond, the oldest go and are counted as dropped.
MOST = 10_000
_MOST_PER_EVENT = 1_000
# Between the largest and the smallest double lie 650 digits: nothing that is added here is ever rounded.
EXACT = Context(prec=1_000)


class Numbers(Correlator):
    """Per group: [newest time, times as packed 64-bit integers, the numbers, a summary of them kept up with each change]."""

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._bounds = Bounds(tuple((op, exact(bound)) for op, bound in (rule.bounds or ONCE).pairs))
        self._field = {id_: rule.aliases.get(name, {}).get(id_, name) for id_ in rule.rules for name in rule.fields}

    @abstractmethod
    def change(self, summary: Any, come: Sequence[Count], gone: Sequence[Count]) -> Any:
        """The summary after these have come and those have gone; None is that of no numbers."""

    @abstractmethod
    def measure(self, summary: Any, count: int) -> Decimal:
        """What the condition is asked about. Args: count: of the numbers summed up, at least one."""

    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        come = next((some for base, fields in inputs if (some := self._numbers(base, fields))), [])
        state = self.section.get(key) if come else None
        begin, newest = self.window(state[0] if state else at, at)
        if not come or at < begin:
            return None
        times, numbers, summary = (array("q", state[1]), state[2], state[3]) if state else (array("q"), [], None)
        place = bisect_right(times, at)
        times[place:place] = array("q", [at] * len(come))
        numbers[place:place] = come
        old, excess = bisect_left(times, begin), len(times) - MOST
        self.dropped += max(0, excess - old)
        gone = max(0, old, excess)
        summary = self.change(summary, come, numbers[:gone])
        del times[:gone], numbers[:gone]
        measured = self.measure(summary, len(numbers))
        fires = self._bounds.hold(measured)
        self.section.put(key, [newest, b"", [], None] if fires else [newest, times.tobytes(), numbers, summary], newest)
        return plain(measured) if fires else None

    def _numbers(self, base: str, fields: Fields) -> list[Count]:
        value = fields.get(self._field[base])
        members = islice(value, _MOST_PER_EVENT) if isinstance(value, list) else (value,)
        return [number for one in members if (number := kept(one)) is not None]

    def told(self, state: Any) -> Window:
        begin, newest = self.window(state[0], state[0])
        times = array("q", state[1])
        old = bisect_left(times, begin)
        times, numbers = times[old:], state[2][old:]
        summary = self.change(None, numbers, ())
        measured = plain(self.measure(summary, len(numbers))) if numbers else 0
        missing = unmet(self._bounds, measured) if numbers else "no number"
        return Window(begin, newest, measured, tuple(zip(times, map(str, numbers), strict=True)), missing)


def kept(value: Any) -> Count | None:
    """A value as the number that is remembered; None when it is none. Beyond 64 bits it is a double's."""
    number = numeric(value)
    if number is None:
        return None
    if number.__class__ is int and -2**63 <= number < 2**63:
        return number
    try:
        number = float(number)
    except OverflowError:
        return None
    return number if abs(number) < float("inf") else None


def exact(number: Count | Decimal) -> Decimal:
    """The decimal that a number is written as."""
    return Decimal(repr(number)) if number.__class__ is float else Decimal(number)


def plain(number: Decimal) -> Count:
    """For people, and for what has no decimals."""
    return int(number) if number == number.to_integral_value() and abs(number) < 2**63 else float(number)
