from sentinel.journal import episodes
from sentinel.journal.database import Journal
from sentinel.records.episode import Episode


def test_those_that_last_come_oldest_first(journal: Journal) -> None:
    made = [Episode("source-silent", "b", 20, "INC-B", "silent"), Episode("source-silent", "a", 10, "INC-A", "silent"),
            Episode("source-silent", "a", 5, "INC-0", "silent", 7)]
    with journal.write() as db:
        episodes.put(db, made)
    assert episodes.lasting(journal) == [made[1], made[0]]
    with journal.write() as db:
        episodes.put(db, [Episode("source-silent", "a", 10, "INC-A", "silent", 30)])
    assert episodes.lasting(journal) == [made[0]]


def test_habits_are_kept_by_source(journal: Journal) -> None:
    with journal.write() as db:
        episodes.put_habits(db, {"a": b"1", "b": b"2"})
        episodes.put_habits(db, {"a": b"3"})
    assert episodes.habits(journal) == {"a": b"3", "b": b"2"}
