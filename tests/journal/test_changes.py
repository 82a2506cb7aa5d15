from sentinel.journal import changes, incidents, runs
from sentinel.journal.database import Journal
from sentinel.records.incident import Entry
from tests import make


def put(journal: Journal, *ids: str) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(id=one) for one in ids])


def test_the_version_moves_with_others_commits_alone(journal: Journal) -> None:
    reader = Journal(journal.path, readonly=True)
    before = changes.version(reader)
    assert changes.version(reader) == before
    put(journal, "INC-A")
    assert changes.version(reader) != before
    reader.close()


def test_only_what_changed_after_the_mark_in_the_order_of_change(journal: Journal) -> None:
    put(journal, "INC-A", "INC-B", "INC-C")
    since = changes.mark(journal)
    assert changes.incidents(journal, since) == []
    put(journal, "INC-C")
    put(journal, "INC-A")
    assert [i.id for i in changes.incidents(journal, since)] == ["INC-C", "INC-A"]
    assert [i.id for i in changes.incidents(journal, changes.Mark())] == ["INC-B", "INC-C", "INC-A"]
    assert changes.mark(journal).count == 3


def test_steps_and_timelines_have_marks_of_their_own(journal: Journal) -> None:
    put(journal, "INC-A")
    since = changes.mark(journal)
    with journal.write() as db:
        runs.put(db, [make.run()], [make.step(id="s1"), make.step(id="s2")])
        incidents.put_timeline(db, [Entry("INC-A", make.NOW, "note", "one"), Entry("INC-A", make.NOW, "note", "two")])
    assert changes.incidents(journal, since) == []
    assert [s.id for s in changes.steps(journal, since)] == ["s1", "s2"]
    assert changes.timelines(journal, since) == {"INC-A"}
    assert changes.timelines(journal, changes.mark(journal)) == set()
