from sentinel.clock import SECOND
from sentinel.journal import alerts, episodes, events, incidents, retention, runs
from sentinel.journal.database import Journal
from sentinel.records.episode import Episode
from tests import make


def test_old_goes_but_never_what_is_not_shipped(journal: Journal) -> None:
    with journal.write() as db:
        events.put(db, [(make.event(offset=i, at=make.NOW - (10 - i) * SECOND), {"n": i}) for i in range(10)])
    drop = {"events_before": make.NOW - 5 * SECOND, "incidents_before": 0}
    assert retention.drop(journal, **drop, shipped=2) == 2
    assert [e.fields["n"] for _, e in events.listed(journal)] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert retention.drop(journal, **drop, shipped=None) == 3
    assert retention.drop(journal, **drop, shipped=None) == 0


def test_an_incident_goes_with_all_that_hangs_on_it(journal: Journal) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(), make.incident(id="INC-KEPTAAAAAA", last_at=make.NOW + SECOND)])
        runs.put(db, [make.run()], [make.step()])
    retention.drop(journal, events_before=0, incidents_before=make.NOW + 1, shipped=None)
    assert [i.id for i in incidents.listed(journal)] == ["INC-KEPTAAAAAA"]
    assert runs.listed(journal) == []


def test_a_seq_is_never_used_again(journal: Journal) -> None:
    """What ships goes by seq: a row that took the seq of a dropped one would never be shipped."""
    with journal.write() as db:
        incidents.put(db, [make.incident()])
        events.put(db, [(make.event(offset=i), {}) for i in range(3)])
        alerts.put(db, [(make.alert(), "INC-ABCDEFGHIJ")])
    retention.drop(journal, events_before=2**62, incidents_before=2**62, shipped=3)
    assert (events.last_seq(journal), alerts.last_seq(journal)) == (3, 1)
    with journal.write() as db:
        events.put(db, [(make.event(offset=9), {})])
        alerts.put(db, [(make.alert(id="b2"), "INC-ABCDEFGHIJ")])
    assert (events.last_seq(journal), alerts.last_seq(journal)) == (4, 2)


def test_episodes_go_when_they_are_long_over(journal: Journal) -> None:
    lasting = Episode("source-silent", "a", 5, "INC-A", "silent")
    with journal.write() as db:
        episodes.put(db, [lasting, Episode("source-silent", "b", 5, "INC-B", "silent", make.NOW), Episode("source-silent", "c", 5, "INC-C", "silent", 9)])
    retention.drop(journal, events_before=0, incidents_before=make.NOW - 1, shipped=None)
    assert journal.read().execute("SELECT subject FROM episodes ORDER BY subject").fetchall() == [("a",), ("b",)]
