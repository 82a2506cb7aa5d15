from pathlib import Path

import pytest

from sentinel.errors import JournalError
from sentinel.journal.alone import Alone, Note, note
from tests.make import NOW


def test_one_at_a_time(tmp_path: Path) -> None:
    first = Alone(tmp_path / "j.db", NOW)
    with pytest.raises(JournalError, match="another `sentinel run`"):
        Alone(tmp_path / "j.db", NOW)
    Alone(tmp_path / "other.db", NOW).close()
    first.close()
    Alone(tmp_path / "j.db", NOW).close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="No such file"):
        Alone(tmp_path / "none" / "j.db", NOW)


def test_its_note_is_read_by_others_and_takes_no_more_room(tmp_path: Path) -> None:
    import os

    assert note(tmp_path / "j.db") is None
    mine = Alone(tmp_path / "j.db", NOW)
    size = (tmp_path / "j.db.lock").stat().st_size
    assert note(tmp_path / "j.db") == Note(os.getpid(), NOW, "")
    for problem in ("database or disk is full", "ä\x1b\"" * 5000, ""):
        mine.say(problem, NOW + 1)
        told = note(tmp_path / "j.db")
        assert told is not None and problem.startswith(told.problem) and bool(told.problem) == bool(problem)
        assert (tmp_path / "j.db.lock").stat().st_size == size
    mine.say("full", NOW, {"edge": (9, 1.5)})
    assert note(tmp_path / "j.db") == Note(os.getpid(), NOW, "full", {"edge": (9, 1.5)})
    mine.say("full", NOW, {f"source-{n}": (9, 1.5) for n in range(500)})
    assert note(tmp_path / "j.db") == Note(os.getpid(), NOW, "full")
    (tmp_path / "j.db.lock").write_bytes(b"\xff not ours")
    assert note(tmp_path / "j.db") is None
    mine.close()
