"""THE transaction: what a batch of lines became, and the positions behind those lines, all or nothing.

In: a `Batch` that the pipeline filled, and `decide`, which turns its alerts into incidents and runs. Out: what was
decided; the journal holds it all, or an error is raised and it holds none of it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from sentinel.journal import alerts, checkpoints, counts, deadletters, events, incidents, runs
from sentinel.journal.database import Connection, Journal
from sentinel.journal.state import State
from sentinel.records.alert import Alert
from sentinel.records.deadletter import DeadLetter
from sentinel.records.event import Event, Fields
from sentinel.records.incident import Entry, Incident
from sentinel.records.line import Checkpoint, Gap
from sentinel.records.run import Run, Step

# For another writer; then it is said that reading pauses, and tried again. Well below the watchdog's span.
_WAIT_SECONDS = 5.0


class Batch(Struct):
    """What one turn of the pipeline read, in order of reading.

    Attributes:
        events: each with the fields to store (redacted and bounded; often the event's own).
        counts: durable counters to add to, by name (`lines:SOURCE`, `deadletters:SOURCE`, ...).
    """

    events: list[tuple[Event, Fields]] = field(default_factory=list)
    deadletters: list[DeadLetter] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Decided(Struct):
    """What the alerts of a batch led to.

    Attributes:
        alerts: each with the id of the incident it folded into.
        incidents: final version of each that changed.
    """

    alerts: list[tuple[Alert, str]] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    timeline: list[Entry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


Decide = Callable[[Connection, list[Alert]], Decided]


def put(db: Connection, decided: Decided) -> None:
    """Write what alerts led to, in an open transaction."""
    alerts.put(db, decided.alerts)
    incidents.put(db, decided.incidents.values())
    incidents.put_timeline(db, decided.timeline)
    runs.put(db, decided.runs, decided.steps)


def commit(journal: Journal, batch: Batch, state: State, decide: Decide) -> Decided:
    """Write everything in one transaction. May be called again with the same batch after a JournalError.

    Args:
        decide: folds alerts into incidents and plans runs. Called inside the transaction, because workers and other
            processes change incidents too: what it reads there cannot change before it is written.

    Raises: JournalError.
    """
    with journal.write(_WAIT_SECONDS) as db:
        decided = decide(db, batch.alerts) if batch.alerts else Decided()
        events.put(db, batch.events)
        deadletters.put(db, batch.deadletters)
        put(db, decided)
        state.put(db)
        checkpoints.put(db, batch.checkpoints)
        checkpoints.put_gaps(db, batch.gaps)
        counts.add(db, batch.counts)
    state.committed()
    return decided
