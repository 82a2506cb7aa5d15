from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from sentinel.journal import incidents, runs
from sentinel.journal.database import Journal
from sentinel.views import terminal
from tests import sample
from tests.cli.conftest import Sentinel, config


def test_list_says_state_since_and_target(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("actions", "list")
    assert ran.code == 0 and len(ran.lines) == 9
    assert ran.lines[0].split() == ["STATE", "ID", "INCIDENT", "AGE", "ACTION", "SINCE", "(UTC)", "AIMED", "AT", "ERROR"]
    failed = next(line for line in ran.lines if line.startswith("failed"))
    assert "user u-2291" in failed and failed.endswith("503 Service Unavailable")
    assert "sentinel actions undo ID" in ran.out


def test_list_on_a_narrow_terminal_still_says_what_was_done(
        sentinel: Sentinel, night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "width", lambda: 80)
    lines = sentinel("actions", "list").lines
    assert any(line.startswith("failed") and line.split()[-1].startswith("litellm.") for line in lines), lines
    assert all(len(line) <= 80 for line in lines) and all(lines[:-2])


def test_list_by_state_and_as_json(sentinel: Sentinel, night: Path) -> None:
    rows = [json.loads(line) for line in sentinel("actions", "list", "--state", "failed", "--json").lines]
    assert [row["id"] for row in rows] == ["5f3a8e1c2d90"]
    assert sentinel("actions", "list", "--state", "broken").code == 2
    assert "No steps in state waiting" in sentinel("actions", "list", "--state", "waiting").out


def test_nothing_done_says_why(sentinel: Sentinel, tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    config(tmp_path)
    assert "no playbook has answered" in sentinel("actions", "list").out


def test_undo_asks_the_daemon_and_waits_for_it(sentinel: Sentinel, night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    monkeypatch.setenv("SUDO_USER", "ada")
    journal = Journal(night / "j.db")

    def daemon() -> None:
        for _ in range(100):
            time.sleep(0.05)
            if undoing := [s for s in runs.listed(journal) if s.state == "undoing"]:
                with journal.write() as db:
                    runs.put(db, [], [replace(step, state="undone") for step in undoing])
                return

    thread = threading.Thread(target=daemon)
    thread.start()
    ran = sentinel("actions", "undo", "7c1f")
    thread.join()
    assert ran.code == 0 and ran.out.endswith("litellm.block_key  key 88dc28d0f030…: undone\n")
    assert "asked by ada" in incidents.timeline(journal, sample.LEAK)[-1].text
    journal.close()


def test_undo_without_a_daemon_says_that_it_is_not_done_yet(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("actions", "undo", "7c1f0a52e9b4", "e24d", "--wait", "0")
    assert ran.code == 1 and ran.out.count("not undone yet") == 2


def test_undo_of_nothing_undoable_says_why(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("actions", "undo", "5f3a")
    assert ran.code == 1 and "nothing to undo" in ran.out
    ran = sentinel("actions", "undo", "7c1f", "nosuch")
    assert ran.code == 1 and "there is no step 'nosuch'" in ran.err
    assert "undoing" not in sentinel("actions", "list").out, "nothing was asked for"


def test_undo_of_an_ambiguous_id_says_so(sentinel: Sentinel, night: Path) -> None:
    from tests import make

    journal = Journal(night / "j.db")
    with journal.write() as db:
        runs.put(db, [], [make.step(id="7c1faaaaaaaa")])
    journal.close()
    ran = sentinel("actions", "undo", "7c1f")
    assert ran.code == 1 and "write more of it" in ran.err
