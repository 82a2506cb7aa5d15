from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Sentinel

RULE = """\
title: A success
logsource: {category: llm}
detection: {s: {event.outcome: success}, condition: s}
"""


@pytest.fixture
def rule(night: Path) -> Path:
    (night / "r.yml").write_text(RULE)
    return night / "r.yml"


def test_a_file_that_is_not_installed_is_hunted_with(sentinel: Sentinel, rule: Path) -> None:
    ran = sentinel("hunt", rule, "--json")
    rows = [json.loads(line) for line in ran.lines]
    assert ran.code == 0 and [row["event"] for row in rows] == [f"00aa11bb22cc33dd-0-{n * 100:x}" for n in range(5)]
    assert rows[0]["principal"]["kind"] == "key" and rows[0]["matched"] == {"event.outcome": "success"} and rows[0]["title"] == "A success"


def test_for_people_hits_then_who_and_when(sentinel: Sentinel, rule: Path) -> None:
    ran = sentinel("hunt", rule)
    assert ran.code == 0 and ran.lines[0] == "A success"
    assert len([line for line in ran.lines if "event.outcome: success  00aa11bb22cc33dd-0-" in line]) == 5
    assert "5 hit(s) in 5 event(s)\nfirst 1 h ago  " in ran.out and "HITS  WHO" in ran.out and "   5  key 88dc28d0f030" in ran.out


def test_the_span_may_be_times(sentinel: Sentinel, rule: Path) -> None:
    assert len(sentinel("hunt", rule, "--json", "--since", "58m").lines) == 2
    assert len(sentinel("hunt", rule, "--json", "--since", "2020-01-01", "--until", "58m").lines) == 3
    assert "no hit in 0 event(s)" in sentinel("hunt", rule, "--since", "2020-01-01", "--until", "2021-01-01T10:00Z").out
    assert sentinel("hunt", rule, "--since", "1h", "--until", "2h").code == 2
    assert sentinel("hunt", rule, "--since", "soon").code == 2


def test_what_cannot_be_found_is_said_once(sentinel: Sentinel, rule: Path) -> None:
    rule.write_text(RULE.replace("event.outcome: success", "gen_ai.prompt|contains: secret"))
    out = sentinel("hunt", rule).out
    assert out.count("note: personal data and secrets in gen_ai.prompt are stored as pseudonyms") == 1 and "no hit in 5 event(s)" in out


def test_an_unknown_rule_is_a_mistake(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("hunt", "nothing")
    assert ran.code == 2 and "no rule 'nothing'" in ran.err


def test_the_way_on_can_be_typed_as_it_stands(sentinel: Sentinel, rule: Path) -> None:
    command = sentinel("hunt", "A success", "-r", rule).lines[-1].removeprefix("Why the last of them: sentinel ")
    assert shlex.split(command) == ["rules", "explain", "-r", str(rule), "A success", "00aa11bb22cc33dd-0-190"]
    assert "matches" in sentinel(*shlex.split(command)).out


def test_placeholders_and_pipelines_are_read_too(sentinel: Sentinel, rule: Path) -> None:
    rule.write_text(RULE.replace("event.outcome: success", "Outcome|expand: '%good%'"))
    (rule.parent / "p.yaml").write_text("transformations: [{type: field_name_mapping, mapping: {Outcome: event.outcome}}]\n")
    (rule.parent / "good.yaml").write_text("good: [success]\n")
    assert len(sentinel("hunt", rule, "--json", "-p", rule.parent / "p.yaml", "--placeholders", rule.parent / "good.yaml").lines) == 5
