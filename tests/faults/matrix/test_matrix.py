"""Everything that happens to logs, to as many sources at once, while the daemon is killed again and again: each line comes once.

Writers, rotators and the killer are processes of their own; a line holds its number. What was destroyed before anyone could read
it is accounted for by a gap in the file where it stood. `SENTINEL_FAULT_ROUNDS=10` does it ten times over (`make matrix`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sentinel.journal import checkpoints
from sentinel.journal.database import Journal
from sentinel.records.line import Gap
from tests.faults.daemon import SENTINEL, Daemon
from tests.faults.matrix.rotator import CASES, Case

ROUNDS = int(os.environ.get("SENTINEL_FAULT_ROUNDS", "1"))
HERE = Path(__file__).parent
# root reads what nobody may read; without these rights it is a user like others, and still owns its files.
AS_A_USER = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
# Undisturbed for so long; then killed so often, but for so long at most.
QUIET_SECONDS, KILLS, MOST_SECONDS = 8, 6, 60


class Killer:
    """The process that runs the daemon, and kills it when told to."""

    def __init__(self, one: Daemon, seed: int) -> None:
        self._process = subprocess.Popen([*AS_A_USER, sys.executable, HERE / "killer.py", SENTINEL, one.config, one.log, str(seed)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, command: str) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        with self._process:
            if self._process.poll() is None:
                self.tell("end")
            self._process.wait(30)


class Happened(NamedTuple):
    """What came of one case.

    Attributes:
        written: how many lines. begun: the numbers with which a new file was begun.
        events: (number, file and generation, offset), as read.
    """

    written: int
    begun: list[int]
    events: list[tuple[int, str, int]]
    gaps: list[Gap]
    deadletters: int
    kills: int


def run_all(folder: Path, cases: dict[str, Case], seed: int, *, quiet: float, kills: int, most: float) -> dict[str, Happened]:
    """All cases at once under one daemon."""
    one = Daemon(folder, {"sources": [{"name": name, "paths": [str(folder / "logs" / name / case.glob)], "format": "json"}
                                      for name, case in cases.items()]})
    for name in cases:
        (folder / "logs" / name).mkdir(parents=True)
    killer = Killer(one, seed)
    try:
        rotators = {name: rotator(name, folder / "logs" / name, seed, case.rate) for name, case in cases.items()}
        # What comes and goes before the first look of all was never the source's.
        one.until(lambda: (folder / "state" / "journal.db").exists() and all_seen(one, cases), 90)
        for process in rotators.values():
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        time.sleep(quiet)
        killer.tell(f"kill {kills}")
        end = time.monotonic() + most
        while time.monotonic() < end and killer.tell(f"kill {kills}") < kills:
            time.sleep(0.2)
        written = {name: json.loads(out_of(process)) for name, process in rotators.items()}
        killed = killer.tell("calm")
        time.sleep(2)  # Lines without end are given that time.
        one.caught_up(120)
        return outcome(one, written, killed)
    finally:
        killer.end()


def all_seen(one: Daemon, cases: dict[str, Case]) -> bool:
    return {event["sentinel.source"] for event in one.rows("events", "list")} == cases.keys()


def rotator(name: str, folder: Path, seed: int, rate: float) -> subprocess.Popen[str]:
    return subprocess.Popen([*AS_A_USER, sys.executable, HERE / "rotator.py", name, folder, str(seed), str(rate)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)


def out_of(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate("end\n", timeout=60)
    assert process.returncode == 0
    return said


def outcome(one: Daemon, written: dict[str, dict[str, Any]], killed: int) -> dict[str, Happened]:
    events: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for event in one.rows("events", "list"):
        if "n" in event:
            file, _, offset = str(event["event.id"]).rpartition("-")
            # A line without end and what was written behind it are two events of one line: `.1` says the second.
            events[event["sentinel.source"]].append((event["n"], file, int(offset.partition(".")[0], 16)))
    gaps: dict[str, list[Gap]] = defaultdict(list)
    journal = Journal(one.folder / "state" / "journal.db", readonly=True)
    for gap in checkpoints.gaps(journal):
        gaps[gap.file.source].append(gap)
    journal.close()
    status: dict[str, Any] = json.loads(one.run("status", "--json", check=False))
    return {name: Happened(said["written"], said["begun"], events[name], gaps[name], status["sources"][name]["deadletters"], killed)
            for name, said in written.items()}


@pytest.fixture(scope="module", params=range(ROUNDS))
def happened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Happened]]:
    yield run_all(tmp_path_factory.mktemp("matrix"), CASES, request.param, quiet=QUIET_SECONDS, kills=KILLS, most=MOST_SECONDS)


@pytest.mark.parametrize("name", CASES)
def test_each_line_comes_once(happened: dict[str, Happened], name: str) -> None:
    one = happened[name]
    assert one.kills and one.written > 100
    judge(one, CASES[name])


def judge(one: Happened, case: Case) -> None:
    numbers = [number for number, _, _ in one.events]
    twice = sorted({number for number in numbers if numbers.count(number) > 1}) if len(numbers) != len(set(numbers)) else []
    assert twice == [], "came twice"
    missing = sorted(set(range(one.written)) - set(numbers))
    if not case.loses:
        assert missing == [], f"lost; gaps: {one.gaps}"
        assert [gap for gap in one.gaps if gap.size] == [], "said to be missing, and is not"
    assert unaccounted(one, missing) == [], f"lost silently; gaps: {one.gaps}"
    assert set(numbers) <= set(range(one.written)) and one.deadletters == 0


def unaccounted(one: Happened, missing: list[int]) -> list[int]:
    """Missing numbers for which no gap stands behind the last line before them, in that line's file.

    A file that came and went while nobody looked leaves no trace: if its first line is missing, all of it may be.
    """
    at = {number: (file, offset) for number, file, offset in one.events}
    said: dict[str, int] = {}
    for gap in one.gaps:
        file = f"{gap.file.id}-{gap.file.generation}"
        said[file] = max(said.get(file, -1), gap.offset)
    unseen, found, before = {0, *one.begun}, [], -1
    for number in missing:
        before = number - 1 if number - 1 in at else before
        file, offset = at.get(before, ("", 0))
        if before + 1 not in unseen and said.get(file, -1) < offset:
            found.append(number)
    return found


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_storm_of_twenty_kills_at_two_thousand_lines_a_second(tmp_path: Path, seed: int) -> None:
    storm = {"rename-in-the-glob": CASES["rename-in-the-glob"]._replace(rate=2000)}
    one, = run_all(tmp_path, storm, seed, quiet=1, kills=20, most=150).values()
    assert one.kills == 20 and one.written > 50_000
    judge(one, storm["rename-in-the-glob"])
