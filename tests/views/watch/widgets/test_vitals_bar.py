from __future__ import annotations

from pathlib import Path

from sentinel.journal import episodes
from sentinel.journal.database import Journal
from sentinel.records.episode import Episode
from sentinel.views import vitals
from sentinel.views.watch.widgets.vitals_bar import KEYS, bar
from tests import make, sample


def shown(journal: Journal | None, problem: str = "") -> list[str]:
    return [line.plain for line in bar(vitals.read(journal, make.NOW) if journal else None, problem)]


def test_numbers_above_and_keys_below_while_all_is_well(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    sample.say_well(journal, make.NOW)
    assert shown(journal) == ["WELL  running act  212 ev/s  lag 0 B 0.1 s  queue 0", KEYS]
    journal.close()


def test_how_many_problems_there_are_is_not_cut_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    sample.say_well(journal, make.NOW)
    with journal.write() as db:
        episodes.put(db, [Episode("source-silent", name, make.NOW, "INC-A", "no line since noon") for name in ("a", "b")])
    assert shown(journal)[1].startswith("! 1 of 2, see `sentinel status`: source ")
    journal.close()


def test_the_first_problem_takes_the_place_of_the_keys(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    first, second = shown(journal)
    assert first.startswith("NOT WELL  none") and second.startswith("! the daemon has never run")
    assert shown(None, "no journal \x1b[2J") == ["waiting for the journal", "! no journal \\x1b[2J"]
    journal.close()
