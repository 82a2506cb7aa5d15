from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.corpus import canary, library
from sentinel.corpus.fingerprint import words
from sentinel.corpus.library import Library
from sentinel.errors import SentinelError
from tests.corpus.test_file import KEY, made


def test_it_takes_what_changes(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    known = Library(folder, KEY)
    assert not known.refresh() and known.corpora == ()
    with library.alone(folder):
        made(folder, name="a")
        library.write_canaries(folder, [canary.canary("c", "a canary that sings", KEY)])
    assert known.refresh() and [one.name for one in known.corpora] == ["a"] and not known.refresh()
    assert known.canaries.found(words("A CANARY, that sings!")) == ["c"]
    first = known.corpora[0]
    made(folder, name="b")
    assert known.refresh() and [one.name for one in known.corpora] == ["a", "b"] and known.corpora[0] is first
    made(folder, {"x": ["y"] * 40}, name="a")
    assert known.refresh() and known.corpora[0] is not first and len(known.corpora[0]) == 1
    library.path_of(folder, "a").unlink()
    (folder / canary.FILE).unlink()
    assert known.refresh() and [one.name for one in known.corpora] == ["b"] and known.canaries.all == ()
    assert library.names(folder) == ["b"]


def test_what_is_damaged_is_told_once_and_the_rest_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made(tmp_path, name="good")
    bad = tmp_path / "bad.corpus"
    bad.write_bytes(made(tmp_path, name="bad").path.read_bytes()[:-3])
    (tmp_path / canary.FILE).write_text("{")
    known = Library(tmp_path, KEY)
    with caplog.at_level(logging.ERROR):
        assert known.refresh() and not known.refresh()
    assert [one.name for one in known.corpora] == ["good"] and known.problems.keys() == {"bad.corpus", canary.FILE}
    assert len(caplog.records) == 2 and "sentinel corpus remove bad" in caplog.text
    made(tmp_path, name="bad")
    assert known.refresh() and len(known.corpora) == 2 and known.problems.keys() == {canary.FILE}


def test_what_leads_nowhere_or_never_ends_hides_nothing(tmp_path: Path) -> None:
    made(tmp_path, name="good")
    for number in range(20):
        (tmp_path / f"{number}.corpus").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.corpus")
    known = Library(tmp_path, KEY)
    assert known.refresh() and [one.name for one in known.corpora] == ["good"] and known.problems == {}


def test_a_folder_that_cannot_be_read_switches_nothing_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "corpus"
    with library.alone(folder):
        made(folder, name="good")
    known = Library(folder, KEY)
    assert known.refresh()
    folder.rename(tmp_path / "away")
    folder.write_text("no folder")
    assert not known.refresh() and not known.refresh() and [one.name for one in known.corpora] == ["good"]
    assert len(caplog.records) == 1 and "cannot be read" in known.problems[""]
    folder.unlink()
    (tmp_path / "away").rename(folder)
    assert not known.refresh() and known.problems == {}


def test_two_processes_do_not_write_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    code = f"from pathlib import Path; from sentinel.corpus import library\nwith library.alone(Path({str(folder)!r})): pass"
    with library.alone(folder):
        (folder / ".left").write_text("by a killed process")
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "another `sentinel corpus` is writing" in ran.stderr and (folder / ".left").exists()
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0 and not (folder / ".left").exists()


def test_the_folder_and_its_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with library.alone(folder):
        library.write_canaries(folder, [])
    assert folder.stat().st_mode & 0o777 == 0o700 and (folder / canary.FILE).stat().st_mode & 0o777 == 0o600
    if os.geteuid() == 0:
        os.chown(tmp_path, 12_345, 12_345)
        with library.alone(folder):
            library.write_canaries(folder, [])
        assert (folder / canary.FILE).stat().st_uid == 12_345


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    for name in ("../x", "", ".x", "a/b", "a" * 65, "a\n"):
        with pytest.raises(SentinelError, match="no name for a corpus"):
            library.path_of(tmp_path, name)
    assert library.path_of(tmp_path, "a.b-1").name == "a.b-1.corpus"


def test_the_key_tells_nothing_of_the_pseudonyms_key() -> None:
    assert library.key_of(KEY) != KEY and library.key_of(KEY) == library.key_of(KEY) and len(library.key_of(KEY)) == 32
    assert library.folder_of(Path("/var/lib/sentinel/journal.db")) == Path("/var/lib/sentinel/corpus")
