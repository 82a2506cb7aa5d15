import pytest

from sentinel.journal import counts
from sentinel.journal.database import Journal


def test_what_is_added_adds_up(journal: Journal) -> None:
    for by in ({"lines:gateway": 3}, {"lines:gateway": 4, "lines:edge": 1}, {}):
        with journal.write() as db:
            counts.add(db, by)
    assert counts.all_of(journal) == {"lines:edge": 1, "lines:gateway": 7}


def test_nothing_is_counted_by_a_transaction_that_failed(journal: Journal) -> None:
    with pytest.raises(RuntimeError), journal.write() as db:
        counts.add(db, {"lines:gateway": 3})
        raise RuntimeError
    assert counts.all_of(journal) == {}
