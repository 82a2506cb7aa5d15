"""What is wrong with a source reaches people: once when it begins, once when it is over, however often the daemon is killed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.daemon import ROOT, Daemon
from tests.integration.servers.slack import Slack
from tests.integration.servers.slack import running as slack_running
from tests.records_litellm import line


def daemon(folder: Path, slack: Slack, **source: Any) -> Daemon:
    return Daemon(folder, {
        "sources": [{"name": "gateway", "paths": [str(folder / "a.log")], "format": "litellm"} | source],
        "playbooks": {"paths": [str(ROOT / "playbooks" / "notify.yml")], "mode": "observe"},
        "services": {"slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url}}})


def append(one: Daemon, *lines: bytes) -> None:
    with (one.folder / "a.log").open("ab") as log:
        log.writelines(lines)


def messages(slack: Slack, title: str) -> list[dict[str, Any]]:
    return [message for message in slack.roots if title in json.dumps(message)]


@contextmanager
def speaking(one: Daemon) -> Iterator[None]:
    """A line every half second, from now on."""
    quiet = threading.Event()

    def speak() -> None:
        number = 1_000
        while not quiet.wait(0.5):
            number += 1
            append(one, line(number))

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        quiet.set()
        thread.join()


def killed(one: Daemon, times: int = 2) -> None:
    for _ in range(times):
        one.kill()
        one.start()
        one.caught_up()
        time.sleep(1.5)


def begins_and_ends(one: Daemon, slack: Slack, title: str) -> None:
    """It is told once through kills, and once more when lines come again that can be read."""
    one.until(lambda: len(messages(slack, title)) == 1, 30)
    killed(one)
    status = json.loads(one.run("status", "--json", check=False))
    assert not status["well"] and len(status["operational"]) == 1, status
    with speaking(one):
        one.until(lambda: [i["state"] for i in one.rows("incidents", "list")] == ["resolved"], 60)
        one.until(lambda: ", resolved: " in json.dumps(messages(slack, title)[0]), 60)
        [root] = messages(slack, title)
        one.until(lambda: any("again, after" in json.dumps(news) and news["broadcast"] for news in slack.thread(root["ts"])), 60)
        killed(one, 1)
        assert len(messages(slack, title)) == 1 and len(one.rows("incidents", "list")) == 1
        assert sum("again, after" in json.dumps(news) for news in slack.thread(root["ts"])) == 1
        assert one.stop() == 0


def test_a_source_that_falls_silent(tmp_path: Path) -> None:
    with slack_running() as slack:
        one = daemon(tmp_path, slack, silent_after="10s")
        append(one, line(1))
        one.start()
        one.caught_up()
        begins_and_ends(one, slack, "A source has fallen silent")


def test_a_source_whose_lines_stop_parsing(tmp_path: Path) -> None:
    with slack_running() as slack:
        one = daemon(tmp_path, slack)
        append(one, *(line(n) for n in range(3)))
        one.start()
        one.caught_up()
        append(one, *(b"now it writes something else\n" for _ in range(40)))
        begins_and_ends(one, slack, "can no longer be read")


def test_a_source_whose_clock_is_an_hour_ahead(tmp_path: Path) -> None:
    with slack_running() as slack:
        one = daemon(tmp_path, slack, format="json")
        append(one, *(b'{"time": "%s", "n": %d}\n' % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3600)).encode(), n)
                      for n in range(30)))
        one.start()
        one.until(lambda: len(messages(slack, "off by whole or half hours")) == 1, 30)
        told = json.dumps(messages(slack, "off by whole or half hours"))
        assert "1 h ahead of this host's clock" in told and "timezone: " in told
        assert "1 h ahead" in one.run("status", check=False)
        assert one.stop() == 0
