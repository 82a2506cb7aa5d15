from sentinel.journal import incidents, outbox
from sentinel.journal.database import Journal
from tests import make


def test_a_newer_version_waits_on_after_the_older_was_shipped(journal: Journal) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(version=1)])
    seen = outbox.waiting(journal, "incidents", 10)
    with journal.write() as db:
        incidents.put(db, [make.incident(version=2)])
        outbox.shipped(db, "incidents", seen)
    assert outbox.waiting(journal, "incidents", 10) == [("INC-ABCDEFGHIJ", 2)]
    with journal.write() as db:
        outbox.shipped(db, "incidents", [("INC-ABCDEFGHIJ", 2)])
    assert outbox.depth(journal, "incidents") == 0


def test_positions(journal: Journal) -> None:
    assert outbox.position(journal, "elastic:events") == 0
    with journal.write() as db:
        outbox.advance(db, "elastic:events", 7)
    assert outbox.position(journal, "elastic:events") == 7
