import pytest

from sentinel.clock import SECOND
from sentinel.journal import events
from sentinel.journal.database import Journal
from tests import make


def put(journal: Journal, *given) -> None:
    with journal.write() as db:
        events.put(db, [(e, e.fields) for e in given])


def test_in_order_of_reading_since_and_after(journal: Journal) -> None:
    put(journal, *[make.event({"n": i}, offset=i, at=make.NOW - i * SECOND) for i in range(5)])
    assert [e.fields["n"] for _, e in events.listed(journal)] == [0, 1, 2, 3, 4]
    assert [e.fields["n"] for _, e in events.listed(journal, since=make.NOW - 2 * SECOND)] == [0, 1, 2]
    assert [e.fields["n"] for _, e in events.listed(journal, after=3, limit=1)] == [3]
    assert events.last_seq(journal) == 5


def test_a_renamed_file_is_the_same_file_and_a_cut_one_is_not(journal: Journal) -> None:
    put(journal, make.event(offset=1))
    put(journal, make.event(offset=2, file=make.file(path="/var/log/litellm/log.jsonl.1")))
    put(journal, make.event(offset=1, file=make.file(generation=1)))
    assert [e.id for _, e in events.listed(journal)] == [
        "00aa11bb22cc33dd-0-1", "00aa11bb22cc33dd-0-2", "00aa11bb22cc33dd-1-1"]


def test_the_document_has_the_envelope() -> None:
    document = make.event({"source.ip": "203.0.113.7"}, offset=16).document()
    assert document == {
        "@timestamp": "2026-11-24T22:00:00Z", "event.id": "00aa11bb22cc33dd-0-10", "event.category": "llm",
        "log.file.path": "/var/log/litellm/log.jsonl", "log.offset": 16, "sentinel.source": "gateway",
        "source.ip": "203.0.113.7"}


def test_a_time_before_1970_is_listed_too(journal: Journal) -> None:
    with journal.write() as db:
        events.put(db, [(make.event(at=-1), {})])
    assert [event.at for _, event in events.listed(journal)] == [-1]


def test_an_event_is_found_by_its_id(journal: Journal) -> None:
    put(journal, *[make.event({"n": i}, offset=40 + i // 2, part=i % 2, file=make.file(generation=2)) for i in range(4)])
    for seq, event in events.listed(journal):
        found = events.get(journal, event.id)
        assert found is not None and found[0] == seq and found[1].fields == event.fields
    for other in ("00aa11bb22cc33dd-2-99", "00aa11bb22cc33dd-2-28.7", "x", "", "00aa11bb22cc33dd-2-" + "f" * 40):
        assert events.get(journal, other) is None


def test_pages_hold_every_event_once(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_PAGE", 2)
    put(journal, *[make.event({"n": i}, offset=i, at=make.NOW - i * SECOND) for i in range(7)])
    assert [e.fields["n"] for _, e in events.paged(journal)] == list(range(7))
    assert [e.fields["n"] for _, e in events.paged(journal, since=make.NOW - 5 * SECOND, until=make.NOW - 1 * SECOND)] == [1, 2, 3, 4, 5]
    assert [seq for seq, _ in events.paged(journal, through=3)] == [1, 2, 3]
