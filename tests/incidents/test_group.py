from sentinel.clock import SECOND
from sentinel.incidents.group import fold, incident_id
from sentinel.records.alert import Reason
from tests import make


def test_the_first_alert_opens_and_its_id_is_derived() -> None:
    alert = make.alert()
    incident, entries = fold(alert, None, make.NOW)
    again, _ = fold(alert, None, make.NOW + SECOND)
    assert incident.id == again.id == incident_id(alert)
    assert (incident.version, incident.alerts, incident.state, incident.severity) == (1, 1, "open", "high")
    assert [(e.kind, e.text) for e in entries] == [("opened", "Secret in an output (high)")]


def test_repeats_fold_in_and_the_timeline_stays_short() -> None:
    incident, entries = fold(make.alert(), None, make.NOW)
    for i in range(1, 1000):
        incident, new = fold(make.alert(id=f"{i:016x}", at=make.NOW + i), incident, make.NOW)
        entries += new
    assert (incident.alerts, incident.version) == (1000, 1000)
    assert [e.text for e in entries if e.kind == "alert"] == [
        "Secret in an output: 10 times", "Secret in an output: 100 times", "Secret in an output: 1000 times"]


def test_a_graver_rule_takes_the_title_and_raises_the_severity() -> None:
    incident, _ = fold(make.alert(level="medium", title="Attempt", runbook="a.md"), None, make.NOW)
    incident, entries = fold(make.alert(id="b" * 16, rule="rule-2", title="It worked", level="critical", runbook="b.md"),
                             incident, make.NOW)
    assert (incident.title, incident.severity, incident.runbook) == ("It worked", "critical", "b.md")
    assert [(e.kind, e.text) for e in entries] == [("alert", "It worked (critical)"), ("severity", "medium -> critical")]
    incident, _ = fold(make.alert(id="c" * 16, level="medium", title="Attempt", runbook="a.md"), incident, make.NOW)
    assert (incident.title, incident.runbook) == ("It worked", "b.md")


def test_late_alerts_widen_the_incident_to_both_sides() -> None:
    incident, _ = fold(make.alert(), None, make.NOW)
    incident, _ = fold(make.alert(id="b" * 16, at=make.NOW - 5 * SECOND), incident, make.NOW)
    assert (incident.first_at, incident.last_at) == (make.NOW - 5 * SECOND, make.NOW)


def test_entities_and_evidence_are_bounded_and_without_repeats() -> None:
    incident = None
    for i in range(50):
        incident, _ = fold(make.alert(id=f"{i:016x}", entities={"source.ip": f"192.0.2.{i}", "user.id": "u"},
                                      reasons=(Reason("f", f"v{i}"), Reason("f", "same"))), incident, make.NOW)
    assert incident is not None
    assert len(incident.entities["source.ip"]) == 20
    assert incident.entities["user.id"] == ("u",)
    assert len(incident.evidence) == len(set(incident.evidence)) == 20
