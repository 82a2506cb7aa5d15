import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest

from sentinel.errors import JournalError, NoJournal
from sentinel.journal import counts
from sentinel.journal.database import Journal


def test_what_fails_inside_leaves_nothing(journal: Journal) -> None:
    with pytest.raises(RuntimeError), journal.write() as db:
        counts.add(db, {"a": 1})
        raise RuntimeError
    assert counts.all_of(journal) == {}
    with journal.write() as db:
        counts.add(db, {"a": 2})
    assert counts.all_of(journal) == {"a": 2}


def test_sqlite_faults_become_journal_errors(journal: Journal) -> None:
    with pytest.raises(JournalError, match="no such table"), journal.write() as db:
        db.execute("INSERT INTO nowhere VALUES (1)")


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j.db")
    with first.write() as db:
        counts.add(db, {"a": 1})
    first.close()
    assert counts.all_of(Journal(tmp_path / "j.db")) == {"a": 1}


def test_only_the_service_may_read_it(tmp_path: Path) -> None:
    Journal(tmp_path / "j.db")
    assert stat.S_IMODE((tmp_path / "j.db").stat().st_mode) & 0o007 == 0


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute("PRAGMA user_version=99")
    with pytest.raises(JournalError, match="newer sentinel"):
        Journal(tmp_path / "j.db")


def test_reading_where_there_is_none_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="start the daemon"):
        Journal(tmp_path / "none.db", readonly=True)
    assert not (tmp_path / "none.db").exists()


def test_a_journal_that_is_just_being_made_is_none_yet(tmp_path: Path) -> None:
    (tmp_path / "j.db").touch()
    with pytest.raises(NoJournal, match="start the daemon"):
        Journal(tmp_path / "j.db", readonly=True)
    Journal(tmp_path / "j.db").close()
    assert counts.all_of(Journal(tmp_path / "j.db", readonly=True)) == {}


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"not a database at all, but long enough to look at" * 50)
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "j.db")


def test_two_open_it_for_the_first_time_at_once(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def opened() -> None:
        try:
            Journal(tmp_path / "j.db")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=opened) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert errors == []


def test_writers_of_several_threads_take_turns(journal: Journal) -> None:
    def add() -> None:
        for _ in range(20):
            with journal.write() as db:
                counts.add(db, {"n": 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert counts.all_of(journal) == {"n": 80}


def test_changes_of_others_are_noticed(journal: Journal) -> None:
    journal.changed_elsewhere()
    assert not journal.changed_elsewhere()
    other = Journal(journal.path)
    with other.write() as db:
        counts.add(db, {"n": 1})
    other.close()
    assert journal.changed_elsewhere()
    assert not journal.changed_elsewhere()


def test_what_queries_run_into_is_a_journal_error_too(journal: Journal) -> None:
    """A damaged journal ended `sentinel incidents list` with a traceback."""
    with pytest.raises(JournalError, match=r"journal\.db: no such table: nowhere"):
        journal.read().execute("SELECT * FROM nowhere")
    with pytest.raises(JournalError, match="malformed JSON"):
        journal.read().execute("SELECT json_extract('{', '$.a')").fetchall()


def test_a_writer_waits_no_longer_than_it_says(journal: Journal) -> None:
    """The watchdog and `status` must hear of a lock sooner than after SQLite's usual half minute."""
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    with pytest.raises(JournalError, match="database is locked; another program holds it"), journal.write(wait_seconds=0.2):
        pass
    assert time.monotonic() - began < 5
    other.execute("ROLLBACK")
    with journal.write(wait_seconds=0.2):
        pass


def test_a_thread_waits_no_longer_for_another(journal: Journal) -> None:
    with journal.write(), pytest.raises(JournalError, match="another thread waits for it"), journal.write(wait_seconds=0.1):
        pass
