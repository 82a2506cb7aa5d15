from sentinel.clock import SECOND
from sentinel.journal import incidents
from sentinel.journal.database import Journal
from tests import make


def put(journal: Journal, *given) -> None:
    with journal.write() as db:
        incidents.put(db, given)


def test_the_open_one_of_story_and_principal_is_found(journal: Journal) -> None:
    put(journal, make.incident(), make.incident(id="INC-OTHERSTORY", story="access"),
        make.incident(id="INC-RESOLVEDAA", state="resolved", last_at=make.NOW + SECOND))
    db = journal.read()
    found = incidents.find(db, "leak", make.principal(label="another label"), make.NOW - SECOND)
    assert found is not None and found.id == "INC-ABCDEFGHIJ"
    assert incidents.find(db, "leak", make.principal(), make.NOW + SECOND) is None
    assert incidents.find(db, "leak", make.principal(id="other"), 0) is None


def test_by_prefix_with_or_without_inc(journal: Journal) -> None:
    put(journal, make.incident(), make.incident(id="INC-ABXXXXXXXX"))
    assert len(incidents.matching(journal, "ab")) == 2
    assert [i.id for i in incidents.matching(journal, "INC-ABC")] == ["INC-ABCDEFGHIJ"]
    assert incidents.matching(journal, "INC-%") == []


def test_a_change_replaces_and_the_newest_comes_first(journal: Journal) -> None:
    put(journal, make.incident(), make.incident(id="INC-LATERAAAAA", last_at=make.NOW + SECOND))
    put(journal, make.incident(version=2, state="contained"))
    assert [(i.id, i.version) for i in incidents.listed(journal)] == [("INC-LATERAAAAA", 1), ("INC-ABCDEFGHIJ", 2)]
    assert [i.id for i in incidents.listed(journal, since=make.NOW + SECOND)] == ["INC-LATERAAAAA"]
    got = incidents.get(journal.read(), "INC-ABCDEFGHIJ")
    assert got is not None and got.state == "contained"
