"""Which playbooks answer an incident."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sentinel.journal import runs
from sentinel.playbooks.load import On, Playbook, StepText
from sentinel.playbooks.plan import Planner, matches, plan
from sentinel.records.incident import Change
from sentinel.records.run import Run, Step
from tests import make
from tests.playbooks.world import World


def playbook(mode: str = "act", **on: Any) -> Playbook:
    steps = (StepText.model_validate({"name": "block", "uses": "door.close", "with": {"ip": "{{ principal.id }}"}}),
             StepText.model_validate({"name": "then", "uses": "door.close", "if": "steps.block.changed", "retry": 3, "timeout": 2}))
    return Playbook("contain", "", On.model_validate(on or {"level": "high"}), mode, steps, "v1", "a.yml")


def planned(given: Playbook, mode: str = "act", **changed: Any) -> list[tuple[Run, list[Step]]]:
    return plan(Change(make.incident(**changed), True, make.alert()), [given], mode, make.NOW, lambda run: False)


@pytest.mark.parametrize(("on", "answers"), [
    ({"level": "high"}, True), ({"level": "critical"}, False), ({"level": "informational"}, True),
    ({"stories": ["leak"]}, True), ({"stories": ["access", "leak"]}, True), ({"stories": ["access"]}, False),
    ({"rules": ["rule-1"]}, True), ({"rules": ["rule-2", "rule-1"]}, True), ({"rules": ["rule-2"]}, False),
    ({"tags": ["owasp.llm02"]}, True), ({"tags": ["owasp.llm01"]}, False),
    ({"stories": ["leak"], "level": "critical"}, False), ({"stories": ["leak"], "rules": ["rule-1"], "level": "low"}, True),
])
def test_every_key_must_match_and_one_of_each_list(on: dict[str, Any], answers: bool) -> None:
    assert matches(On.model_validate(on), make.incident()) is answers
    assert bool(planned(playbook(**on))) is answers


@pytest.mark.parametrize("state", ["resolved", "false_positive"])
def test_closed_incidents_are_left_alone(state: str) -> None:
    assert planned(playbook(), state=state) == []


def test_a_run_and_its_steps() -> None:
    [(run, steps)] = planned(playbook())
    assert (run.playbook, run.version, run.mode, run.state, run.created_at) == ("contain", "v1", "act", "running", make.NOW)
    assert [(s.name, s.index, s.run, s.state, s.waits, s.tries, s.timeout_seconds) for s in steps] == [
        ("block", 0, run.id, "waiting", False, 8, 10), ("then", 1, run.id, "waiting", True, 3, 2)]
    assert steps[0].with_ == {"ip": "{{ principal.id }}"} and steps[1].if_ == "steps.block.changed"


def test_ids_are_derived() -> None:
    assert planned(playbook()) == planned(playbook())
    assert planned(playbook())[0][0].id != planned(playbook(), id="INC-BBBBBBBBBB")[0][0].id


@pytest.mark.parametrize(("config", "own", "is_"), [("act", "act", "act"), ("act", "observe", "observe"),
                                                    ("observe", "act", "observe"), ("dry-run", "act", "dry-run")])
def test_the_stricter_mode_counts(config: str, own: str, is_: str) -> None:
    assert planned(playbook(own), config)[0][0].mode == is_


def test_a_dry_run_does_not_use_up_the_real_one() -> None:
    assert planned(playbook(), "dry-run")[0][0].id != planned(playbook())[0][0].id


def test_once_per_incident_and_playbook_however_often_it_changes(world: World) -> None:
    planner = Planner([playbook()], "act")
    for version in range(3):
        with world.journal.write() as db:
            for run, steps in planner.plan(db, Change(make.incident(version=version), version == 0, make.alert()), make.NOW):
                runs.put(db, [run], steps)
    assert len(runs.of_incident(world.journal, world.incident.id)) == 1


def test_a_run_begins_when_the_incident_has_grown_grave_enough() -> None:
    assert planned(playbook(level="critical")) == []
    assert planned(playbook(level="critical"), severity="critical")


def test_templates_see_the_incident_as_it_was_when_the_playbook_matched(world: World) -> None:
    """Or the address that is denied would hang on how long the daemon was down."""
    [(run, steps)] = planned(playbook())
    with world.journal.write() as db:
        runs.put(db, [run], [msgspec.structs.replace(s, with_={"ip": "{{ entity['source.ip'] }}"}, if_="", waits=False) for s in steps])
    world.change(entities={"source.ip": ("203.0.113.7", "203.0.113.99")})
    world.run()
    assert world.doors.closed == {"203.0.113.7"}
