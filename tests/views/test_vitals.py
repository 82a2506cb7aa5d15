from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.clock import SECOND
from sentinel.journal import checkpoints, episodes, health, outbox, runs
from sentinel.journal.alone import Alone
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.records.episode import Episode
from sentinel.records.line import Gap
from sentinel.views import vitals
from tests import make, sample

NOW = make.NOW


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "j.db")
    yield journal
    journal.close()


def put(journal: Journal, name: str, **body: object) -> None:
    with journal.write() as db:
        health.put(db, name, NOW, body)


def test_a_journal_nobody_ever_ran_on_is_not_well(journal: Journal) -> None:
    seen = vitals.read(journal, NOW)
    assert (seen.daemon, seen.well, seen.drained) == ("none", False, False)


def test_well_when_the_daemon_speaks_and_nothing_is_wrong(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    seen = vitals.read(journal, NOW + 9 * SECOND)
    assert seen.well and seen.drained and seen.daemon == "running" and seen.behind is None
    assert seen.sources["gateway"].lines == 48_211


def test_a_silent_daemon_is_not_well(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    assert vitals.read(journal, NOW + 11 * SECOND).daemon == "silent"
    assert "says nothing any more" in vitals.read(journal, NOW + 11 * SECOND).problems[0]


def test_a_stopped_daemon_stays_stopped(journal: Journal) -> None:
    sample.say_well(journal, NOW, state="stopped")
    assert vitals.read(journal, NOW + 100 * SECOND).daemon == "stopped"


@pytest.mark.parametrize(("name", "body", "text"), [
    ("source:gateway", {"problem": "no file matches"}, "source gateway: no file matches"),
    ("source:gateway", {"seconds": 120.0, "bytes": 5}, "source gateway is 120 s behind"),
    ("rules", {"broken": ["a.yml:3: x"]}, "rule not in force: a.yml:3: x"),
    ("elastic", {"error": "connection refused"}, "Elasticsearch: connection refused"),
])
def test_what_is_wrong_is_said(journal: Journal, name: str, body: dict[str, object], text: str) -> None:
    sample.say_well(journal, NOW)
    put(journal, name, **body)
    problems = vitals.read(journal, NOW).problems
    assert len(problems) == 1 and text in problems[0]


def test_a_failed_step_is_wrong_for_a_day(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    with journal.write() as db:
        runs.put(db, [], [make.step(state="failed")])
    assert not vitals.read(journal, NOW).well
    sample.say_well(journal, NOW + 86_401 * SECOND)
    assert vitals.read(journal, NOW + 86_401 * SECOND).well


@pytest.mark.parametrize("state", ["waiting", "trying", "unknown", "undoing"])
def test_an_open_step_is_not_drained(journal: Journal, state: str) -> None:
    sample.say_well(journal, NOW)
    with journal.write() as db:
        runs.put(db, [], [make.step(state=state)])
    seen = vitals.read(journal, NOW)
    assert seen.open_steps == 1 and not seen.drained


def test_what_elasticsearch_still_lacks_is_counted_from_the_tables(tmp_path: Path) -> None:
    journal = sample.write(tmp_path / "full.db")
    assert vitals.read(journal, NOW).behind is None
    assert vitals.read(journal, NOW, ships=True).behind == 10, "the shipper has not said anything yet"
    put(journal, "elastic", error="")
    assert vitals.read(journal, NOW).behind == 5 + 1 + 4
    with journal.write() as db:
        outbox.advance(db, "elastic:events", 5)
        outbox.advance(db, "elastic:alerts", 1)
        outbox.shipped(db, "incidents", [(i, 99) for i in (sample.LEAK, sample.EXTRACTION, sample.ACCESS, sample.INJECTION)])
    assert vitals.read(journal, NOW).behind == 0
    journal.close()


def test_rows_of_a_source_that_the_running_daemon_no_longer_has_are_left_out(journal: Journal) -> None:
    with journal.write() as db:
        health.put(db, "source:old", NOW - 3 * 3600 * SECOND, {"problem": "gone"})
    sample.say_well(journal, NOW)
    assert "old" not in vitals.read(journal, NOW).sources and vitals.read(journal, NOW).well


def test_trouble_that_lasts_is_said_and_makes_it_unwell(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    with journal.write() as db:
        episodes.put(db, [Episode("source-silent", "gateway", NOW, "INC-A", "no line since noon"),
                          Episode("source-gap", "gateway", NOW, "INC-B", "5 bytes"),
                          Episode("source-clock", "gateway", NOW, "INC-C", "over", NOW + 1)])
    seen = vitals.read(journal, NOW)
    assert seen.problems == ["source gateway: no line since noon (INC-A, since 2026-11-24 22:00:00Z)"]
    assert [(one["kind"], one["subject"], one["since"], one["incident"]) for one in seen.document()["operational"]] == [
        ("source-gap", "gateway", NOW, "INC-B"), ("source-silent", "gateway", NOW, "INC-A")]


def test_an_elasticsearch_that_people_were_told_of_is_said_once_with_its_incident(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    put(journal, "elastic", error="refused")
    with journal.write() as db:
        episodes.put(db, [Episode("elasticsearch-away", "", NOW, "INC-E", "refused")])
    assert vitals.read(journal, NOW).problems == [
        "Elasticsearch: refused (0 documents wait in the journal, none is lost; INC-E, since 2026-11-24 22:00:00Z)"]


def test_a_gap_and_a_missing_watch_are_no_reason_for_alarm(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    put(journal, "source:gateway", note="no inotify, files are looked at once a second")
    with journal.write() as db:
        episodes.put(db, [Episode("source-gap", "gateway", NOW, "INC-B", "5 bytes")])
    seen = vitals.read(journal, NOW)
    assert seen.well and "no inotify, files are looked at once a second" in seen.notes


def test_while_the_journal_cannot_be_written_the_reason_stands_beside_it(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    mine = Alone(journal.path, NOW)
    mine.say("j.db: database or disk is full; make room on its disk", NOW + 20 * SECOND, {"gateway": (5_000, 20.5)})
    seen = vitals.read(journal, NOW + 25 * SECOND)
    assert (seen.daemon, seen.problems) == ("waiting", ["j.db: database or disk is full; make room on its disk"])
    assert not seen.drained and not seen.caught_up
    assert (seen.sources["gateway"].bytes, seen.sources["gateway"].seconds, seen.sources["gateway"].lines) == (5_000, 20.5, 48_211)
    assert vitals.read(journal, NOW + 60 * SECOND).daemon == "silent", "whoever said so is gone"
    mine.close()


def test_what_auto_chose_is_said(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    state = State(journal)
    state.section("format:gateway").put("choice", {"name": "nginx", "why": "reads 100% of 64 lines"})
    state.section("format:gone").put("choice", {"name": "caddy", "why": "reads 100% of 64 lines"})
    with journal.write() as db:
        state.put(db)
    assert [note for note in vitals.read(journal, NOW).notes if "auto" in note] == ["source gateway: format auto is nginx: reads 100% of 64 lines"]


def test_what_may_be_lost_is_told_apart_from_what_is(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    doubt = Gap(make.file(), 5, 0, "copied and cut", NOW, doubt=True)
    for gaps, notes in (([doubt, doubt], ["2 time(s) a log was copied and cut"]),
                        ([Gap(make.file(), 0, 7, "cut", NOW)], ["1 gap(s): bytes that were gone", "2 time(s)"])):
        with journal.write() as db:
            checkpoints.put_gaps(db, gaps)
        seen = vitals.read(journal, NOW)
        assert seen.well and [note.startswith(start) for note, start in zip(seen.notes, notes, strict=False)] == [True] * len(notes)
    assert (seen.gaps, seen.doubts) == (3, 2)


def test_what_a_correlation_had_no_room_for_is_said(journal: Journal) -> None:
    sample.say_well(journal, NOW)
    put(journal, "rules", loaded=2, broken=[], evicted={"burst": [12_000, 0]})
    seen = vitals.read(journal, NOW)
    assert seen.well and [note for note in seen.notes if "room" in note] == [
        "rule burst had no room for 12,000 group(s) and 0 of what groups hold; see docs/rules.md, Correlations"]
