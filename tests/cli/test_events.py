from __future__ import annotations

import json
from pathlib import Path

from sentinel.journal.database import Journal
from tests.cli.conftest import Sentinel, config


def test_one_object_per_event_in_order_of_reading(sentinel: Sentinel, night: Path) -> None:
    rows = [json.loads(line) for line in sentinel("events", "list", "--json").lines]
    assert [row["log.offset"] for row in rows] == [0, 100, 200, 300, 400]
    assert rows[0]["event.id"] == "00aa11bb22cc33dd-0-0" and rows[0]["user.id"] == "u-17" and rows[0]["@timestamp"].endswith("Z")


def test_since_leaves_out_what_is_older(sentinel: Sentinel, night: Path) -> None:
    assert len(sentinel("events", "list", "--json", "--since", "58m").lines) == 2


def test_lines_for_people(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("events", "list")
    assert len(ran.lines) == 6 and "key 88dc28d0f030" in ran.lines[1] and "gpt-4o" in ran.lines[1]
    # Headings stand above what they name.
    assert [ran.lines[0].index(word) for word in ("SOURCE", "WHO", "STATUS", "WHAT")] == [
        ran.lines[1].index(word) for word in ("gateway", "key 88", "success", "gpt-4o")]


def test_no_events_says_where_to_look(sentinel: Sentinel, tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    config(tmp_path)
    assert "sentinel status" in sentinel("events", "list").out
    assert "in the last 2h" in sentinel("events", "list", "--since", "2h").out
