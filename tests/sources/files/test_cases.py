"""Reading in the face of what happens to logs: cases.yaml, undisturbed, stopped and killed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sources.follow import Follower

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
_FUNCTIONS = """
emit() { for i in "$@"; do printf '{"n":%d}\\n' "$i"; done; }
ask() { echo "$1" >&8; read -r -u 9 _; }
poll() { ask poll; }
restart() { ask restart; }
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can read, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run(case: dict[str, Any], folder: Path, disturb: str) -> Follower:
    follower = Follower(folder, case.get("glob", "*.log"), max_lines=1 if disturb in ("kill", "down") else 2000)
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    command = f"exec 8>&{ask} 9<&{answered}\n{_FUNCTIONS}\n{case['steps']}"
    shell = subprocess.Popen(["bash", "-e", "-c", command], cwd=folder, pass_fds=(ask, answered))
    os.close(ask)
    os.close(answered)
    with os.fdopen(asked) as questions, os.fdopen(answer, "w") as answers:
        for question in questions:
            obey(follower, question.strip(), disturb, as_user="user" in case)
            answers.write("\n")
            answers.flush()
    assert shell.wait() == 0
    follower.poll(rounds=5)  # What is not found is looked for a while, before a gap is said.
    follower.stop()
    return follower


def obey(follower: Follower, question: str, disturb: str, *, as_user: bool) -> None:
    if as_user and os.geteuid() == 0:
        os.seteuid(65534)
    try:
        if question == "poll":
            follower.poll()
        if question == "restart" or disturb == "stop":
            follower.stop()
        elif disturb:
            follower.kill()
            if disturb == "kill":
                follower.poll()
    finally:
        if as_user and os.getuid() == 0:
            os.seteuid(0)


def numbers(follower: Follower) -> list[int]:
    return [int(text[text.index(b":") + 1 :].split(b",")[0].rstrip(b"}")) for text in follower.texts()]


# "down": killed, and started again only after the next steps. "destroys" marks cases whose steps destroy what was not
# yet committed then.
@pytest.mark.parametrize("name", CASES)
def test_every_line_comes_once(name: str, folder: Path) -> None:
    case, ids = CASES[name], {}
    for disturb in ("", "stop", "kill") if "destroys" in case else ("", "stop", "kill", "down"):
        place = folder / f"in{disturb}"
        place.mkdir()
        follower = run(case, place, disturb)
        seen = numbers(follower)
        # Between files the order is free, but undisturbed the older file goes first.
        assert (sorted(seen) if disturb or "any_order" in case else seen) == case["n"], (disturb, follower.gaps)
        assert [line.flaw for line in follower.lines if line.flaw] == case.get("unreadable", []), disturb
        assert follower.skipped == case.get("skipped", 0), disturb
        if not disturb and ("gaps" in case or "doubts" in case):
            counted = (sum(not gap.doubt for gap in follower.gaps), sum(gap.doubt for gap in follower.gaps))
            assert counted == (case.get("gaps", 0), case.get("doubts", 0)), follower.gaps
        in_order(follower)
        ids[disturb] = follower.ids()
    if "ids_free" not in case:
        assert ids[""] == ids["stop"] == ids["kill"]


def in_order(follower: Follower) -> None:
    last: dict[str, tuple[int, int]] = {}
    for line in follower.lines:
        at = (line.file.generation, line.offset)
        assert at > last.get(line.file.id, (-1, -1))
        last[line.file.id] = at
