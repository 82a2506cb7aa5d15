"""The journal cannot be written: reading waits, says so, tells people once, and afterwards nothing is lost or there twice."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.daemon import ROOT, Daemon
from tests.faults.disk import fill, small
from tests.integration.servers.slack import Slack
from tests.integration.servers.slack import running as slack_running
from tests.records_litellm import line

TITLE = "The journal could not be written"


def daemon(folder: Path, slack: Slack, port: int, **changed: Any) -> Daemon:
    return Daemon(folder, {
        "sources": [{"name": "gateway", "paths": [str(folder / "a.log")], "format": "litellm"}],
        "playbooks": {"paths": [str(ROOT / "playbooks" / "notify.yml")], "mode": "observe"},
        "services": {"slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url}},
        "metrics": {"port": port}} | changed)


def append(one: Daemon, first: int, count: int) -> None:
    with (one.folder / "a.log").open("ab") as log:
        for number in range(first, first + count):
            log.write(line(number))


def status(one: Daemon) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one.run("status", "--json", check=False))
    return found


def gauge(port: int, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return float(next(row.split()[-1] for row in answer.read().decode().splitlines() if row.startswith(name)))


def told(slack: Slack) -> int:
    """Messages of the channel itself about it."""
    return sum(TITLE in json.dumps(message) for message in slack.roots)


def each_once(one: Daemon, count: int) -> None:
    seen = Counter(event["sentinel.call.id"] for event in one.rows("events", "list"))
    assert set(seen.values()) == {1} and len(seen) == count


def over(one: Daemon, slack: Slack, port: int, count: int) -> None:
    """It can be written again: all is read once, and the one incident says how long it took."""
    one.caught_up()
    one.until(lambda: [i["state"] for i in one.rows("incidents", "list") if i["title"] == TITLE] == ["resolved"])
    one.until(lambda: told(slack) == 2)
    assert gauge(port, "sentinel_journal_unwritable") == 0
    assert status(one)["well"], status(one)
    one.kill()
    one.start()
    one.caught_up()
    each_once(one, count)
    assert told(slack) == 2 and not slack.refused
    assert one.stop() == 0


def test_a_full_disk(tmp_path: Path) -> None:
    with small(tmp_path / "run" / "state", 8), slack_running() as slack:
        one = daemon(tmp_path / "run", slack, 9481)
        append(one, 0, 10)
        one.start()
        one.caught_up()
        filler = fill(tmp_path / "run" / "state")
        append(one, 10, 900)
        one.until(lambda: told(slack) == 1, 30)
        said = status(one)
        assert not said["well"] and said["daemon"] == "waiting", said
        assert any("full" in problem and "make room" in problem for problem in said["problems"])
        assert not said["drained"] and said["sources"]["gateway"]["bytes"] > 10_000 and said["sources"]["gateway"]["seconds"] > 3
        assert gauge(9481, "sentinel_journal_unwritable") == 1
        assert gauge(9481, "sentinel_source_lag_bytes") > 10_000
        time.sleep(4)
        assert told(slack) == 1 and one.said().count("reading pauses") <= 2
        filler.unlink()
        over(one, slack, 9481, 910)


def test_another_program_holds_the_journal(tmp_path: Path) -> None:
    with slack_running() as slack:
        one = daemon(tmp_path / "run", slack, 9482)
        append(one, 0, 10)
        one.start()
        one.caught_up()
        other = sqlite3.connect(tmp_path / "run" / "state" / "journal.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        append(one, 10, 300)
        one.until(lambda: told(slack) == 1, 30)
        said = status(one)
        assert said["daemon"] == "waiting" and any("locked" in problem for problem in said["problems"]), said
        time.sleep(4)
        assert told(slack) == 1
        other.execute("ROLLBACK")
        other.close()
        over(one, slack, 9482, 310)


def test_a_backup_that_holds_it_for_a_moment_is_not_worth_a_word(tmp_path: Path) -> None:
    with slack_running() as slack:
        one = daemon(tmp_path / "run", slack, 9483)
        one.start()
        one.caught_up()
        other = sqlite3.connect(tmp_path / "run" / "state" / "journal.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        append(one, 0, 50)
        time.sleep(3)
        other.execute("ROLLBACK")
        other.close()
        one.caught_up()
        each_once(one, 50)
        assert told(slack) == 0 and one.rows("incidents", "list") == []
        assert one.stop() == 0


def test_it_is_stopped_while_it_waits(tmp_path: Path) -> None:
    with small(tmp_path / "run" / "state", 8), slack_running() as slack:
        one = daemon(tmp_path / "run", slack, 9484)
        append(one, 0, 10)
        one.start()
        one.caught_up()
        filler = fill(tmp_path / "run" / "state")
        append(one, 10, 900)
        one.until(lambda: "full" in one.said(), 30)
        began = time.monotonic()
        assert one.stop() == 0
        assert time.monotonic() - began < 12
        filler.unlink()
        one.start()
        one.caught_up()
        each_once(one, 910)
        assert one.stop() == 0
