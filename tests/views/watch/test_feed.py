from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.clock import SECOND
from sentinel.journal import incidents, runs
from sentinel.journal.database import Connection, Journal
from sentinel.records.incident import Entry
from sentinel.views.watch import feed as feeds
from sentinel.views.watch.feed import Feed
from tests import make, sample


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = sample.write(tmp_path / "j.db")
    yield journal
    journal.close()


@pytest.fixture
def feed(journal: Journal) -> Iterator[Feed]:
    feed = Feed(journal.path, make.Clock())
    yield feed
    feed.close()


def test_the_most_urgent_comes_first_and_the_closed_last(feed: Feed) -> None:
    feed.look()
    assert [i.id for i in feed.incidents] == [sample.LEAK, sample.EXTRACTION, sample.INJECTION, sample.ACCESS]
    assert feed.total == 4 and feed.vitals is not None and feed.vitals.daemon == "running"


def test_nothing_committed_nothing_read(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.look()
    feed.look()
    statements: list[str] = []
    assert feed._journal is not None
    feed._journal.read().set_trace_callback(statements.append)
    assert feed.look() == set()
    assert statements == ["PRAGMA data_version"]


def test_only_what_moved_is_read(feed: Feed, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.look()
    monkeypatch.setattr(incidents, "listed", None)  # reading them all again would fail
    changed = make.incident(id=sample.INJECTION, severity="critical", version=9, last_at=make.NOW)
    with journal.write() as db:
        incidents.put(db, [changed])
    assert feed.look() == {sample.INJECTION}
    assert [i.id for i in feed.incidents][:2] == [sample.INJECTION, sample.LEAK]


@pytest.mark.parametrize("change", ["step", "timeline"])
def test_a_step_or_a_note_touches_its_story(feed: Feed, journal: Journal, change: str) -> None:
    feed.look()
    with journal.write() as db:
        if change == "step":
            runs.put(db, [], [make.step(id="7c1f0a52e9b4", run=f"run-{sample.LEAK}", incident=sample.LEAK, state="undone")])
        else:
            incidents.put_timeline(db, [Entry(sample.LEAK, make.NOW, "note", "seen")])
    assert feed.look() == {sample.LEAK}
    told = feed.told(sample.LEAK)
    assert told is not None
    assert told.steps[0].state == "undone" if change == "step" else told.timeline[-1].text == "seen"


def test_what_retention_dropped_disappears(feed: Feed, journal: Journal) -> None:
    from sentinel.journal import retention

    feed.look()
    retention.drop(journal, now=make.NOW, events_for=make.NOW, incidents_before=make.NOW - 25 * 3600 * SECOND, shipped=None)
    feed.look()
    assert sample.ACCESS not in [i.id for i in feed.incidents] and feed.total == 3
    assert feed.told(sample.ACCESS) is None


def test_a_daemon_that_falls_silent_is_noticed_though_it_commits_nothing(feed: Feed) -> None:
    feed.look()
    feed.clock.sleep(12)
    feed.look()
    assert feed.vitals is not None and feed.vitals.daemon == "silent"


def test_a_journal_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    feed = Feed(tmp_path / "later.db", make.Clock())
    assert feed.look() == set() and "no journal yet" in feed.problem
    sample.write(tmp_path / "later.db").close()
    feed.look()
    assert len(feed.incidents) == 4 and feed.problem == ""
    feed.close()


def test_ten_thousand_incidents_cost_what_a_thousand_do(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")

    def put(db: Connection, numbers: range) -> None:
        incidents.put(db, [make.incident(id=f"INC-{n:010d}", last_at=make.NOW + n) for n in numbers])

    with journal.write() as db:
        put(db, range(10_000))
    feed = Feed(journal.path, make.Clock())
    feed.look()
    assert len(feed.incidents) == feeds.MOST and feed.total == 10_000 and feed.incidents[0].last_at == make.NOW + 9_999
    with journal.write() as db:
        put(db, range(10_000, 10_010))
    begun = time.process_time()
    assert len(feed.look()) == 10
    assert time.process_time() - begun < 0.25
    assert len(feed.incidents) == feeds.MOST and feed.total == 10_010
    feed.close()
    journal.close()
