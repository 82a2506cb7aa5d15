"""Which rule files are tried again, and that changes are seen."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sentinel.cli.rules._watch import changes, touched
from tests.cli.rules.conftest import GOOD
from tests.cli.rules.test_test import CASES, written


def test_a_change_matters_to_its_folder_its_rule_or_everything(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "data").mkdir()
    for name in ("a.yml", "b.yml", "x/c.yml"):
        (tmp_path / name).write_text(GOOD)
    every = [tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "x" / "c.yml"]
    assert touched({tmp_path / "b.yml"}, [tmp_path]) == every[:2]
    assert touched({tmp_path / "b.cases.yml"}, [tmp_path]) == every[1:2]
    assert touched({tmp_path / "data" / "info.json"}, [tmp_path]) == every
    assert touched({tmp_path / "b.yml", tmp_path / "x" / "c.cases.yml"}, [tmp_path]) == every
    assert touched({tmp_path / "b.yml"}, [tmp_path / "gone.yml"]) == []


def test_changes_are_seen_and_what_reading_does_is_none(tmp_path: Path) -> None:
    written(tmp_path)
    with changes([tmp_path / "a.yml"]) as seen:
        threading.Timer(0.1, lambda: [(tmp_path / "a.yml").read_text(), (tmp_path / "note.txt").touch(), (tmp_path / ".a.yml.swp").touch(),
                                      (tmp_path / "a.cases.yml").write_text("x")]).start()
        assert next(seen) == {tmp_path / "a.cases.yml"}


def test_it_goes_on_over_mistakes_until_it_is_stopped(tmp_path: Path) -> None:
    written(tmp_path)
    told = tmp_path / "told"
    with told.open("w") as out, subprocess.Popen(
            [Path(sys.executable).with_name("sentinel"), "rules", "test", "--watch", "a.yml"], cwd=tmp_path, stdout=out,
            env={**os.environ, "PYTHONUNBUFFERED": "1"}) as command:
        try:
            wait(told, "2 case(.|\n)*Watching")
            time.sleep(0.3)
            (tmp_path / "a.cases.yml").write_text("- [")
            wait(told, "not YAML(.|\n)*0 case.s. hold, 1 do not")
            (tmp_path / "a.cases.yml").write_text(CASES.replace("harmless", "forbidden"))
            wait(told, "1 case.s. hold, 1 do not")
        finally:
            command.send_signal(signal.SIGINT)
        assert command.wait(10) == 1


def wait(told: Path, pattern: str) -> None:
    until = time.monotonic() + 20
    while not re.search(pattern, told.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert re.search(pattern, told.read_text()), told.read_text()


@pytest.mark.parametrize("away", ["removed", "moved"])
def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path, away: str) -> None:
    """As when another branch is checked out."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yml").write_text(GOOD)
    with changes([folder]) as seen:
        if away == "removed":
            shutil.rmtree(folder)
        else:
            folder.rename(tmp_path / "old")
        next(seen)
        folder.mkdir()
        until = time.monotonic() + 10
        found: set[Path] = set()
        threading.Timer(1.5, lambda: (folder / "b.yml").write_text(GOOD)).start()
        while folder / "b.yml" not in found and time.monotonic() < until:
            found = next(seen)
        assert folder / "b.yml" in found
