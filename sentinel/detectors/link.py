"""Links the two records of one request: the gateway's, which knows the key and the texts, and the web server's, which knows
the address and the true status. They share an id that one of the two draws and hands to the other.

A gateway often does not know who was refused (LiteLLM logs no address with a 401), and a web server never knows whose key it
was. Whichever record comes second gets what only the first one knew. An id is used once: a client that learns the id of
its own request and sends it again links to nothing. A request that the gateway refused has no id to share: `_refused.py`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from sentinel.detectors._base import Detector, Memory, Pseudonym
from sentinel.detectors._refused import Refusal, Refusals, refusal
from sentinel.records.event import Event
from sentinel.records.finding import Finding

# The join keys, in the order in which they are tried.
_IDS = ("sentinel.call.id", "http.request.id")
# The two records are written within moments of each other; access logs may be buffered.
_MOST = 20_000
_LONGEST = 128


class _Half(NamedTuple):
    id: str
    category: str
    address: str | None
    key: str | None
    ids: tuple[tuple[str, str], ...]
    refused: Refusal | None


class Link(Detector):
    """Remembers the last records that carry a join key. Nothing is written for it: after a restart they are recalled."""

    name = "link"
    fields: ClassVar = {"sentinel.linked.event": "id of the other record of the same request: the gateway's or the web server's"}
    needs: ClassVar = (frozenset({"sentinel.call.id"}), frozenset({"http.request.id"}))
    recalls: ClassVar = _MOST

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        super().__init__(pseudonym)
        self._halves: OrderedDict[tuple[str, str], _Half] = OrderedDict()
        self._refusals: Refusals[_Half] = Refusals()

    def recall(self, events: Iterable[Event]) -> None:
        for event in events:
            self._meet(event)

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        other = self._meet(event)
        if other is not None:
            event.fields["sentinel.linked.event"] = other.id
            if event.category == "llm" and other.address:
                event.fields.setdefault("source.ip", other.address)
            elif event.category == "webserver" and other.key:
                event.fields.setdefault("sentinel.key.hash", other.key)
        return []

    def _meet(self, event: Event) -> _Half | None:
        """The other half, if it was seen; the event is remembered otherwise."""
        ids = [(name, value) for name in _IDS
               if (value := event.fields.get(name)).__class__ is str and len(value) <= _LONGEST]
        for key in ids:
            other = self._halves.get(key)
            if other is not None and other.category != event.category:
                return self._used(other)
        refused = refusal(event)
        other = self._refusals.other(refused) if refused is not None else None
        if other is not None:
            # When it was is enough to say who was refused, and not whose key it is.
            return self._used(other)._replace(key=None)
        half = _Half(event.id, event.category, event.fields.get("source.ip"), _proven(event), tuple(ids), refused)
        if refused is not None:
            self._refusals.add(refused, half)
        for key in ids:
            # The first that comes is kept: a later one may be a client that repeats an id.
            self._halves.setdefault(key, half)
        while len(self._halves) > _MOST:
            self._halves.popitem(last=False)
        return None

    def _used(self, half: _Half) -> _Half:
        """A half that is linked now, and with nothing else any more."""
        for known in half.ids:
            if self._halves.get(known) is half:
                del self._halves[known]
        if half.refused is not None:
            self._refusals.remove(half.refused, half)
        return half


def _proven(event: Event) -> str | None:
    """The key, unless it was refused: then it is only what the client claims."""
    refused = event.fields.get("event.outcome") == "failure" and event.fields.get("http.response.status_code") in (None, 401, 403)
    return None if refused else event.fields.get("sentinel.key.hash")
