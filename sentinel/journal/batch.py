"""THE transaction: what a batch of lines became, and the positions behind those lines, all or nothing.

In: a `Batch` that the pipeline filled. Out: nothing; the journal holds it, or an error is raised and it holds none of it.
"""

from __future__ import annotations

from msgspec import Struct, field

from sentinel.journal import alerts, checkpoints, counts, deadletters, events, incidents, runs
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.records.alert import Alert
from sentinel.records.deadletter import DeadLetter
from sentinel.records.event import Event, Fields
from sentinel.records.incident import Entry, Incident
from sentinel.records.line import Checkpoint, Gap
from sentinel.records.run import Run, Step


class Batch(Struct):
    """What one turn of the pipeline produced, in order of reading.

    Attributes:
        events: each with the fields to store (redacted and bounded; often the event's own).
        alerts: each with the id of the incident it folded into.
        incidents: final version of each that changed.
        counts: durable counters to add to, by name (`lines:SOURCE`, `deadletters:SOURCE`, ...).
    """

    events: list[tuple[Event, Fields]] = field(default_factory=list)
    deadletters: list[DeadLetter] = field(default_factory=list)
    alerts: list[tuple[Alert, str]] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    timeline: list[Entry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def commit(journal: Journal, batch: Batch, state: State) -> None:
    """Write everything in one transaction. May be called again with the same batch after a JournalError.

    Raises: JournalError.
    """
    with journal.write() as db:
        events.put(db, batch.events)
        deadletters.put(db, batch.deadletters)
        alerts.put(db, batch.alerts)
        incidents.put(db, batch.incidents.values())
        incidents.put_timeline(db, batch.timeline)
        runs.put(db, batch.runs, batch.steps)
        state.put(db)
        checkpoints.put(db, batch.checkpoints)
        checkpoints.put_gaps(db, batch.gaps)
        counts.add(db, batch.counts)
    state.committed()
