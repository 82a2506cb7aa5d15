from sentinel.clock import SECOND
from sentinel.journal import runs
from sentinel.journal.database import Journal
from tests import make


def put(journal: Journal, *steps) -> None:
    with journal.write() as db:
        runs.put(db, [make.run()], steps)


def test_due_is_what_is_open_and_whose_time_has_come(journal: Journal) -> None:
    put(journal, make.step(id="a", state="waiting"), make.step(id="b", state="waiting", next_at=make.NOW + SECOND),
        make.step(id="c", state="done"), make.step(id="d", state="trying"))
    assert {s.id for s in runs.due(journal.read(), make.NOW)} == {"a", "d"}
    assert {s.id for s in runs.due(journal.read(), make.NOW + SECOND)} == {"a", "b", "d"}


def test_what_is_contained_now(journal: Journal) -> None:
    target = ("source.ip", "203.0.113.7")
    put(journal, make.step(id="a", target=target, finished_at=5), make.step(id="b", state="undone", target=("user.id", "u")),
        make.step(id="c", target=None))
    assert runs.contained(journal) == {target: 5}


def test_a_run_once(journal: Journal) -> None:
    assert not runs.exists(journal.read(), "run1")
    put(journal)
    assert runs.exists(journal.read(), "run1")
    assert runs.run(journal.read(), "run1") == make.run()
