from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD

TAGGED = GOOD + "tags: [owasp.llm01, atlas.aml.t0051, attack.t1078]\n"


def test_the_table_tells_what_is_looked_for_and_what_is_not(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(TAGGED)
    ran = sentinel("rules", "coverage", "good.yml")
    assert ran.code == 0
    assert "OWASP LLM Top 10 2025  1 of 10 have rules" in ran.out
    assert any(line.split()[:3] == ["high", "1", "LLM01"] and "1 without cases" in line for line in ran.lines)
    assert any(line.split()[:4] == ["no", "rule", "-", "LLM09"] and "Whether an answer is true" in line for line in ran.lines)
    assert any(line.split()[:3] == ["high", "1", "AML.T0051"] for line in ran.lines)
    assert any(line.startswith("No rule for Reconnaissance, Resource Development") for line in ran.lines)
    assert "A forbidden word" not in ran.out and "AML.T0054" not in ran.out


def test_titles_and_gaps_are_there_for_who_asks(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(TAGGED)
    assert "A forbidden word" in sentinel("rules", "coverage", "good.yml", "--titles").out
    assert "AML.T0054" in sentinel("rules", "coverage", "good.yml", "--gaps").out


def test_json_has_a_line_for_each_and_of_attack_for_what_is_covered(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(TAGGED)
    found = [json.loads(line) for line in sentinel("rules", "coverage", "good.yml", "--json").lines]
    assert [row["id"] for row in found if row["framework"] == "attack"] == ["T1078"]
    assert sum(row["framework"] == "owasp" for row in found) == 10
    [rule] = next(row for row in found if row["tag"] == "atlas.aml.t0051")["rules"]
    assert rule == {"id": "11111111-2222-4333-8444-555555555555", "title": "A forbidden word", "level": "high", "tested": False}


def test_a_layer_is_written(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(TAGGED)
    assert sentinel("rules", "coverage", "good.yml", "--navigator", "atlas.json").code == 0
    assert json.loads((tmp_path / "atlas.json").read_text())["techniques"][0]["techniqueID"] == "AML.T0051"
    sentinel("rules", "coverage", "good.yml", "--framework", "attack", "--navigator", "attack.json")
    assert json.loads((tmp_path / "attack.json").read_text())["domain"] == "enterprise-attack"
    refused = sentinel("rules", "coverage", "good.yml", "--framework", "owasp", "--navigator", "x.json")
    assert refused.code == 2 and "no Navigator for owasp" in refused.err
    unwritable = sentinel("rules", "coverage", "good.yml", "--navigator", "nowhere/x.json")
    assert unwritable.code == 2 and "nowhere/x.json" in unwritable.err


def test_a_broken_rule_is_not_counted_and_said(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(BAD + "tags: [owasp.llm01]\n")
    ran = sentinel("rules", "coverage", "bad.yml")
    assert ran.code == 1 and "0 of 10 have rules" in ran.out and "1 mistake(s)" in ran.err
