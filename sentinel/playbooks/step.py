"""One step, carried out: written down before the call and after it.

In: a step whose turn has come. Out: the step's new state in the journal, together with what it means for its incident
and its run. Killed anywhere, the step is found as it was last written: `trying` means that the call may have happened,
and then the action's `check` says whether it did.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError

from sentinel import template
from sentinel.actions._base import Action, Context, Failed, Params, Skipped, State
from sentinel.clock import SECOND, Clock
from sentinel.config import mistakes
from sentinel.journal import incidents, outbox, runs
from sentinel.journal.database import Connection, Journal
from sentinel.playbooks.guard import Guard
from sentinel.records.incident import Entry, Incident
from sentinel.records.run import OPEN_STATES, Step
from sentinel.text import printable

log = logging.getLogger("sentinel.playbooks")
T = TypeVar("T")

_BASE_SECONDS, _FACTOR, _LONGEST_SECONDS = 1.0, 4.0, 3600.0
_DEBOUNCE = 1 * SECOND


class Means(Struct, frozen=True):
    """What steps are carried out with."""

    journal: Journal
    actions: Mapping[str, Action]
    guard: Guard
    clock: Clock


class Overtaken(Exception):
    """Somebody else changed the step meanwhile (called off, dropped as old): nothing more is to be done here."""


def delay_seconds(step: str, attempt: int, least: float = 0) -> float:
    """How long to wait after the `attempt`-th failed call: 1 s, 4 s, 16 s, ... one hour, spread by up to a quarter.

    The spread is derived from the step's id, so that steps that failed together do not come back together.
    """
    spread = int.from_bytes(blake2b(f"{step}:{attempt}".encode(), digest_size=4).digest()) / 2**32
    base = min(_LONGEST_SECONDS, _BASE_SECONDS * _FACTOR ** (attempt - 1))
    return float(max(base, least) * (1 + spread / 4))


def carry_out(means: Means, step: Step) -> float:
    """Try `step` once. Returns: for how many seconds its service wants to be left alone.

    Raises: JournalError; the step is then found again as it was last written.
    """
    try:
        return Attempt(means, step).run()
    except Overtaken:
        return 0


class Attempt:
    """One try of one step."""

    def __init__(self, means: Means, step: Step) -> None:
        db = means.journal.read()
        run, incident = runs.run(db, step.run), incidents.get(db, step.incident)
        if run is None or incident is None:
            raise Overtaken
        self._means, self._step, self._written = means, step, step
        self._run, self._incident, self._action = run, incident, means.actions.get(step.uses)
        self._doubt = step.state in ("trying", "unknown")
        self._called = False

    def run(self) -> float:
        try:
            self._try()
        except Skipped as why:
            self._finish("skipped", error=str(why), say=f"not done: {why}")
        except Failed as why:
            return self._failed(why)
        return 0

    def _try(self) -> None:
        action = self._configured()
        if not self._step.attempts and self._step.state == "waiting" and not self._begin(action):
            self._finish("skipped", error=f"its condition is not met: {self._step.if_}", say="")
            return
        given = given_to(action, self._step.given)
        if self._run.mode == "dry-run" or (self._run.mode == "observe" and not action.tells):
            self._plan(action, given)
            return
        if self._doubt and not action.idempotent and type(action).check is Action.check:
            raise Failed("it may have happened; it is not repeated, because that cannot be found out")
        found = fenced(action, lambda: action.check(given, self._context()))
        if fenced(action, lambda: action.done(given, self._context(), found)):
            self._already(action, found)
            return
        self._write_down(found)
        outcome = fenced(action, lambda: action.do(given, self._context()))
        context = self._context(outcome.detail)
        fenced(action, lambda: action.verify(given, context))
        self._finish("done", changed=outcome.changed, outcome=outcome.detail, say=outcome.note)

    def _configured(self) -> Action:
        if self._action is None:
            raise Skipped(f"there is no action {self._step.uses} any more")
        if not self._action.configured:
            raise Skipped(f"services.{self._action.service} is not in the config")
        return self._action

    def _begin(self, action: Action) -> bool:
        """Work out condition and parameters. False: the condition is not met."""
        try:
            values = names(self._means.journal.read(), self._run.seen or self._incident, self._step)
            if self._step.if_ and not template.holds(self._step.if_, values):
                return False
            given = given_to(action, template.render(self._step.with_, values))
        except template.Unrenderable as error:
            raise Failed(str(error)) from error
        reason = action.refuse(given)
        if reason:
            raise Skipped(reason)
        self._step = replace(self._step, given=given.model_dump(mode="json"),
                             target=action.target(given) if action.contains else None)
        return True

    def _plan(self, action: Action, given: Params) -> None:
        if self._step.target:
            reason = self._means.guard.objects(self._means.journal.read(), self._step.target, self._incident,
                                               self._means.clock.now())
            if reason:
                raise Skipped(reason)
        calls = [printable(call.text, 1000) for call in action.plan(given, self._context())]
        self._finish("planned", outcome={"calls": calls}, say=f"would do ({self._run.mode}): {'; '.join(calls)}")

    def _already(self, action: Action, found: State) -> None:
        """The effect is there: ours, when an earlier call may have happened and it was not there before that."""
        ours = self._doubt and self._step.before is not None
        self._finish("done", changed=ours, outcome=found,
                     say="done; its answer was lost and the service was asked" if ours else "already so")

    def _write_down(self, found: State) -> None:
        step = self._step
        after = replace(step, state="trying", attempts=step.attempts + 1,
                        before=found if step.before is None else step.before)
        with self._means.journal.write() as db:
            _unchanged(db, self._written)
            if step.target:
                reason = self._means.guard.objects(db, step.target, self._incident, self._means.clock.now())
                if reason:
                    raise Skipped(reason)
            runs.put(db, [], [after])
        self._step = self._written = after
        self._called = True

    def _context(self, outcome: State | None = None) -> Context:
        return context_of(self._means, self._step, self._incident, self._action, outcome=outcome, unknown=self._doubt)

    def _failed(self, why: Failed) -> float:
        step, text = self._step, str(why)
        attempts = step.attempts if self._called else step.attempts + 1
        if not why.retry or attempts >= step.tries:
            self._finish("failed", error=text, say=f"failed: {text}", attempts=attempts)
            return 0
        # Once the call has been made, `check` has answered for those before it: only this one can be in doubt.
        doubt = why.unknown if self._called else self._doubt
        seconds = delay_seconds(step.id, attempts, why.after_seconds)
        again = replace(step, state="unknown" if doubt else "waiting", attempts=attempts, error=text,
                        next_at=self._means.clock.now() + int(seconds * SECOND))
        say = f"{step.uses} failed, it is tried again: {text}" if attempts == 1 else ""
        with self._means.journal.write() as db:
            _unchanged(db, self._written)
            runs.put(db, [], [again])
            if say:
                incidents.put_timeline(db, [self._entry(say)])
        return why.after_seconds

    def _finish(self, state: str, *, say: str, error: str = "", changed: bool = False, outcome: State | None = None,
                attempts: int | None = None) -> None:
        """Write down the step's end, and in the same transaction what it means for incident and run."""
        now, follows = self._means.clock.now(), self._action is not None and self._action.follows and state == "done"
        step = replace(
            self._step, state=state, error=error, changed=changed, outcome=outcome, finished_at=now,
            attempts=self._step.attempts if attempts is None else attempts,
            followed=self._incident.version if follows else 0, next_at=now + _DEBOUNCE if follows else 0)
        with self._means.journal.write() as db:
            _unchanged(db, self._written)
            runs.put(db, [], [step])
            end_run(db, step.run, now)
            incident = incidents.get(db, step.incident)
            if incident is not None and say:
                told = self._action is not None and self._action.contains
                change(db, incident, [self._entry(f"{step.uses}: {say}")], now, shown=told, contained=told and state == "done")
            if follows and incident is not None and incident.version > step.followed:
                outbox.put(db, "follow", incident.id, incident.version)
        if say:
            log.info("%s %s: %s", step.incident, step.uses, say)

    def _entry(self, text: str) -> Entry:
        return Entry(self._incident.id, self._means.clock.now(), "step", text)


