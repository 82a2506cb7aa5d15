"""Pairs the two records of a refused request. In: events. Out: the one other record that can be meant, when no second one can.

They share no id: a gateway looks at the key before anything else, and what it logs of a request it turns away at the door has
neither the address nor the request's id (LiteLLM, on a 401 and on a body that is no JSON). They share when it was: the
gateway's call lies between the begin and the end of the web server's request, both tell the same status, and where both know
the key it is one. Two requests that would fit are none.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

from sentinel.clock import SECOND
from sentinel.records.event import Event

Half = TypeVar("Half")

# A refusal takes milliseconds; what takes longer is none, and would fit too many.
_LONGEST = SECOND
# Web servers tell times in whole milliseconds, begin and end.
_ROUNDED = 2_000_000
# More refusals than this in one second: which is whose, their times do not tell any more.
_MOST_A_SECOND = 64
_MOST_SECONDS = 1024


class Refusal(NamedTuple):
    """A request that was turned away. begun, ended: ns. key: hash of the key it showed, if it is known."""

    category: str
    status: int
    key: str | None
    begun: int
    ended: int


def refusal(event: Event) -> Refusal | None:
    """What a record says of a refused request; None when it is none, or says who sent it or which id it had."""
    fields = event.fields
    status, took = fields.get("http.response.status_code"), fields.get("event.duration")
    if status.__class__ is not int or status < 400 or took.__class__ is not int or took > _LONGEST:
        return None
    begun = ended = event.at
    if event.category == "webserver":
        # One that draws ids would have been answered with the call's by a gateway that took it in. Its time is the end's.
        if "http.request.id" not in fields or "sentinel.call.id" in fields:
            return None
        begun -= took
    elif event.category != "llm" or "http.request.id" in fields or "source.ip" in fields:
        return None
    return Refusal(event.category, status, fields.get("sentinel.key.hash"), begun, ended)


class Refusals(Generic[Half]):
    """The last refusals whose other half has not been seen."""

    def __init__(self) -> None:
        # Category, status and the second of the end -> those of that second.
        self._seconds: OrderedDict[tuple[str, int, int], list[tuple[Refusal, Half]]] = OrderedDict()

    def add(self, refused: Refusal, half: Half) -> None:
        """Remember one."""
        known = self._seconds.setdefault((refused.category, refused.status, refused.ended // SECOND), [])
        if len(known) <= _MOST_A_SECOND:
            known.append((refused, half))
        while len(self._seconds) > _MOST_SECONDS:
            self._seconds.popitem(last=False)

    def remove(self, refused: Refusal, half: Half) -> None:
        """Forget one whose other half was found."""
        place = (refused.category, refused.status, refused.ended // SECOND)
        self._seconds[place] = [one for one in self._seconds.get(place, ()) if one[1] is not half]

    def other(self, refused: Refusal) -> Half | None:
        """The other half of a request, if there is exactly one."""
        category, reach = ("llm", 0) if refused.category == "webserver" else ("webserver", _LONGEST)
        fitting: list[tuple[Refusal, Half]] = []
        for second in range((refused.begun - _ROUNDED) // SECOND, (refused.ended + reach + _ROUNDED) // SECOND + 1):
            known = self._seconds.get((category, refused.status, second), ())
            if len(known) > _MOST_A_SECOND:
                return None
            fitting += [one for one in known if _fit(refused, one[0])]
        same = [one for one in fitting if refused.key is not None and one[0].key == refused.key]
        found = same or fitting
        return found[0][1] if len(found) == 1 else None


def _fit(one: Refusal, other: Refusal) -> bool:
    if one.key is not None and other.key is not None and one.key != other.key:
        return False
    return one.begun - _ROUNDED <= other.ended and other.begun <= one.ended + _ROUNDED
