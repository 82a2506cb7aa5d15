"""The one durable engine: carries out the steps that the journal holds, in their order, each as often as it takes.

In: the journal. Out: calls to services, and what they came to, in the journal. It keeps nothing that a crash could
lose: `turn` looks for what is due, hands it to a lane per service, and says when to come back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec.structs import replace

from sentinel.actions._base import Action
from sentinel.clock import SECOND, Clock
from sentinel.journal import runs
from sentinel.journal.database import Journal
from sentinel.playbooks import undo
from sentinel.playbooks.follow import behind, bring_up
from sentinel.playbooks.guard import Guard
from sentinel.playbooks.lanes import Lanes
from sentinel.playbooks.lease import Lease
from sentinel.playbooks.step import Means, carry_out
from sentinel.records.run import Step

log = logging.getLogger("sentinel.playbooks")

# Another process (`sentinel actions undo`) may have asked for something; nothing wakes us then.
_LOOK_AGAIN_SECONDS = 1.0
_AFTER_FAULT_SECONDS = 5.0


class Work(Protocol):
    """Does one thing for a step; returns for how many seconds the service wants to be left alone."""

    def __call__(self, means: Means, step: Step) -> float: ...


class Engine:
    """Carries out steps. Two engines on one journal take turns: only the one with the lease does anything.

    Attributes:
        woken: called when there may be work for `turn`, from any thread.
    Args:
        dry_run: leave everything alone but the runs of dry runs.
        threads: False: `turn` makes the calls itself, one after the other, and returns when they are done.
    """

    def __init__(self, journal: Journal, actions: Mapping[str, Action], clock: Clock, *, guard: Guard | None = None,
                 dry_run: bool = False, threads: bool = True) -> None:
        self.woken: Callable[[], None] = lambda: None
        self._means = Means(journal, actions, guard or Guard(), clock)
        self._journal, self._clock, self._dry = journal, clock, dry_run
        self._lease, self._leased = Lease(journal.path), False
        self._lanes = Lanes(threads=threads, after=lambda: self.woken())
        self._paused: dict[str, int] = {}

    def use(self, actions: Mapping[str, Action], guard: Guard) -> None:
        """Take these from the next step on."""
        self._means = Means(self._journal, actions, guard, self._clock)

    def turn(self) -> float:
        """Begin whatever is due. Returns: seconds until there may be more to do. Raises: JournalError."""
        if not self._take_lease():
            return _LOOK_AGAIN_SECONDS
        now = self._clock.now()
        late: list[Step] = []
        for step in runs.due(self._journal.read(), now, dry=self._dry):
            if step.state == "undoing":
                self._begin(step, step.id, undo.take_back, late)
            else:
                self._begin(step, step.run, carry_out, late)
        if not self._dry:
            for step, _ in behind(self._means):
                if step.next_at <= now:
                    self._begin(step, step.id, bring_up, late)
        if late:
            self._postpone(late)
        if self._lanes.busy():
            return _LOOK_AGAIN_SECONDS  # its end wakes us
        soonest = self.due_in()
        return _LOOK_AGAIN_SECONDS if soonest is None else min(soonest, _LOOK_AGAIN_SECONDS)

    def due_in(self) -> float | None:
        """Seconds until something is to be done, 0 while something is under way; None when all is done."""
        if self._lanes.busy():
            return 0
        now = self._clock.now()
        at = [] if self._dry else [step.next_at for step, _ in behind(self._means)]
        step = runs.next_due(self._journal.read(), now, dry=self._dry)
        if step is not None:
            at.append(step)
        return max(0, min(at) - now) / SECOND if at else None

    def undo(self, step: str, by: str = "a person") -> Step:
        """Ask for a step to be undone. Raises: SentinelError when there is nothing of ours to undo."""
        after = undo.request(self._journal, step, by, self._clock.now())
        self.woken()
        return after

    def close(self, seconds: float = 5.0) -> bool:
        """Whether every call ended within `seconds`; one that did not is found as `trying` at the next start."""
        ended = self._lanes.close(seconds)
        if ended:
            self._lease.give_back()
        return ended

    def _take_lease(self) -> bool:
        if not self._lease.take():
            return False
        if not self._leased:
            self._leased = True
            self._orphans()
        return True

    def _orphans(self) -> None:
        """Steps that a process tried and did not live to write down: what came of them is unknown."""
        with self._journal.write() as db:
            runs.put(db, [], [replace(step, state="unknown") for step in runs.in_state(db, "trying")])

    def _begin(self, step: Step, key: str, work: Work, late: list[Step]) -> None:
        lane = self._lane(step)
        if self._pause(lane):
            if not self._lanes.holds(key):
                late.append(step)
            return
        self._lanes.submit(lane, key, lambda: self._guarded(lane, step, work))

    def _lane(self, step: Step) -> str:
        action = self._means.actions.get(step.uses)
        return (action.service if action else "") or step.uses

    def _pause(self, lane: str) -> int:
        """Until when the lane's service wants to be left alone; 0 when it does not."""
        until = self._paused.get(lane, 0)
        return until if until > self._clock.now() else 0

    def _postpone(self, steps: list[Step]) -> None:
        """Put steps off until their service may be asked again, durably: a restart must not ask it sooner."""
        with self._journal.write() as db:
            for step in steps:
                if runs.step(db, step.id) == step:
                    runs.put(db, [], [replace(step, next_at=self._paused[self._lane(step)])])

    def _guarded(self, lane: str, step: Step, work: Work) -> None:
        if self._pause(lane):
            return
        try:
            # The last job of this key may have ended after `turn` had looked: only what still stands is carried out.
            stands = runs.step(self._journal.read(), step.id) == step
            pause = work(self._means, step) if stands else 0
        except Exception as error:  # the wall around one worker turn: the lane must outlive any fault
            log.error("step %s (%s) failed with %s; it is taken up again in %.0f s", step.id, step.uses,
                      type(error).__name__, _AFTER_FAULT_SECONDS)
            pause = _AFTER_FAULT_SECONDS
        if pause:
            self._paused[lane] = self._clock.now() + int(pause * SECOND)
