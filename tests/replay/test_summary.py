from __future__ import annotations

from pathlib import Path

from sentinel.clock import SECOND
from sentinel.journal import alerts, counts, deadletters, events, incidents, runs
from sentinel.journal.database import Journal
from sentinel.records.deadletter import DeadLetter
from sentinel.replay.summary import Summary, fill
from tests import make


def filled(tmp_path: Path, **meant: str) -> Summary:
    journal = Journal(tmp_path / "j.db")
    with journal.write() as db:
        counts.add(db, {"lines:gateway": 5, "deadletters:gateway": 2, "lines:other": 3, "deadletters:other": 3})
        events.put(db, [(make.event(offset=n, at=make.NOW + n * SECOND), {}) for n in range(3)])
        deadletters.put(db, [DeadLetter(0, "line", "gateway", "x:0", reason, "", 1, make.NOW) for reason in ("no JSON", "no JSON", "too long")])
        alerts.put(db, [(make.alert(id=str(n), at=make.NOW + n), "INC-ABCDEFGHIJ") for n in range(3)])
        alerts.put(db, [(make.alert(id="9", rule="rule-2", title="graver", level="critical"), "INC-ABCDEFGHIJ")])
        incidents.put(db, [make.incident(), make.incident(id="INC-LOWAAAAAAA", severity="low")])
        seen = make.incident(last_at=make.NOW + 7 * SECOND)
        runs.put(db, [make.run(mode="dry-run", seen=seen)], [
            make.step(state="planned", target=("sentinel.key.hash", make.KEY), outcome={"calls": ["POST /key/block"]}),
            make.step(id="s2", name="b", index=1, uses="nginx.deny_ip", state="skipped", error="it is protected")])
    summary = Summary(1, 10, 0.5, {})
    fill(summary, journal, meant, {"other"})
    journal.close()
    return summary


def test_counts_and_the_gravest_first(tmp_path: Path) -> None:
    found = filled(tmp_path)
    assert (found.lines, found.unreadable, found.events) == (8, 5, 3)
    assert (found.first_at, found.last_at) == (make.NOW, make.NOW + 2 * SECOND)
    assert found.reasons == [("no JSON", 2), ("too long", 1)]
    assert [(one.title, one.alerts) for one in found.fired] == [("graver", 1), ("Secret in an output", 3)]
    assert [i.severity for i in found.incidents] == ["high", "low"]


def test_what_a_playbook_would_have_done_and_how_soon(tmp_path: Path) -> None:
    [would] = filled(tmp_path, **{"contain-leaked-secret": "act"}).would
    assert would.after == 7 * SECOND
    assert [(s.uses, s.state, s.what, s.contains) for s in would.steps] == [
        ("litellm.block_key", "would do", "POST /key/block", True), ("nginx.deny_ip", "skipped", "it is protected", False)]


def test_a_log_of_which_nothing_could_be_read(tmp_path: Path) -> None:
    found = filled(tmp_path)
    assert list(found.unread) == ["other"] and found.exit_code == 1
