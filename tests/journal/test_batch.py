import pytest

from sentinel.errors import JournalError
from sentinel.journal import alerts, checkpoints, counts, deadletters, events, incidents, outbox, runs
from sentinel.journal.batch import Batch, Decided, commit
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.records.deadletter import DeadLetter
from sentinel.records.incident import Entry
from sentinel.records.line import Checkpoint, Gap
from tests import make


def full() -> Batch:
    event = make.event({"gen_ai.prompt": "hi"})
    return Batch(
        events=[(event, event.fields), (make.event({"n": 2}, offset=10), {"n": 2})],
        deadletters=[DeadLetter(0, "line", "gateway", "a.log:5", "not JSON", "{", 1, make.NOW)],
        alerts=[make.alert()],
        checkpoints=[Checkpoint(make.file(), 20, 1, 2, "h", 5, "t", make.NOW)],
        gaps=[Gap(make.file(), 5, 10, "cut away", make.NOW)],
        counts={"lines:gateway": 3})


def decide(db, given) -> Decided:
    incident = make.incident()
    return Decided(alerts=[(a, incident.id) for a in given], incidents={incident.id: incident},
                   timeline=[Entry(incident.id, make.NOW, "opened", "x")], runs=[make.run()], steps=[make.step()])


def everything(journal: Journal) -> list[object]:
    return [list(events.listed(journal)), deadletters.listed(journal), list(alerts.listed(journal)), incidents.listed(journal),
            incidents.timeline(journal, "INC-ABCDEFGHIJ"), runs.of_incident(journal, "INC-ABCDEFGHIJ"),
            checkpoints.known(journal), checkpoints.gaps(journal), counts.all_of(journal),
            outbox.waiting(journal, "incidents", 10)]


def test_all_of_it_is_there_afterwards(journal: Journal) -> None:
    batch = full()
    commit(journal, batch, State(journal), decide)
    stored, dead, fired, opened, story, ran, places, lost, counted, waiting = everything(journal)
    assert [(seq, e.id, e.fields) for seq, e in stored] == [
        (1, batch.events[0][0].id, {"gen_ai.prompt": "hi"}), (2, "00aa11bb22cc33dd-0-a", {"n": 2})]
    assert [d.id for d in dead] == [1]
    assert fired == [(1, "INC-ABCDEFGHIJ", make.alert())]
    assert opened == [make.incident()]
    assert [e.kind for e in story] == ["opened"]
    assert ran == [(make.run(), [make.step()])]
    assert places == batch.checkpoints
    assert [g.size for g in lost] == [10]
    assert counted == {"lines:gateway": 3}
    assert waiting == [("INC-ABCDEFGHIJ", 1)]


def test_or_none_of_it(journal: Journal) -> None:
    before = everything(journal)

    def fail(db, given) -> Decided:
        decided = decide(db, given)
        decided.alerts *= 2  # the second insert of one id breaks the transaction late
        return decided

    with pytest.raises(JournalError):
        commit(journal, full(), State(journal), fail)
    assert everything(journal) == before


def test_the_same_batch_can_be_committed_after_a_fault(journal: Journal) -> None:
    batch, state = full(), State(journal)
    state.section("rule").put("k", 1)
    with pytest.raises(RuntimeError):
        commit(journal, batch, state, lambda db, given: (_ for _ in ()).throw(RuntimeError()))
    commit(journal, batch, state, decide)
    assert len(list(events.listed(journal))) == 2
    assert State(journal).section("rule").get("k") == 1
