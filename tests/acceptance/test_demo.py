"""`make run`: from a clone to a first incident, as somebody who has just heard of sentinel does it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.terminal import Terminal

ROOT = Path(__file__).parents[2]
BIN = str(Path(sys.executable).parent)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the demo needs of a checkout, so that it writes there and not into ours."""
    for part in ("examples", "rules", "playbooks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("var"))
    return tmp_path


def test_without_a_terminal_it_tells_what_was_found_and_ends(clone: Path) -> None:
    done = subprocess.run([clone / "examples" / "run.sh"], env={**os.environ, "BIN": BIN}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "A tool call reaches for credentials of the host" in told, "the list"
    assert "What happened" in told and "To whom" in told and "Timeline" in told, "the story of one"
    assert "deny 192.0.2.66;" in told and "deny 192.0.2.66;" in (clone / "examples" / "var" / "denylist.conf").read_text()
    assert "HIGH, contained: Refused again and again, then served" in told, "the message"


def test_a_second_run_shows_the_same(clone: Path) -> None:
    def once() -> list[str]:
        done = subprocess.run([clone / "examples" / "run.sh"], env={**os.environ, "BIN": BIN}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=True)
        return sorted(word for word in done.stdout.split() if word.startswith("INC-"))

    assert once() == once() != []


def test_on_a_terminal_the_view_fills_and_everything_ends_with_it(clone: Path) -> None:
    terminal = Terminal(clone, str(clone / "examples" / "run.sh"), BIN=BIN)
    terminal.until("Refused again and again", 60)
    log = clone / "examples" / "var" / "logs" / "litellm.jsonl"
    before = log.stat().st_size if log.exists() else 0
    until = time.monotonic() + 30
    while not log.exists() or log.stat().st_size <= before:
        assert time.monotonic() < until, "no traffic"
        terminal.until("", 0.2)
    assert any("traffic.py" in line for line in working_in(clone))
    terminal.type("q")
    assert terminal.end(40) == 0, terminal.seen[-2000:]
    assert "Kept out by nginx" in terminal.seen
    assert working_in(clone) == [], "a daemon or a traffic script outlived the view"


def working_in(folder: Path) -> list[str]:
    """Command lines of the processes whose working directory is `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has just ended, or is not ours to look at
            continue
    return found
