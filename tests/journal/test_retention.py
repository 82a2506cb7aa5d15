from sentinel.clock import SECOND
from sentinel.journal import alerts, episodes, events, incidents, retention, runs
from sentinel.journal.database import Journal
from sentinel.records.episode import Episode
from tests import make

KEEP = {"events_for": 5 * SECOND, "incidents_before": 0}


def put(journal: Journal, numbers: range, at: int = make.NOW) -> None:
    with journal.write() as db:
        events.put(db, [(make.event(offset=n, at=at), {"n": n}) for n in numbers])


def test_old_goes_but_never_what_is_not_shipped(journal: Journal) -> None:
    put(journal, range(5))
    assert retention.drop(journal, now=make.NOW, **KEEP, shipped=None) == 0
    put(journal, range(5, 10))
    drop = {"now": make.NOW + 5 * SECOND, **KEEP}
    assert retention.drop(journal, **drop, shipped=2) == 2
    assert [e.fields["n"] for _, e in events.listed(journal)] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert retention.drop(journal, **drop, shipped=None) == 3
    assert retention.drop(journal, **drop, shipped=None) == 0


def test_what_was_read_just_now_stays_however_old_its_log_is(journal: Journal) -> None:
    put(journal, range(3), at=1)
    for later in (0, 1, 4, 4):
        assert retention.drop(journal, now=make.NOW + later * SECOND, **KEEP, shipped=None) == 0
    assert retention.drop(journal, now=make.NOW + 6 * SECOND, **KEEP, shipped=None) == 2, "the newest stays, for its number"
    assert journal.read().execute("SELECT COUNT(*) FROM marks").fetchone()[0] == 3


def test_an_incident_goes_with_all_that_hangs_on_it(journal: Journal) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(), make.incident(id="INC-KEPTAAAAAA", last_at=make.NOW + SECOND)])
        runs.put(db, [make.run()], [make.step()])
    retention.drop(journal, now=make.NOW, events_for=make.NOW, incidents_before=make.NOW + 1, shipped=None)
    assert [i.id for i in incidents.listed(journal)] == ["INC-KEPTAAAAAA"]
    assert runs.listed(journal) == []


def test_a_seq_is_never_used_again(journal: Journal) -> None:
    """What ships goes by seq: a row that took the seq of a dropped one would never be shipped."""
    with journal.write() as db:
        incidents.put(db, [make.incident()])
        events.put(db, [(make.event(offset=i), {}) for i in range(3)])
        alerts.put(db, [(make.alert(), "INC-ABCDEFGHIJ")])
    for now in (make.NOW, make.NOW + SECOND):
        retention.drop(journal, now=now, events_for=SECOND, incidents_before=2**62, shipped=3)
    assert (events.last_seq(journal), alerts.last_seq(journal)) == (3, 1)
    with journal.write() as db:
        events.put(db, [(make.event(offset=9), {})])
        alerts.put(db, [(make.alert(id="b2"), "INC-ABCDEFGHIJ")])
    assert (events.last_seq(journal), alerts.last_seq(journal)) == (4, 2)


def test_episodes_go_when_they_are_long_over(journal: Journal) -> None:
    lasting = Episode("source-silent", "a", 5, "INC-A", "silent")
    with journal.write() as db:
        episodes.put(db, [lasting, Episode("source-silent", "b", 5, "INC-B", "silent", make.NOW), Episode("source-silent", "c", 5, "INC-C", "silent", 9)])
    retention.drop(journal, now=make.NOW, events_for=make.NOW, incidents_before=make.NOW - 1, shipped=None)
    assert journal.read().execute("SELECT subject FROM episodes ORDER BY subject").fetchall() == [("a",), ("b",)]
