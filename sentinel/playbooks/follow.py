"""Messages that show an incident, kept up to date while it goes on.

In: the journal's `follow` queue, which holds every incident that changed. Out: each message shows the newest version;
many changes within a second are shown at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from sentinel.actions._base import Failed, Skipped
from sentinel.clock import SECOND
from sentinel.journal import incidents, outbox, runs
from sentinel.journal.database import Connection
from sentinel.playbooks.step import Means, context_of, delay_seconds, fenced, given_to
from sentinel.records.run import Step

# A message is edited once a second at first; one that goes on for long, every ten seconds: chat services count edits.
_SOON, _LATER, _MANY = 1 * SECOND, 10 * SECOND, 20
_TRIES = 8


class Behind(NamedTuple):
    """A step whose message does not show `version` of its incident yet."""

    step: Step
    version: int


def behind(means: Means) -> Iterator[Behind]:
    """Messages to bring up to date, whether their time has come or not. Forgets changes that no message shows."""
    unseen = []
    for incident, version in outbox.waiting(means.journal, "follow", 1000):
        late = _late(means, means.journal.read(), incident, version)
        if not late:
            unseen.append((incident, version))
        yield from (Behind(step, version) for step in late)
    if unseen:
        with means.journal.write() as db:
            # A message may have been sent since: asked again where nothing can come between.
            outbox.shipped(db, "follow", [item for item in unseen if not _late(means, db, *item)])


def _late(means: Means, db: Connection, incident: str, version: int) -> list[Step]:
    return [step for step in runs.steps_of_incident(db, incident)
            if step.state == "done" and step.followed < version
            and (action := means.actions.get(step.uses)) is not None and action.follows and action.configured]


def bring_up(means: Means, step: Step) -> float:
    """Show the incident as it is now. Returns: for how many seconds the service wants to be left alone.

    Raises: JournalError.
    """
    incident, action = incidents.get(means.journal.read(), step.incident), means.actions.get(step.uses)
    if incident is None or action is None:
        return 0
    doubt = step.showing
    step = replace(step, showing=True)
    _put(means, step)
    try:
        given, context = given_to(action, step.given), context_of(means, step, incident, action, unknown=doubt)
        detail = fenced(action, lambda: action.update(given, context)).detail
    except (Failed, Skipped) as why:
        return _failed(means, step, incident.version, why, doubt)
    edits = int((step.outcome or {}).get("edits", 0)) + 1
    _put(means, replace(step, outcome={**detail, "edits": edits, "failures": 0}, followed=incident.version, error="",
                        showing=False, next_at=means.clock.now() + (_SOON if edits < _MANY else _LATER)))
    return 0


def _failed(means: Means, step: Step, version: int, why: Failed | Skipped, doubt: bool) -> float:
    failures = int((step.outcome or {}).get("failures", 0)) + 1
    error = f"the message could not be brought up to date: {why}"
    after = why.after_seconds if isinstance(why, Failed) else 0
    # Only a success ends a doubt: this call may have failed before it looked for what the one before it did.
    step = replace(step, showing=doubt or (isinstance(why, Failed) and why.unknown), error=error)
    if not isinstance(why, Failed) or not why.retry or failures >= _TRIES:
        # Give this version up; the next change tries again.
        _put(means, replace(step, followed=version))
        return 0
    seconds = delay_seconds(step.id, failures, after)
    _put(means, replace(step, outcome={**(step.outcome or {}), "failures": failures},
                        next_at=means.clock.now() + int(seconds * SECOND)))
    return after


def _put(means: Means, step: Step) -> None:
    with means.journal.write() as db:
        runs.put(db, [], [step])
