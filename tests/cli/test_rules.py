from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel, config

GOOD = """\
title: A forbidden word
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {category: llm}
detection:
  sel:
    gen_ai.prompt|contains: forbidden
  condition: sel
"""
BAD = GOOD.replace("contains", "containz").replace("1111-2222", "1112-2222")


def test_list_shows_what_works(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    ran = sentinel("rules", "list", "good.yml")
    assert ran.code == 0 and "high" in ran.lines[1] and "A forbidden word" in ran.lines[1]
    assert json.loads(sentinel("rules", "list", "good.yml", "--json").out)["id"] == "11111111-2222-4333-8444-555555555555"


def test_check_names_file_line_and_key_and_exits_1(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(BAD)
    ran = sentinel("rules", "check", "bad.yml")
    assert ran.code == 1 and ran.lines[0].startswith("bad.yml:7: detection.sel.gen_ai.prompt|containz: unknown modifier 'containz'; ")
    assert sentinel("rules", "list", "bad.yml").code == 1


def test_one_broken_rule_does_not_hide_another(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "a.yml").write_text(BAD)
    (tmp_path / "r" / "b.yml").write_text(GOOD)
    ran = sentinel("rules", "check", "r")
    assert ran.code == 1 and ran.lines[-1] == "1 rule(s) work, 1 mistake(s), 0 warning(s)"


def test_without_a_path_the_configs_rules_are_taken_and_its_secrets_not_needed(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    config(tmp_path, "rules: [good.yml]\nservices: {slack: {token: '${env:NOT_HERE}'}}\n")
    assert sentinel("rules", "check").lines[-1].startswith("1 rule(s) work")


def test_a_path_that_is_not_there_is_a_mistake(sentinel: Sentinel) -> None:
    ran = sentinel("rules", "check", "nowhere")
    assert ran.code == 1 and "nowhere: no such file" in ran.out