def change(db: Connection, incident: Incident, entries: list[Entry], now: int, *, shown: bool, contained: bool = False) -> None:
    """Add to an incident's story.

    Args:
        shown: messages and indices that show the incident are to be brought up to date. contained: it is, now.
    """
    state = "contained" if contained and incident.state in ("open", "acknowledged") else incident.state
    if state != incident.state:
        entries = [*entries, Entry(incident.id, now, "state", f"{incident.state} -> {state}")]
    incidents.put_timeline(db, entries)
    if shown or state != incident.state:
        incidents.put(db, [replace(incident, version=incident.version + 1, state=state)])


def context_of(means: Means, step: Step, incident: Incident, action: Action | None, *, outcome: State | None = None,
               unknown: bool = False) -> Context:
    """What surrounds a call of `step`; the incident's story only for actions that tell it."""
    db = means.journal.read()
    timeline: tuple[State, ...] = ()
    steps: tuple[State, ...] = ()
    if action is not None and action.tells:
        timeline = tuple({"seq": seq, **plain(entry)} for seq, entry in incidents.timeline_after(db, incident.id, limit=10_000))
        steps = tuple(plain(other) for other in runs.steps_of_incident(db, incident.id) if other.id != step.id)
    return Context(step=step.id, run=step.run, incident=plain(incident), now=means.clock.now(), timeline=timeline,
                   steps=steps, before=step.before, outcome=step.outcome if outcome is None else outcome,
                   unknown=unknown, timeout_seconds=step.timeout_seconds)


