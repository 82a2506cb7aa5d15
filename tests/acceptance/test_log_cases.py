"""Logs that break other readers, through the command line alone: `log_cases/NAME/` holds input or steps, and what is right.

`steps.sh` runs with `start`, `poll`, `stop`; where `stop` stands, a second run has kill -9. Input files are read whole,
then in pieces of 7 and of 4,096 bytes as they grow, then with a kill in between.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.daemon import Daemon

CASES = {path.name: path for path in sorted((Path(__file__).parent / "log_cases").iterdir()) if path.is_dir()}
STEPS = sorted(name for name, path in CASES.items() if (path / "steps.sh").exists())
INPUTS = sorted(CASES.keys() - STEPS)
# An input named after a format has that format; all others are JSON.
FORMATS = ("nginx", "litellm")
# Root may read everything but for this.
_AS_A_USER = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
_FUNCTIONS = """
ask() { echo "$1" >&8; read -r -u 9 _; }
start() { ask start; }
poll() { ask poll; }
stop() { ask stop; }
"""
# A file that is made anew is found by the next look, and what it leads to by the one after.
_TWO_LOOKS = 2.2


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


class Case:
    """One run of a case. Args: hard: kill -9 where it says stop."""

    def __init__(self, name: str, folder: Path, *, hard: bool) -> None:
        self.expected = json.loads((CASES[name] / "expected.json").read_text("utf-8"))
        self.hard = hard
        self.logs = folder / "logs"
        self.logs.mkdir()
        glob = self.expected.get("glob", "*.log")
        sources = [{"name": kind, "paths": [str(self.logs / f"{kind}*.log")], "format": kind} for kind in FORMATS]
        sources.append({"name": "json", "paths": [str(self.logs / glob)], "format": "json",
                        "exclude": [path for source in sources for path in source["paths"]]})
        self.daemon = Daemon(folder / "elsewhere", {"sources": sources})
        self.daemon.before = _AS_A_USER
        self.starts = 0

    def obey(self, word: str) -> None:
        if word == "start":
            self.daemon.start()
            self.starts += 1
            self.daemon.until(lambda: self.daemon.said().count(" reads ") == self.starts or not self.daemon.alive())
            assert self.daemon.alive(), self.daemon.said()
        elif word == "poll":
            time.sleep(_TWO_LOOKS)
            self.daemon.run("status", "--wait", "30", check=False)
        elif self.hard:
            self.daemon.kill()
        else:
            assert self.daemon.stop() == 0

    def end(self) -> None:
        if self.daemon.alive():
            assert self.daemon.stop() == 0

    def check(self) -> None:
        events, wanted = self.daemon.rows("events", "list"), self.expected
        found = [event["n"] for event in events if "n" in event]
        dead = self.daemon.rows("deadletters", "list")
        assert sorted(found) == sorted(wanted.get("n", found)), [letter["reason"] for letter in dead]
        assert len(dead) == wanted.get("unreadable", 0)
        for key, fields in wanted.get("fields", {}).items():
            (event,) = [event for event in events if event.get("n") == (int(key) if key.isdigit() else None)
                        or event["sentinel.source"] == key]
            assert {name: event.get(name) for name in fields} == fields


def steps(case: Case, name: str) -> None:
    """Runs the steps, doing what they ask for in between."""
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    script = f"exec 8>&{ask} 9<&{answered}\n{_FUNCTIONS}\n{(CASES[name] / 'steps.sh').read_text('utf-8')}"
    shell = subprocess.Popen(["bash", "-e", "-c", script], cwd=case.logs, pass_fds=(ask, answered))
    os.close(ask)
    os.close(answered)
    with os.fdopen(asked) as questions, os.fdopen(answer, "w") as answers:
        for question in questions:
            case.obey(question.strip())
            answers.write("\n")
            answers.flush()
    assert shell.wait() == 0


@pytest.mark.parametrize("hard", [False, True], ids=["stop", "kill"])
@pytest.mark.parametrize("name", STEPS)
def test_steps(name: str, hard: bool, folder: Path) -> None:
    case = Case(name, folder, hard=hard)
    steps(case, name)
    case.end()
    case.check()


@pytest.mark.parametrize("name", INPUTS)
def test_input_read_whole(name: str, folder: Path) -> None:
    case = Case(name, folder, hard=False)
    for path in CASES[name].glob("*.log"):
        (case.logs / path.name).write_bytes(path.read_bytes())
    case.daemon.run("run", "--once")
    case.check()


@pytest.mark.parametrize("size", [7, 4096])
@pytest.mark.parametrize("name", INPUTS)
def test_input_that_grows_by_pieces_with_a_kill_in_between(name: str, size: int, folder: Path) -> None:
    case = Case(name, folder, hard=True)
    case.obey("start")
    for path in CASES[name].glob("*.log"):
        data = path.read_bytes()
        with (case.logs / path.name).open("ab", buffering=0) as file:
            for at in range(0, len(data), size):
                file.write(data[at:at + size])
                time.sleep(0.002 if size < 100 else 0.1)
                if at <= len(data) // 2 < at + size:
                    case.obey("stop")
                    case.obey("start")
    case.obey("poll")
    case.end()
    case.check()
