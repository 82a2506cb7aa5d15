from __future__ import annotations

import json
from pathlib import Path

from sentinel.journal.database import Journal
from tests.cli.conftest import Sentinel, config


def test_list_and_show_say_why_and_where(sentinel: Sentinel, night: Path) -> None:
    assert "not JSON: expected value at byte 0" in sentinel("deadletters", "list").out
    ran = sentinel("deadletters", "show", "1")
    assert "/var/log/litellm/log.jsonl:4711" in ran.out and "line of gateway, 913 B" in ran.out and "not a record" in ran.out
    assert json.loads(sentinel("deadletters", "list", "--json").out) == json.loads(sentinel("deadletters", "show", "1", "--json").out)


def test_none_and_unknown_are_said(sentinel: Sentinel, night: Path, tmp_path: Path) -> None:
    ran = sentinel("deadletters", "show", "99")
    assert ran.code == 1 and "no dead letter 99" in ran.err
    (tmp_path / "empty").mkdir()
    Journal(tmp_path / "empty" / "j.db").close()
    assert "No dead letters" in sentinel("deadletters", "list", "-c", config(tmp_path / "empty")).out
