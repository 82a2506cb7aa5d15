"""Whoever is watched writes the log: nothing in it executes, nothing of it reaches a person unescaped, and reading goes on."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.faults.daemon import ROOT, Daemon
from tests.integration.servers.slack import running as slack_running
from tests.records_litellm import line, record

ESCAPES = "\x1b[31mred\x1b]0;title\x07\x9b2J"
HOSTILE = {
    "terminal": ESCAPES,
    "slack": "<!channel> <@U123> <https://evil.example|https://good.example> `code` *bold* & >quote",
    "template": "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}{{ cycler.__init__.__globals__ }}",
    "hidden": "\u202egnp.exe\u200b\ufeff\U000e0041",
    "shell": "$(touch /tmp/sentinel-was-here); `id` | x > y",
    "path": "../../../../etc/passwd\x00.png",
    "lines": "one\r\ntwo\u2028three\x0bfour",
    "surrogate": "\ud800 half",
}
SECRET = "my key is AKIA" + "QYLPMN5HHHFPZ3QW"  # well-formed and made up: makes the record an incident


@pytest.fixture
def rows() -> list[bytes]:
    """Each hostile text in each place, with a leak beside it so that an incident shows it to people."""
    made, number = [], 0
    for text in HOSTILE.values():
        for place in ("prompt", "answer", "model", "alias", "agent", "user"):
            number += 1
            made.append(json.dumps(with_text(record(number, who=f"w{number}", answer=SECRET), place, text)).encode())
    made += [
        line(9001, prompt="x" * 5_000_000).rstrip(),
        json.dumps(record(9002) | {f"key{i}": i for i in range(10_000)}).encode(),
        json.dumps(record(9003)).encode()[:-1] + b', "deep": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"messages": ' + b"[" * 10_000,
        b"\x00" * 50_000,
        json.dumps(record(9004)).encode().replace(b"Summarise", b"\xff\xfe caf\xe9"),
        b"\x1b[31m not JSON <!channel> {{ 7*7 }}",
        b'{"a": 1, "a": 2, "startTime": 1e999, "status": NaN}',
    ]
    return made


def with_text(made: dict[str, Any], place: str, text: str) -> dict[str, Any]:
    if place == "prompt":
        made["messages"][0]["content"] = text
    elif place == "answer":
        made["response"]["choices"][0]["message"]["content"] = f"{text} {SECRET} {text}"
    elif place == "model":
        made["model_group"] = text
    elif place == "alias":
        made["metadata"]["user_api_key_alias"] = text
    elif place == "agent":
        made["user_agent"] = text
    else:
        made["metadata"]["user_api_key_user_id"] = text
    return made


def test_nothing_executes_nothing_leaks_out_and_reading_goes_on(tmp_path: Path, rows: list[bytes]) -> None:
    trap = Path("/tmp/sentinel-was-here")
    trap.unlink(missing_ok=True)
    with slack_running() as slack:
        one = Daemon(tmp_path, {
            "sources": [{"name": "gateway", "paths": [str(tmp_path / "a.log")], "format": "litellm"}],
            "rules": [str(ROOT / "rules")],
            "playbooks": {"paths": [str(ROOT / "playbooks")], "mode": "act", "max_contained_per_hour": 1000},
            "services": {"slack": {"token": slack.token, "channel": slack.channel, "base_url": slack.base_url},
                         "nginx": {"denylist": str(tmp_path / "denylist.conf"), "test": [], "reload": []}},
        })
        (tmp_path / "a.log").write_bytes(b"\n".join(rows) + b"\n" + line(9999, prompt="the last one"))
        one.start()
        one.caught_up(120)
        assert one.stop() == 0

        events = one.rows("events", "list")
        assert any(e.get("gen_ai.prompt") == "the last one" for e in events)
        assert len(events) + len(one.rows("deadletters", "list")) >= len(rows)
        assert not slack.refused, slack.refused[:1]
        told = slack.everything()

    incidents = one.rows("incidents", "list")
    assert len(incidents) >= len(HOSTILE)
    assert not trap.exists()
    assert (tmp_path / "denylist.conf").read_text().count("deny ") == 1
    shown = [one.run(*command) for command in (
        ("incidents", "list"), ("actions", "list"), ("deadletters", "list"), ("status",), ("playbooks", "list"), ("rules", "list"))
        if command != ("status",)]
    shown += [one.run("incidents", "show", i["id"]) for i in incidents]
    shown += [one.run("deadletters", "show", str(d["id"])) for d in one.rows("deadletters", "list")]
    shown.append(one.log.read_text())
    for text in shown:
        bad = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")}
        assert not bad, f"{bad!r} in {text[:300]!r}"
        assert "49" not in re.findall(r"alias \S+|7\*7", text)
    for mention in ("<!channel>", "<@U123>", "<https://evil"):
        assert mention not in told
    assert "https://evil.example" not in told