def names(db: Connection, incident: Incident, step: Step) -> dict[str, Any]:
    """What templates may name: the incident, its principal, the entities of the alert that began the run, the run's earlier steps.

    Args: incident: as it was when the run was planned.
    """
    others = {other.name: {"state": other.state, "changed": other.changed, "outcome": other.outcome or {}, "error": other.error}
              for other in runs.steps_of_run(db, step.run) if other.index < step.index}
    told = plain(incident)
    return {"incident": told, "principal": told["principal"], "steps": others, "run": step.run,
            "entity": step.entities}


def plain(record: Struct) -> State:
    """A record as JSON values."""
    made: State = msgspec.to_builtins(record)
    return made


def fenced(action: Action, call: Callable[[], T]) -> T:
    """What `call` gives; anything it throws that no action may throw becomes a failure whose outcome is unknown."""
    try:
        return call()
    except (Failed, Skipped):
        raise
    except Exception as error:  # the wall around one extension: a faulty action must not stop the others
        # Its text may quote a reply, and replies may hold live secrets.
        log.error("%s failed with %s, which no action may", action.name, type(error).__name__)
        raise Failed(f"{type(error).__name__} in {action.name}; this is a fault of the action", retry=True,
                     unknown=True) from error


def given_to(action: Action, values: Any) -> Params:
    try:
        return action.With.model_validate(values)
    except ValidationError as error:
        raise Failed(f"its parameters do not fit: {mistakes.reasons(error)}") from error


def _unchanged(db: Connection, written: Step) -> None:
    """Raises: Overtaken when the journal's step is not the one that was written last."""
    now = runs.step(db, written.id)
    if now is None or (now.state, now.attempts) != (written.state, written.attempts):
        raise Overtaken


def end_run(db: Connection, number: str, now: int) -> None:
    """Note that a run is over, once all its steps are."""
    run, states = runs.run(db, number), {step.state for step in runs.steps_of_run(db, number)}
    if run is not None and run.state == "running" and states.isdisjoint(OPEN_STATES):
        runs.put(db, [replace(run, state="failed" if "failed" in states else "done", finished_at=now)], [])
