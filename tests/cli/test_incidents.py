from __future__ import annotations

import json
from pathlib import Path

from sentinel.clock import SystemClock
from sentinel.journal import incidents
from sentinel.journal.database import Journal
from tests import make, sample
from tests.cli.conftest import Sentinel, config


def test_list_says_what_when_who_and_what_was_done(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("incidents", "list")
    assert ran.lines[0].split() == ["SEVERITY", "ID", "AGE", "STATE", "ALERTS", "WHEN", "(UTC)", "TITLE", "WHO", "DONE"]
    assert ran.lines[1].startswith("critical  INC-K7QZMAXWEB  3 min ago   contained       9  20")
    assert ran.lines[1].endswith("key agent-prod (88dc28d0f030…)  litellm.block_key, nginx.deny_ip, slack.post")
    assert ran.lines[2].endswith("slack.post; failed litellm.block_key")
    assert ran.code == 0 and len(ran.lines) == 7


def test_list_as_json_for_scripts(sentinel: Sentinel, night: Path) -> None:
    rows = [json.loads(line) for line in sentinel("incidents", "list", "--json").lines]
    assert [row["id"] for row in rows] == [sample.LEAK, sample.EXTRACTION, sample.INJECTION, sample.ACCESS]
    assert rows[0]["steps"][0]["uses"] == "litellm.block_key" and rows[0]["last_at"].endswith("Z")


def test_since_and_limit_bound_the_list(sentinel: Sentinel, night: Path) -> None:
    assert len(sentinel("incidents", "list", "--json", "--since", "30m").lines) == 2
    ran = sentinel("incidents", "list", "--limit", "1")
    assert sample.LEAK in ran.out and sample.EXTRACTION not in ran.out and "--limit 0" in ran.out


def test_nothing_found_says_where_to_look(sentinel: Sentinel, tmp_path: Path) -> None:
    Journal(tmp_path / "j.db").close()
    config(tmp_path)
    assert "No incidents yet. `sentinel status`" in sentinel("incidents", "list").out
    assert sentinel("incidents", "list", "--json").out == ""


def test_show_takes_the_beginning_of_an_id(sentinel: Sentinel, night: Path) -> None:
    for name in ("INC-K7QZMAXWEB", "k7", "inc-k7q"):
        ran = sentinel("incidents", "show", name)
        assert ran.code == 0 and ran.lines[0] == "CRITICAL  Secret in an output  contained"
    assert "sentinel actions undo 7c1f0a52e9b4 e24d9b6603aa" in ran.out


def test_show_as_json_has_timeline_and_alerts(sentinel: Sentinel, night: Path) -> None:
    document = json.loads(sentinel("incidents", "show", "k7", "--json").out)
    assert document["timeline"][-1]["text"] == "open -> contained" and document["recent_alerts"][0]["rule"] == "rule-1"


def test_an_unknown_or_ambiguous_id_says_so(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("incidents", "show", "zzz")
    assert ran.code == 1 and "sentinel incidents list" in ran.err
    ran = sentinel("incidents", "show", "INC-")
    assert ran.code == 1 and sample.LEAK in ran.err and "write more of it" in ran.err


def test_an_id_that_another_one_begins_with_can_still_be_shown(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    journal = Journal(tmp_path / "j.db")
    with journal.write() as db:
        incidents.put(db, [make.incident(id="INC-AA"), make.incident(id="INC-AAB")])
    journal.close()
    assert "INC-AA\n" in sentinel("incidents", "show", "aa").out


def test_hostile_text_never_reaches_the_terminal_raw(sentinel: Sentinel, tmp_path: Path) -> None:
    bad = "\x1b]0;title\x07\x1b[2J\u202e\r[red]x[/red]\n"
    config(tmp_path)
    journal = Journal(tmp_path / "j.db")
    with journal.write() as db:
        incidents.put(db, [make.incident(title=bad, principal=make.principal(label=bad), last_at=SystemClock().now())])
    journal.close()
    for arguments in (["list"], ["show", "abc"], ["list", "--json"], ["show", "abc", "--json"]):
        out = sentinel("incidents", *arguments).out
        assert "\x1b" not in out and "\r" not in out and "\u202e" not in out and "[red]x[/red]" in out
