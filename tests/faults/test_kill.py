"""kill -9 at random moments, with rotations among them, changes nothing: not one event, id or outside effect."""

from __future__ import annotations

import random
import string
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.faults.daemon import ROOT, Daemon
from tests.integration.servers.slack import Slack
from tests.integration.servers.slack import running as slack_running
from tests.records_litellm import key, line
from tests.standins.litellm import Gateway
from tests.standins.litellm import running as gateway_running

LINES, KILLS, KEYS = 5_000, 25, 12


def made() -> list[bytes]:
    """Mostly clean records of a dozen keys; now and then one leaks a person's data, three leak a secret."""
    dice = random.Random(11)
    token = "".join(dice.choices(string.ascii_letters + string.digits, k=36))
    lines = []
    for number in range(LINES):
        who, answer = f"k{dice.randrange(KEYS)}", f"Summary {number}."
        if number % 97 == 0:
            answer = f"Write to person{number % 7}@mailbox.example.org, card 4539 1488 0343 6467."
        if number in (700, 2500, 4200):
            answer = f"Use ghp_{token}{number}"[:44]
        lines.append(line(number, who=who, answer=answer, address=f"198.51.100.{dice.randrange(40)}"))
    return lines


def write(lines: list[bytes], log: Path, seconds: float, done: threading.Event) -> None:
    """Append in bursts over about `seconds`, rotating twice by rename; half lines now and then."""
    dice, at = random.Random(5), 0
    rotations = [len(lines) // 3, 2 * len(lines) // 3]
    pause = seconds / (len(lines) / 25)
    file = log.open("ab", buffering=0)
    while at < len(lines):
        burst = b"".join(lines[at:at + 25])
        cut = dice.randrange(len(burst))
        file.write(burst[:cut])
        time.sleep(pause / 2)
        file.write(burst[cut:])
        time.sleep(pause / 2)
        at += 25
        if rotations and at >= rotations[0]:
            rotations.pop(0)
            for number in (2, 1):
                older = log.with_name(f"{log.name}.{number}")
                if older.exists():
                    older.rename(log.with_name(f"{log.name}.{number + 1}"))
            log.rename(log.with_name(f"{log.name}.1"))
            file.close()
            file = log.open("ab", buffering=0)
    file.close()
    done.set()


def daemon(folder: Path, gateway: Gateway, slack: Slack) -> Daemon:
    return Daemon(folder, {
        "sources": [{"name": "gateway", "paths": [str(folder / "logs" / "a.log")], "format": "litellm"}],
        "rules": [str(ROOT / "rules")],
        "playbooks": {"paths": [str(ROOT / "playbooks")], "mode": "act", "max_contained_per_hour": 100},
        "services": {
            "litellm": {"url": gateway.url, "key": gateway.master_key},
            "slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url},
            "nginx": {"denylist": str(folder / "denylist.conf"), "test": [], "reload": []},
        },
    })


def outcome(one: Daemon) -> dict[str, Any]:
    """All that must not depend on whether the daemon was killed."""
    incidents = {i["id"]: i for i in one.rows("incidents", "list")}
    steps = {s["id"]: s for s in one.rows("actions", "list")}
    return {
        "events": Counter((e["event.id"], e["gen_ai.completion"]) for e in one.rows("events", "list")),
        "incidents": {id_: (i["alerts"], i["severity"], i["score"], i["state"]) for id_, i in incidents.items()},
        "steps": {id_: (s["uses"], s["state"]) for id_, s in steps.items()},
        "denied": sorted(line for line in (one.folder / "denylist.conf").read_text().splitlines() if line.startswith("deny")),
    }


def test_twenty_five_kills_and_two_rotations(tmp_path: Path) -> None:
    lines, dice = made(), random.Random(3)
    results, effects = [], []
    for name, killed in (("undisturbed", False), ("killed", True)):
        with gateway_running({key(f"k{n}") for n in range(KEYS)}) as gateway, slack_running() as slack:
            one = daemon(tmp_path / name, gateway, slack)
            (one.folder / "logs").mkdir()
            (one.folder / "state").mkdir()
            (one.folder / "state" / "pseudonym.key").touch(mode=0o600)
            (one.folder / "state" / "pseudonym.key").write_bytes(b"the same in both of the two runs")
            # It must know the file before that is rotated away from under its name.
            (one.folder / "logs" / "a.log").write_bytes(lines[0])
            one.start()
            one.caught_up()
            written = threading.Event()
            writer = threading.Thread(target=write, args=(lines[1:], one.folder / "logs" / "a.log", 45 if killed else 5, written))
            writer.start()
            for _ in range(KILLS if killed else 0):
                time.sleep(dice.uniform(0.3, 3.0))
                one.kill()
                one.start()
            writer.join()
            one.caught_up(120)
            assert one.stop() == 0
            results.append(outcome(one))
            effects.append((Counter(gateway.blocked), Counter(slack.posted_incidents())))
    undisturbed, after_kills = results
    assert sum(undisturbed["events"].values()) == LINES
    assert undisturbed["incidents"] and undisturbed["denied"]
    assert after_kills == undisturbed
    for blocked, posted in effects:
        assert blocked and set(blocked.values()) == {1}, "a key was blocked more than once"
        assert posted and set(posted.values()) == {1}, "an incident was posted more than once"
    assert effects[0][0] == effects[1][0]
