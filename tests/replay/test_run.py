"""Past logs through the shipped rules and playbooks: what the daemon would have found, and no effect anywhere."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from sentinel.errors import ConfigError
from sentinel.journal import events
from sentinel.journal.database import Journal
from sentinel.replay.run import replay
from sentinel.replay.summary import Summary
from tests import make
from tests.records_litellm import START, line

ROOT = Path(__file__).parents[2]
TOKEN = "ghp_" + "Ab3dE5gH7jK9mN1pQ3rS5tU7vW9xY2z4A6c8"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A config whose services are nowhere, and a gateway's log of a leak in two parts."""
    (tmp_path / "c.yaml").write_text(json.dumps({
        "journal": "state/journal.db", "sources": [{"name": "gateway", "paths": ["proxy.jsonl"], "format": "litellm"}],
        "rules": [str(ROOT / "rules")], "playbooks": {"paths": [str(ROOT / "playbooks")], "mode": "act"},
        "elasticsearch": {"urls": ["http://127.0.0.1:1"]},
        "services": {"litellm": {"url": "http://127.0.0.1:1", "key": "sk-master"}, "slack": {"token": "xoxb-1", "channel": "C0123456789"}}}))
    rows = [line(n, who=f"k{n % 3}", answer=f"Use {TOKEN}" if n == 25 else "Summary.") for n in range(40)]
    (tmp_path / "proxy.jsonl.1").write_bytes(b"".join(rows[:20]))
    (tmp_path / "proxy.jsonl").write_bytes(b"".join(rows[20:]) + b"not a record\n")
    return tmp_path


def run(world: Path, *names: str, **given: Any) -> Summary:
    scratch = world / "scratch"
    scratch.mkdir()
    return replay(world / "c.yaml", [world / name for name in names or ("proxy.jsonl.1", "proxy.jsonl")], scratch,
                  given.pop("clock", None) or make.Clock(), **given)


def test_what_would_have_been_found_and_done(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a replay opens no connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    found = run(world)
    assert all(i.opened_at // 10**9 - int(START) < 60 for i in found.incidents), "incidents of the day of the log"
    assert (found.files, found.lines, found.events, found.unreadable) == (2, 41, 40, 1)
    assert found.exit_code == 0 and not found.unread
    assert found.first_at // 10**9 == int(START)
    assert "Secret in an output" in {one.title for one in found.fired}
    leak = next(i for i in found.incidents if i.story == "leak")
    assert leak.severity == "high" and leak.principal.kind == "key"
    would = {step.uses: step for would in found.would if would.incident == leak.id for step in would.steps}
    assert would["litellm.block_key"].state == would["slack.post"].state == "would do"
    assert would["litellm.block_key"].contains and "key/block" in would["litellm.block_key"].what


def test_nothing_is_left_behind(world: Path) -> None:
    before = sorted(p.name for p in world.iterdir())
    run(world)
    assert sorted(p.name for p in world.iterdir()) == sorted([*before, "scratch"])


def test_the_same_log_gives_the_same_incidents(world: Path) -> None:
    first = run(world)
    (world / "scratch").rename(world / "before")
    again = run(world)
    assert [i.id for i in again.incidents] == [i.id for i in first.incidents]
    assert [i.version for i in again.incidents] == [i.version for i in first.incidents]


def leaked(world: Path, key: bytes) -> str:
    """The answer with the secret, as a replay stores it beside a real journal with this key."""
    (world / "state").mkdir(exist_ok=True)
    (world / "state" / "pseudonym.key").touch(mode=0o600)
    (world / "state" / "pseudonym.key").write_bytes(key)
    run(world)
    journal = Journal(world / "scratch" / "journal.db", readonly=True)
    [text] = [e.fields["gen_ai.completion"] for _, e in events.listed(journal) if "Use" in e.fields["gen_ai.completion"]]
    journal.close()
    shutil.rmtree(world / "scratch")
    return str(text)


def test_pseudonyms_are_those_of_the_real_journal(world: Path) -> None:
    texts = [leaked(world, key) for key in (b"k" * 32, b"k" * 32, b"x" * 32)]
    assert texts[0] == texts[1] != texts[2]
    assert all(text.startswith("Use <secret.github_pat:") for text in texts)


def test_a_config_that_only_observes_contains_nobody(world: Path) -> None:
    config = json.loads((world / "c.yaml").read_text())
    config["playbooks"]["mode"] = "observe"
    (world / "c.yaml").write_text(json.dumps(config))
    states = {step.uses: step.state for would in run(world).would for step in would.steps}
    assert states["litellm.block_key"] == "in act mode" and states["slack.post"] == "would do"


def test_the_pace_is_that_of_the_log(world: Path) -> None:
    clock, at = make.Clock(), []
    began = clock.now()
    found = run(world, clock=clock, speed=10, progress=lambda done, now: at.append(done))
    # The first batch is there at once: half of the log.
    assert clock.now() - began >= (found.last_at - found.first_at) / 10 * 0.5
    assert at == sorted(at) and at[-1] == found.bytes


def test_a_log_that_cannot_be_read_is_a_fault_and_one_that_lay_there_is_not(world: Path) -> None:
    (world / "logs").mkdir()
    (world / "logs" / "README").write_text("no log at all\n" * 20)
    found = run(world, "logs")
    assert found.exit_code == 0 and list(found.skipped) == ["README"]
    (world / "scratch").rename(world / "before")
    assert run(world, "logs/README", form="litellm").exit_code == 1


def test_a_wrong_config_is_said(world: Path) -> None:
    (world / "c.yaml").write_text("sources: []\n")
    with pytest.raises(ConfigError):
        run(world)


def test_answers_are_compared_with_the_corpora_of_the_real_journal(world: Path) -> None:
    from sentinel.corpus import library
    from sentinel.corpus.build import Builder
    from sentinel.evidence import keys

    said, folder = " ".join(f"clause{n * n}" for n in range(90)), world / "state" / "corpus"
    key = library.key_of(keys.load_or_create(world / "state" / "pseudonym.key"))
    with library.alone(folder), Builder(folder, key) as builder:
        builder.add("handbook", said)
        builder.commit(library.path_of(folder, "hr"))
    (world / "proxy.jsonl").write_bytes(line(1, answer=said))
    assert "An answer copies from a protected document" in {one.title for one in run(world, "proxy.jsonl").fired}
