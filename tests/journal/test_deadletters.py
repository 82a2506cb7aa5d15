from sentinel.journal import deadletters
from sentinel.journal.database import Journal
from sentinel.records.deadletter import DeadLetter
from tests import make


def letter(number: int, **changed: object) -> DeadLetter:
    return DeadLetter(**{"id": number, "kind": "line", "origin": "gateway", "place": f"a.log:{number}", "reason": "not JSON",
                         "preview": "{", "size": 1, "at": make.NOW} | changed)


def test_the_newest_comes_first_numbered_by_the_journal(journal: Journal) -> None:
    with journal.write() as db:
        deadletters.put(db, [letter(0, place=f"a.log:{n}") for n in (1, 2, 3)])
    assert deadletters.listed(journal) == [letter(3), letter(2), letter(1)]
    assert deadletters.listed(journal, limit=1) == [letter(3)]


def test_one_by_its_number(journal: Journal) -> None:
    with journal.write() as db:
        deadletters.put(db, [letter(0, place="a.log:1"), letter(0, kind="document", origin="incidents", place="INC-A")])
    assert deadletters.one(journal, 2) == letter(2, kind="document", origin="incidents", place="INC-A")
    assert deadletters.one(journal, 3) is None
