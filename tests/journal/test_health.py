from sentinel.journal import health
from sentinel.journal.database import Journal
from tests import make


def test_each_name_says_its_last_word(journal: Journal) -> None:
    with journal.write() as db:
        health.put(db, "daemon", make.NOW, {"state": "starting"})
        health.put(db, "source:gateway", make.NOW, {"bytes": 7, "seconds": 0.5, "problem": "größer"})
    with journal.write() as db:
        health.put(db, "daemon", make.NOW + 1, {"state": "running"})
    assert health.all_of(journal) == {"daemon": (make.NOW + 1, {"state": "running"}),
                                      "source:gateway": (make.NOW, {"bytes": 7, "seconds": 0.5, "problem": "größer"})}


def test_another_process_reads_it(journal: Journal) -> None:
    with journal.write() as db:
        health.put(db, "daemon", make.NOW, {"state": "running"})
    reader = Journal(journal.path, readonly=True)
    assert health.all_of(reader) == {"daemon": (make.NOW, {"state": "running"})}
    reader.close()
