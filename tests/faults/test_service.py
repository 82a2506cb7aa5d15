"""The daemon as a process: signals, and what a file that has gone wrong does to it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.daemon import SENTINEL, Daemon

RULE = """
title: Path {word}
id: 7a1c5e1e-0000-4000-8000-00000000000{n}
status: test
level: high
logsource: {{category: webserver}}
detection:
  it: {{url.path|contains: {word}}}
  condition: it
sentinel: {{story: access, principal: address}}
"""


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    (tmp_path / "rules").mkdir()
    rule(tmp_path, "first", 1)
    return Daemon(tmp_path, {"sources": [{"name": "edge", "paths": ["access.log"], "format": "nginx"}], "rules": ["rules"]})


def rule(folder: Path, word: str, n: int) -> None:
    (folder / "rules" / f"{word}.yml").write_text(RULE.format(word=word, n=n))


def ask(daemon: Daemon, path: str, address: str) -> None:
    with (daemon.folder / "access.log").open("a") as log:
        log.write(f'{address} - - [24/Nov/2026:22:00:00 +0000] "GET {path} HTTP/1.1" 200 5 "-" "curl/8"\n')


def found(daemon: Daemon) -> set[str]:
    return {str(incident["title"]) for incident in daemon.rows("incidents", "list")}


def test_sigterm_commits_what_was_read_and_the_next_start_goes_on(daemon: Daemon) -> None:
    ask(daemon, "/first", "192.0.2.1")
    daemon.start()
    daemon.caught_up()
    began = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - began < 10
    ask(daemon, "/first", "192.0.2.2")
    daemon.start()
    daemon.caught_up()
    assert daemon.stop() == 0
    assert len(daemon.rows("events", "list")) == 2
    assert len(daemon.rows("incidents", "list")) == 2


def test_sighup_takes_new_rules_and_refuses_broken_files(daemon: Daemon) -> None:
    daemon.start()
    daemon.caught_up()
    rule(daemon.folder, "second", 2)
    daemon.signal(signal.SIGHUP)
    daemon.until(lambda: "reloaded: 2 rule(s)" in daemon.said())
    ask(daemon, "/second", "192.0.2.1")
    daemon.caught_up()
    assert found(daemon) == {"Path second"}

    (daemon.folder / "rules" / "first.yml").write_text(RULE.format(word="first", n=1).replace("contains", "containz"))
    daemon.signal(signal.SIGHUP)
    daemon.until(lambda: "reload refused" in daemon.said())
    assert "containz" in daemon.said() and "first.yml:" in daemon.said()
    ask(daemon, "/first", "192.0.2.2")
    daemon.caught_up()
    assert found(daemon) == {"Path first", "Path second"}, "the old rules stay in force"

    rule(daemon.folder, "first", 1)
    config = json.loads(daemon.config.read_text())
    daemon.config.write_text(json.dumps(config | {"elasticsearch": {"urls": ["http://127.0.0.1:1"]}}))
    daemon.signal(signal.SIGHUP)
    daemon.until(lambda: "elasticsearch: cannot be changed by a reload" in daemon.said())

    daemon.config.write_text("sources: []\nnonsense: 1\n")
    daemon.signal(signal.SIGHUP)
    daemon.until(lambda: "nonsense" in daemon.said())
    assert daemon.alive()
    assert daemon.stop() == 0


def test_a_config_that_is_wrong_at_start_ends_it_with_2(daemon: Daemon) -> None:
    daemon.config.write_text("sources: []\n")
    daemon.start()
    assert daemon.wait(20) == 2
    assert "sentinel.yaml:1: sources" in daemon.said()


def test_a_second_daemon_on_the_journal_is_refused_and_the_first_goes_on(daemon: Daemon) -> None:
    """It read the same lines, failed at each commit with "UNIQUE constraint failed: alerts.id", and never recovered."""
    daemon.start()
    daemon.caught_up()
    refused = subprocess.run([SENTINEL, "run", "-c", daemon.config], capture_output=True, text=True, timeout=60, cwd=daemon.folder)
    assert refused.returncode != 0 and "another `sentinel run` works on this journal" in refused.stderr
    assert "Traceback" not in refused.stderr
    ask(daemon, "/first", "192.0.2.1")
    daemon.caught_up()
    daemon.kill()
    daemon.start()
    daemon.caught_up()
    assert found(daemon) == {"Path first"}
    assert daemon.stop() == 0
