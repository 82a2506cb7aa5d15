from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from sentinel.cli.status import wait_until_drained
from sentinel.clock import SECOND, SystemClock
from sentinel.errors import JournalError
from sentinel.journal import runs
from sentinel.journal.database import Journal
from tests import make, sample
from tests.cli.conftest import Sentinel, config


def test_not_well_exits_1_and_says_why(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("status")
    assert ran.code == 1 and ran.lines[0] == "NOT WELL" and "1 step(s) failed" in ran.lines[1]
    assert any(line.split() == ["gateway", "2", "48,211", "0", "B", "0.0", "1"] for line in ran.lines)


def test_well_exits_0(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    journal = Journal(tmp_path / "j.db")
    sample.say_well(journal, SystemClock().now())
    journal.close()
    ran = sentinel("status")
    assert ran.code == 0 and ran.lines[0] == "well"
    document = json.loads(sentinel("status", "--json").out)
    assert document["well"] and document["drained"] and document["sources"]["edge"]["lines"] == 301_877


def test_wait_ends_when_all_is_read_and_every_queue_is_empty(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    journal = Journal(tmp_path / "j.db")
    with journal.write() as db:
        runs.put(db, [], [make.step(state="waiting")])

    def finish() -> None:
        for end in range(4):
            time.sleep(0.2)
            sample.say_well(journal, SystemClock().now())
            if end == 2:
                with journal.write() as db:
                    runs.put(db, [], [make.step(state="done")])

    thread = threading.Thread(target=finish)
    begun = time.monotonic()
    thread.start()
    ran = sentinel("status", "--wait", "20")
    thread.join()
    journal.close()
    assert ran.code == 0 and 0.5 < time.monotonic() - begun < 10


@pytest.mark.parametrize("said", ["too early", "busy", "stopped"])
def test_wait_does_not_take_old_or_unfinished_word_for_it(tmp_path: Path, said: str) -> None:
    clock = make.Clock()
    journal = Journal(tmp_path / "j.db")
    at = clock.now() - SECOND if said == "too early" else clock.now() + SECOND
    sample.say_well(journal, at, caught_up=said != "busy", state="stopped" if said == "stopped" else "running")
    vitals = wait_until_drained(config(tmp_path), 5, clock)
    assert not vitals.drained and clock.now() - make.NOW == pytest.approx(5 * SECOND, rel=0.1)
    journal.close()


def test_wait_bears_a_journal_that_is_not_there_yet_until_the_time_is_up(tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        wait_until_drained(config(tmp_path), 2, make.Clock())
