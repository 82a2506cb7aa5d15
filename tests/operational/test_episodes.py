"""Each episode tells people once when it begins and once when it is over, wherever the process is killed."""

from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.errors import JournalError
from sentinel.journal import alerts, checkpoints, episodes, incidents, runs
from sentinel.journal.database import Journal
from sentinel.operational.episodes import Episodes
from sentinel.operational.kinds import KINDS
from sentinel.playbooks.plan import Planner
from sentinel.records.line import Gap
from sentinel.records.principal import Principal
from tests import make

MINUTE = 60 * SECOND
SILENT = ("source-silent", "gateway")


def told(journal: Journal) -> list[str]:
    """Steps that tell somebody, by what they tell of."""
    return [run.playbook for incident in incidents.listed(journal) for run, _ in runs.of_incident(journal, incident.id)]


def test_an_episode_is_one_incident_and_one_message(journal: Journal, planner: Planner) -> None:
    clock = make.Clock()
    mine = Episodes(journal, clock, "gpu-1")
    for _ in range(3):
        mine.settle({SILENT: "no line since noon"}, planner)
        clock.sleep(60)
    [incident] = incidents.listed(journal)
    assert (incident.title, incident.severity, incident.state, incident.story) == ("A source has fallen silent", "medium", "open", "operational")
    assert incident.entities == {"sentinel.source": ("gateway",), "host.name": ("gpu-1",)}
    assert incident.principal == Principal("source", "gateway") and incident.runbook == "docs/runbooks/source-trouble.md"
    assert [reason.value for reason in incident.evidence] == ["no line since noon"]
    [(_, of, alert)] = alerts.listed(journal)
    assert (alert.rule, of) == ("sentinel.operational.source-silent", incident.id)
    assert told(journal) == ["notify"]


def test_when_it_is_over_the_incident_is_resolved_and_shown_anew(journal: Journal, planner: Planner) -> None:
    clock = make.Clock()
    mine = Episodes(journal, clock, "gpu-1")
    mine.settle({SILENT: "no line since noon"}, planner)
    before = incidents.listed(journal)[0]
    clock.sleep(12 * 60)
    mine.settle({SILENT: ""}, planner)
    mine.settle({SILENT: ""}, planner)
    [after] = incidents.listed(journal)
    assert (after.state, after.version) == ("resolved", before.version + 1)
    assert after.last_at - after.first_at == 12 * MINUTE
    assert [entry.text for entry in incidents.timeline(journal, after.id)][1:] == ["lines come again, after 12 min", "open -> resolved"]
    assert told(journal) == ["notify"] and mine.lasting == {}


def test_the_next_episode_is_another_incident(journal: Journal, planner: Planner) -> None:
    clock = make.Clock()
    mine = Episodes(journal, clock, "gpu-1")
    for text in ("silent", "", "silent"):
        mine.settle({SILENT: text}, planner)
        clock.sleep(60)
    assert sorted(i.state for i in incidents.listed(journal)) == ["open", "resolved"]
    assert told(journal) == ["notify", "notify"]


def test_what_is_not_judged_stays_as_it_was(journal: Journal, planner: Planner) -> None:
    mine = Episodes(journal, make.Clock(), "gpu-1")
    mine.settle({SILENT: "silent"}, planner)
    assert mine.settle({}, planner) == []
    assert list(mine.lasting) == [SILENT]


def test_a_kill_between_two_looks_changes_nothing(journal: Journal, planner: Planner) -> None:
    clock = make.Clock()
    Episodes(journal, clock, "gpu-1").settle({SILENT: "silent"}, planner)
    clock.sleep(60)
    again = Episodes(journal, clock, "gpu-1")
    assert again.settle({SILENT: "silent"}, planner) == []
    again.settle({SILENT: ""}, planner)
    assert Episodes(journal, clock, "gpu-1").lasting == {}
    assert len(incidents.listed(journal)) == 1 and told(journal) == ["notify"]


def test_what_could_not_be_written_is_told_at_the_next_look(journal: Journal, planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Episodes(journal, make.Clock(), "gpu-1")

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(episodes, "put", full)
        with pytest.raises(JournalError):
            mine.settle({SILENT: "silent"}, planner)
    assert incidents.listed(journal) == [] and mine.lasting == {}
    mine.settle({SILENT: "silent"}, planner)
    assert told(journal) == ["notify"]


def test_what_a_person_has_closed_stays_closed(journal: Journal, planner: Planner) -> None:
    from msgspec.structs import replace

    mine = Episodes(journal, make.Clock(), "gpu-1")
    mine.settle({SILENT: "silent"}, planner)
    with journal.write() as db:
        incidents.put(db, [replace(incidents.listed(journal)[0], state="false_positive")])
    mine.settle({SILENT: "silent"}, planner)
    mine.settle({SILENT: ""}, planner)
    assert [i.state for i in incidents.listed(journal)] == ["false_positive"]


def gap(size: int, offset: int = 0, source: str = "gateway") -> Gap:
    return Gap(make.file(source=source), offset, size, "the file was cut before it was read to its end", make.NOW)


def test_gaps_are_told_of_once_and_stay_for_a_person(journal: Journal, planner: Planner) -> None:
    clock = make.Clock()
    mine = Episodes(journal, clock, "gpu-1")
    for number, size in enumerate((700, 0, 41_000)):
        with journal.write() as db:
            checkpoints.put_gaps(db, [gap(size, number)])
        mine.gaps(planner)
        mine.gaps(planner)
        mine = Episodes(journal, clock, "gpu-1")
        clock.sleep(60)
    [incident] = incidents.listed(journal)
    assert (incident.alerts, incident.state, told(journal)) == (3, "open", ["notify"])
    assert [r.value.split(";")[0] for r in incident.evidence] == [
        f"{size} in 1 place(s), the last: the file was cut before it was read to its end"
        for size in ("700 bytes", "an unknown number of bytes", "41,000 bytes")]
    clock.sleep(3700)
    mine.gaps(planner)
    assert mine.lasting == {} and incidents.listed(journal)[0].state == "open"
    with journal.write() as db:
        checkpoints.put_gaps(db, [gap(1), gap(1, source="edge")])
    mine.gaps(planner)
    assert len(incidents.listed(journal)) == 3


def test_an_episode_that_is_over_is_told_whole(journal: Journal, planner: Planner) -> None:
    """The journal could not be written while it lasted."""
    clock = make.Clock()
    Episodes(journal, clock, "gpu-1").past(KINDS["journal-unwritable"], "database or disk is full", clock.now() - 5 * MINUTE, planner)
    [incident] = incidents.listed(journal)
    assert (incident.state, incident.severity, incident.principal) == ("resolved", "high", Principal("host", "gpu-1"))
    assert incident.first_at == clock.now() - 5 * MINUTE
    assert "it can be written again, after 5 min" in [e.text for e in incidents.timeline(journal, incident.id)]
    assert told(journal) == ["notify"]
    assert episodes.lasting(journal) == []


def test_every_kind_has_a_rule_of_its_own() -> None:
    assert all(kind.rule == f"sentinel.operational.{name}" for name, kind in KINDS.items())
