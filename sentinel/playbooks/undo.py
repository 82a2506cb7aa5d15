"""Taking back what a step did: asked for by a person, carried out by whichever process holds the engine's lease.

In: a step's id. Out: the step `undone` and its incident open again, or the step `done` as before with the reason.
"""

from __future__ import annotations

from msgspec.structs import replace

from sentinel.actions._base import Failed, Skipped
from sentinel.clock import SECOND
from sentinel.errors import SentinelError
from sentinel.journal import incidents, runs
from sentinel.journal.database import Connection, Journal
from sentinel.playbooks.step import Means, change, context_of, delay_seconds, end_run, fenced, given_to
from sentinel.records.incident import Entry, Incident
from sentinel.records.run import Step
from sentinel.text import printable

_TRIES = 8


def request(journal: Journal, step: str, by: str, now: int) -> Step:
    """Write down that `step` is to be undone; the engine does it within a second.

    A step that has not been tried yet is called off instead.

    Args:
        by: who asks, for the timeline.
    Returns: the step as it is now: `undoing`, or `skipped` when it was called off.
    Raises: SentinelError when there is nothing of ours to undo.
    """
    with journal.write() as db:
        found = runs.step(db, step)
        if found is None:
            raise SentinelError(f"there is no step {step}")
        after = _asked(found, now)
        runs.put(db, [], [after])
        end_run(db, found.run, now)
        word = "undoing" if after.state == "undoing" else "called off"
        incidents.put_timeline(db, [Entry(found.incident, now, "step", f"{found.uses}: {word}, asked by {printable(by, 64)}")])
    return after


def _asked(step: Step, now: int) -> Step:
    if step.state == "undoing":
        return step
    if step.state == "waiting" and not step.attempts:
        return replace(step, state="skipped", error="called off by a person", finished_at=now)
    if step.state != "done":
        raise SentinelError(f"step {step.id} is {step.state}, not done; there is nothing to undo")
    if step.target is None:
        raise SentinelError(f"step {step.id} ({step.uses}) limits nobody; there is nothing to undo")
    if not step.changed:
        raise SentinelError(f"step {step.id} changed nothing: {step.uses} found it already so, and what somebody else did is "
                            "not ours to undo")
    return replace(step, state="undoing", next_at=0, undo_attempts=0, error="")


def take_back(means: Means, step: Step) -> float:
    """Undo `step` once. Asking the service first makes it safe to repeat after a crash.

    Returns: for how many seconds its service wants to be left alone. Raises: JournalError.
    """
    action, incident = means.actions.get(step.uses), incidents.get(means.journal.read(), step.incident)
    if incident is None:
        return 0
    try:
        if action is None or not action.configured:
            raise Failed(f"{step.uses} is not configured any more")
        if not action.reversible:
            raise Failed(f"{step.uses} cannot be undone")
        given, context = given_to(action, step.given), context_of(means, step, incident, action)
        note = fenced(action, lambda: action.undo(given, context)).note
    except Skipped as why:
        note = str(why)
    except Failed as why:
        return _failed(means, step, incident, why)
    _end(means, step, "undone", "", f"undone: {note}")
    return 0


def _failed(means: Means, step: Step, incident: Incident, why: Failed) -> float:
    attempts = step.undo_attempts + 1
    if not why.retry or attempts >= _TRIES:
        # What was closed is still closed, and must be seen to be.
        _end(means, step, "done", f"undo failed: {why}", f"undo failed, it is still in force: {why}")
        return 0
    seconds = delay_seconds(step.id, attempts, why.after_seconds)
    next_at = means.clock.now() + int(seconds * SECOND)
    with means.journal.write() as db:
        runs.put(db, [], [replace(step, undo_attempts=attempts, next_at=next_at, error=str(why))])
    return why.after_seconds


def _end(means: Means, step: Step, state: str, error: str, say: str) -> None:
    now, action = means.clock.now(), means.actions.get(step.uses)
    with means.journal.write() as db:
        runs.put(db, [], [replace(step, state=state, error=error, next_at=0,
                                  finished_at=now if state == "undone" else step.finished_at)])
        incident = incidents.get(db, step.incident)
        if incident is None:
            return
        entries = [Entry(incident.id, now, "step", f"{step.uses}: {say}")]
        if state == "undone" and incident.state == "contained" and not _still_contained(db, incident.id):
            incident = replace(incident, state="open")
            entries.append(Entry(incident.id, now, "state", "contained -> open"))
        change(db, incident, entries, now, shown=action is not None and action.contains)


def _still_contained(db: Connection, incident: str) -> bool:
    return any(step.state in ("done", "undoing") and step.target for step in runs.steps_of_incident(db, incident))
