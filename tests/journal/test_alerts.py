import pytest

from sentinel.errors import JournalError
from sentinel.journal import alerts
from sentinel.journal.database import Journal
from tests import make


def put(journal: Journal, *numbers: int, incident: str = "INC-ABCDEFGHIJ") -> None:
    with journal.write() as db:
        alerts.put(db, [(make.alert(id=f"alert-{n}", at=make.NOW - n), incident) for n in numbers])


def test_they_come_in_the_order_in_which_they_fired_and_not_in_that_of_time(journal: Journal) -> None:
    put(journal, 1, 2, 3)
    assert [(seq, alert.id) for seq, _, alert in alerts.listed(journal)] == [(1, "alert-1"), (2, "alert-2"), (3, "alert-3")]
    assert [seq for seq, _, _ in alerts.listed(journal, after=1, limit=1)] == [2]


def test_of_an_incident_the_newest_are_kept_oldest_first(journal: Journal) -> None:
    put(journal, 1, 2, 3)
    put(journal, 4, incident="INC-OTHERAAAAA")
    assert [alert.id for alert in alerts.of_incident(journal, "INC-ABCDEFGHIJ", limit=2)] == ["alert-2", "alert-3"]


def test_one_alert_is_there_once(journal: Journal) -> None:
    put(journal, 1)
    with pytest.raises(JournalError):
        put(journal, 2, 1)
    assert [alert.id for _, _, alert in alerts.listed(journal)] == ["alert-1"]


def test_the_last_seq_outlives_its_alert(journal: Journal) -> None:
    assert alerts.last_seq(journal) == 0
    put(journal, 1, 2)
    with journal.write() as db:
        db.execute("DELETE FROM alerts")
    assert alerts.last_seq(journal) == 2
    put(journal, 3)
    assert [seq for seq, _, _ in alerts.listed(journal)] == [3], "a reader that has come to 2 must not miss it"
