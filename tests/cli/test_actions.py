from __future__ import annotations

import json
from pathlib import Path

from sentinel.journal.database import Journal
from tests.cli.conftest import Sentinel, config


def test_list_says_state_since_and_target(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("actions", "list")
    assert ran.code == 0 and len(ran.lines) == 9
    assert ran.lines[0].split() == ["STATE", "ID", "INCIDENT", "AGE", "SINCE", "(UTC)", "ACTION", "AIMED", "AT", "ERROR"]
    failed = next(line for line in ran.lines if line.startswith("failed"))
    assert "user u-2291" in failed and failed.endswith("503 Service Unavailable")
    assert "sentinel actions undo ID" in ran.out


def test_list_by_state_and_as_json(sentinel: Sentinel, night: Path) -> None:
    rows = [json.loads(line) for line in sentinel("actions", "list", "--state", "failed", "--json").lines]
    assert [row["id"] for row in rows] == ["5f3a8e1c2d90"]
    assert sentinel("actions", "list", "--state", "broken").code == 2
    assert "No steps in state waiting" in sentinel("actions", "list", "--state", "waiting").out


def test_nothing_done_says_why(sentinel: Sentinel, tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    config(tmp_path)
    assert "no playbook has answered" in sentinel("actions", "list").out
