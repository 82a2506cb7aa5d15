"""Telling people without the journal: what playbooks would say of an incident that cannot be written down.

In: an incident that is nowhere yet. Out: one message by each step that would tell of it, tried a few times. Nothing of it is
remembered, so it is for the one case in which nothing can be.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from sentinel import template
from sentinel.actions._base import Action, Context, Failed, Skipped
from sentinel.clock import Clock
from sentinel.playbooks.load import Playbook
from sentinel.playbooks.plan import plan
from sentinel.playbooks.step import delay_seconds, fenced, given_to, plain
from sentinel.records.incident import Change, Incident
from sentinel.records.run import Step

log = logging.getLogger("sentinel.playbooks")

_TRIES = 4


class Messenger:
    """Args: mode: as the planner's; a dry run tells nobody."""

    def __init__(self, playbooks: Sequence[Playbook], actions: Mapping[str, Action], mode: str, clock: Clock) -> None:
        self._playbooks, self._actions, self._mode, self._clock = playbooks, actions, mode, clock

    def tell(self, change: Change, over: Callable[[], bool]) -> int:
        """Send what there is to say. Waits for the services, so not for a thread that has other work.

        Args:
            over: there is nothing to tell any more; asked before each try.

        Returns: messages that went out.
        """
        return sum(self._send(step, action, change.incident, over) for step, action in self._steps(change))

    def _steps(self, change: Change) -> Iterator[tuple[Step, Action]]:
        if self._mode == "dry-run":
            return
        for _, steps in plan(change, self._playbooks, self._mode, self._clock.now(), lambda run: False):
            for step in steps:
                action = self._actions.get(step.uses)
                if action is not None and action.tells and action.configured:
                    # Not the id of the step that the incident will have later: a service that knows it would swallow that one.
                    yield replace(step, id=f"{step.id}-direct"), action

    def _send(self, step: Step, action: Action, incident: Incident, over: Callable[[], bool]) -> bool:
        for attempt in range(1, _TRIES + 1):
            if over():
                return False
            try:
                outcome = self._call(step, action, incident)
            except (Failed, Skipped, template.Unrenderable) as why:
                log.error("%s: %s could not tell of it: %s", incident.title, step.uses, why)
                if not (isinstance(why, Failed) and why.retry and not why.unknown):
                    return False
                self._clock.sleep(delay_seconds(step.id, attempt, why.after_seconds))
            else:
                if outcome:
                    log.warning("%s: told without the journal, %s: %s", incident.title, step.uses, outcome)
                return bool(outcome)
        return False

    def _call(self, step: Step, action: Action, incident: Incident) -> str:
        """What came of it; empty when the step's condition is not met. Raises: Failed, Skipped, Unrenderable."""
        told = plain(incident)
        names = {"incident": told, "principal": told["principal"], "steps": {}, "run": step.run, "entity": step.entities}
        if step.if_ and not template.holds(step.if_, names):
            return ""
        given = given_to(action, template.render(step.with_, names))
        context = Context(step.id, step.run, told, self._clock.now(), timeout_seconds=step.timeout_seconds)
        return fenced(action, lambda: action.do(given, context)).note
