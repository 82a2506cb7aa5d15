"""A run: one execution of a playbook for one incident. A step: one action call in it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from sentinel.records.incident import Incident

# waiting: not its turn or not yet due; trying: written down before the call; done, skipped, failed, undone: final.
# unknown: the call may have happened; its action is asked with `check` before anything is repeated.
# planned: dry-run or observe mode, the call is written down and not made.
STEP_STATES = ("waiting", "trying", "unknown", "done", "skipped", "failed", "planned", "undoing", "undone")

# Steps in these states still have something before them.
OPEN_STATES = ("waiting", "trying", "unknown")
# observe: only steps that tell people are carried out. dry-run: none is.
MODES = ("observe", "act", "dry-run")


class Run(Struct, frozen=True):
    """One execution of a playbook for one incident.

    Attributes: id: derived from incident and playbook. mode: one of `MODES`. state: running, done, failed.
        seen: the incident as it was when the playbook first matched; what the templates of its steps see, so that the same
        log leads to the same steps however it was cut into batches.
    """

    id: str
    incident: str
    playbook: str
    version: str
    mode: str
    state: str
    created_at: int
    finished_at: int = 0
    seen: Incident | None = None


class Step(Struct, frozen=True):
    """One action call.

    Attributes:
        id: derived from run and name. run, incident: what it belongs to. index: place in its run. name: unique in its run.
        uses: the action's name. given: its parameters, templated and validated, JSON values, no secrets.
        state: one of `STEP_STATES`. attempts: calls begun so far. next_at: not before this (wall time, ns).
        before: the state that `check` found before the first `do`; undo restores it.
        outcome: what the action reported (allow-listed fields, no secrets). changed: whether it changed anything.
        error: last error, safe to print. created_at, finished_at: wall time.
        followed: version of the incident that this step's message shows, for actions that follow an incident.
        target: (event field, value) that a containing action closes, as ("source.ip", "203.0.113.7"); what the log is
            watched for afterwards.
        if_: the step's condition, as written. with_: its parameters, as written: a run ends with the playbook it
            began with. `given` is empty until the step begins.
        entities: fields of the alert that began the run, which its steps may act on; what other alerts bring into the
            incident later must not be acted on for this one.
        waits: its condition or parameters look at earlier steps, so it waits until these are final.
        tries: calls at most. timeout_seconds: of each.
        showing: bringing its message up to date was begun, and its end is not known.
        undo_attempts: calls begun to undo it.
    """

    id: str
    run: str
    incident: str
    index: int
    name: str
    uses: str
    given: dict[str, Any]
    state: str
    attempts: int = 0
    next_at: int = 0
    before: dict[str, Any] | None = None
    outcome: dict[str, Any] | None = None
    changed: bool = False
    error: str = ""
    created_at: int = 0
    finished_at: int = 0
    followed: int = 0
    target: tuple[str, str] | None = None
    if_: str = ""
    with_: dict[str, Any] = {}
    entities: dict[str, str] = {}
    waits: bool = False
    tries: int = 8
    timeout_seconds: float = 10.0
    showing: bool = False
    undo_attempts: int = 0
