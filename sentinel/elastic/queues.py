"""What is not shipped yet, in the two shapes the journal has for it.

In: the journal. Out: documents, in order; and, once the server has answered for them, the journal remembers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Protocol

from msgspec import Struct

from sentinel.clock import Clock
from sentinel.elastic import documents
from sentinel.elastic.bulk import Verdict
from sentinel.elastic.documents import Calendar, Document, day_of
from sentinel.journal import alerts, counts, deadletters, events, incidents, outbox
from sentinel.journal.database import Connection, Journal
from sentinel.records.deadletter import DeadLetter
from sentinel.text import printable

_BATCH_BYTES = 5 * 1024 * 1024
_PREVIEW = 300


class Batch(Struct):
    """Attributes: full: the queue held more than these."""

    documents: list[Document]
    full: bool


class Queue(Protocol):
    def take(self, most: int) -> Batch:
        """The oldest that wait, at most `most` and 5 MB; again the same until they are settled."""
        ...

    def settle(self, batch: Sequence[Document], verdicts: Sequence[Verdict]) -> None:
        """Remember what was taken or refused for good; what is worth another try stays. Raises: JournalError."""
        ...

    def depth(self) -> int: ...


def _bounded(rows: Iterable[tuple[int, int, Document]]) -> Iterator[tuple[int, int, Document]]:
    """As many as make 5 MB, and at least one."""
    size = 0
    for row in rows:
        yield row
        size += len(row[2].body)
        if size >= _BATCH_BYTES:
            return


def _bury(db: Connection, done: Iterable[tuple[Document, Verdict]], now: int) -> None:
    letters = [
        DeadLetter(0, "document", document.index, document.id, verdict.reason,
                   printable(document.body[:4 * _PREVIEW].decode("utf-8", "replace"), _PREVIEW), len(document.body), now)
        for document, verdict in done if verdict.kind == "refused"]
    if letters:
        deadletters.put(db, letters)
        counts.add(db, {"deadletters:elastic": len(letters)})


class Growing:
    """Events or alerts: rows are only added, so a position says it all."""

    def __init__(self, kind: str, journal: Journal, clock: Clock, prefix: str, host: str) -> None:
        self._kind, self._journal, self._clock = kind, journal, clock
        self._prefix, self._host = prefix, host
        self._position, self._day = f"elastic:{kind}", f"elastic:{kind}:day"
        self._seqs: list[int] = []

    def take(self, most: int) -> Batch:
        pinned = outbox.position(self._journal, self._day)
        calendar = Calendar(self._prefix, pinned or day_of(self._clock.now()))
        rows = list(_bounded(self._rows(calendar, most)))
        self._seqs = [seq for seq, _, _ in rows]
        if not pinned and not all(calendar.sure(at) for _, at, _ in rows):
            # Whether a time is too far off depends on today. Should we die before the answer is written down, the same
            # documents must go to the same index tomorrow, or they would be there twice.
            with self._journal.write() as db:
                outbox.advance(db, self._day, calendar.today)
        return Batch([document for _, _, document in rows], self.depth() > len(rows))

    def _rows(self, calendar: Calendar, most: int) -> Iterable[tuple[int, int, Document]]:
        after = outbox.position(self._journal, self._position)
        if self._kind == "events":
            for seq, event in events.listed(self._journal, after=after, limit=most):
                yield seq, event.at, documents.of_event(event, calendar, self._host)
        else:
            for seq, incident, alert in alerts.listed(self._journal, after=after, limit=most):
                yield seq, alert.at, documents.of_alert(alert, incident, calendar, self._host)

    def settle(self, batch: Sequence[Document], verdicts: Sequence[Verdict]) -> None:
        """Only up to the first that is worth another try: what lies behind it goes out once more and is there already."""
        done = len(list(takewhile(lambda verdict: verdict.kind != "again", verdicts)))
        if not done:
            return
        with self._journal.write() as db:
            outbox.advance(db, self._position, self._seqs[done - 1])
            if done == len(batch):
                outbox.advance(db, self._day, 0)
            _bury(db, zip(batch, verdicts[:done], strict=False), self._clock.now())

    def depth(self) -> int:
        last = events.last_seq if self._kind == "events" else alerts.last_seq
        return last(self._journal) - outbox.position(self._journal, self._position)


class Changing:
    """Incidents: a row for each that has changed since it was last shipped."""

    def __init__(self, journal: Journal, clock: Clock, prefix: str, host: str) -> None:
        self._journal, self._clock, self._prefix, self._host = journal, clock, prefix, host

    def take(self, most: int) -> Batch:
        rows = outbox.waiting(self._journal, "incidents", most)
        found = {key: incidents.get(self._journal.read(), key) for key, _ in rows}
        gone = [(key, version) for key, version in rows if found[key] is None]
        if gone:  # retention has dropped them
            with self._journal.write() as db:
                outbox.shipped(db, "incidents", gone)
        shaped = [documents.of_incident(one, self._prefix, self._host) for one in found.values() if one is not None]
        return Batch(shaped, len(rows) == most)

    def settle(self, batch: Sequence[Document], verdicts: Sequence[Verdict]) -> None:
        done = [(document, verdict) for document, verdict in zip(batch, verdicts, strict=True) if verdict.kind != "again"]
        if not done:
            return
        with self._journal.write() as db:
            outbox.shipped(db, "incidents", [(document.id, document.version or 0) for document, _ in done])
            _bury(db, done, self._clock.now())

    def depth(self) -> int:
        return outbox.depth(self._journal, "incidents")
