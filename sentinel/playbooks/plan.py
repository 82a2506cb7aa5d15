"""Which playbooks answer an incident, and the steps that follow. Pure but for asking the open transaction what is there.

In: what an alert did to an incident. Out: runs and their steps, to be committed together with the incident.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from hashlib import blake2b

from sentinel import template
from sentinel.journal import runs
from sentinel.journal.database import Connection
from sentinel.playbooks.load import On, Playbook, StepText
from sentinel.records.alert import LEVELS
from sentinel.records.incident import Change, Incident
from sentinel.records.run import Run, Step

_CLOSED = ("resolved", "false_positive")


class Planner:
    """The playbooks in force, and how far they may go.

    Args:
        mode: of the config ("observe" or "act"), or "dry-run" for the whole daemon; the stricter of it and a
            playbook's own counts.
    """

    def __init__(self, playbooks: Sequence[Playbook], mode: str) -> None:
        self._playbooks, self.mode = playbooks, mode

    def plan(self, db: Connection, change: Change, now: int,
             planned: Container[str] = ()) -> list[tuple[Run, list[Step]]]:
        """Runs to begin, each once per incident and playbook, however often the incident changes.

        Args:
            planned: ids of runs that this transaction begins anyway.
        """
        return plan(change, self._playbooks, self.mode, now, lambda run: run in planned or runs.exists(db, run))


def plan(change: Change, playbooks: Sequence[Playbook], mode: str, now: int,
         exists: Callable[[str], bool]) -> list[tuple[Run, list[Step]]]:
    """As `Planner.plan`. Args: exists: whether a run of this id was begun before."""
    incident = change.incident
    if incident.state in _CLOSED:
        return []
    planned = []
    for playbook in playbooks:
        if matches(playbook.on, incident):
            run = _run(playbook, incident, mode, now)
            if not exists(run.id):
                steps = [_step(run, index, text, change.alert.entities) for index, text in enumerate(playbook.steps)]
                planned.append((run, steps))
    return planned


def matches(on: On, incident: Incident) -> bool:
    """Whether each key that is written matches."""
    return (
        (not on.rules or any(rule in incident.rules for rule in on.rules))
        and (not on.tags or any(tag in incident.tags for tag in on.tags))
        and (not on.stories or incident.story in on.stories)
        and (on.level is None or LEVELS.index(incident.severity) >= LEVELS.index(on.level))
    )


def _run(playbook: Playbook, incident: Incident, mode: str, now: int) -> Run:
    dry = mode == "dry-run"
    strictest = "dry-run" if dry else "observe" if "observe" in (mode, playbook.mode) else "act"
    # A dry run must not use up the run that a later, real start would make.
    return Run(_derived(incident.id, playbook.name, *(["dry-run"] if dry else [])), incident.id, playbook.name,
               playbook.version, strictest, "running", now, seen=incident)


def _step(run: Run, index: int, text: StepText, entities: dict[str, str]) -> Step:
    return Step(
        id=_derived(run.id, text.name), run=run.id, incident=run.incident, index=index, name=text.name, uses=text.uses,
        given={}, state="waiting", next_at=0, created_at=run.created_at, if_=text.if_, with_=text.with_,
        entities=entities,
        waits=template.mentions([text.if_, text.with_], "steps"), tries=text.retry, timeout_seconds=text.timeout,
    )


def _derived(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
