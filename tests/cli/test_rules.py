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
    assert ran.code == 1 and ran.lines[-1] == "1 rule(s) work, 1 mistake(s), 1 warning(s)"
    assert "b.yml:1: no cases stand beside it; write b.cases.yml (warning)" in ran.out


def test_a_field_that_nothing_sets_is_a_warning(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("gen_ai.prompt", "gen_ai.promt"))
    ran = sentinel("rules", "check", "r.yml")
    assert ran.code == 0 and "no format and no detector sets this field" in ran.out and "gen_ai.prompt" in ran.out


def test_without_a_path_the_configs_rules_are_taken_and_its_secrets_not_needed(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    config(tmp_path, "rules: [good.yml]\nservices: {slack: {token: '${env:NOT_HERE}'}}\n")
    assert sentinel("rules", "check").lines[-1].startswith("1 rule(s) work")


def test_a_path_that_is_not_there_is_a_mistake(sentinel: Sentinel) -> None:
    ran = sentinel("rules", "check", "nowhere")
    assert ran.code == 1 and "nowhere: no such file" in ran.out

CASES = """\
- name: the word
  events: [{gen_ai.prompt: a forbidden thing}]
  fires: true
- name: another word
  events: [{gen_ai.prompt: a harmless thing}]
  fires: false
"""


def test_cases_that_hold_exit_0_and_those_that_do_not_say_why(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    assert sentinel("rules", "test", "a.yml").code == 1, "a rule without cases is not tested"
    (tmp_path / "a.cases.yml").write_text(CASES)
    ran = sentinel("rules", "test", "a.yml")
    assert (ran.code, ran.out) == (0, "2 case(s) hold, 0 do not\n"), ran.err
    (tmp_path / "a.cases.yml").write_text(CASES.replace("harmless", "forbidden"))
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 1 and ran.lines[0].startswith("a.cases.yml:4: another word: it must not fire and does")
    assert [json.loads(line)["problem"] == "" for line in sentinel("rules", "test", "a.yml", "--json").lines] == [True, False]


def test_cases_pass_the_detectors_first(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("gen_ai.prompt|contains: forbidden", "sentinel.completion.pii.types: EMAIL"))
    (tmp_path / "a.cases.yml").write_text(
        "- {name: mail, events: [{gen_ai.completion: write to ann.lee@example.com}], fires: true}\n"
        "- {name: none, events: [{gen_ai.completion: write to nobody}], fires: false}\n")
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 0, ran.out + ran.err


def test_eval_gives_a_line_per_match(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "product: any"))
    (tmp_path / "log.jsonl").write_text(
        '{"gen_ai.prompt": "forbidden"}\nnonsense\n{"gen_ai": [{"prompt": "x FORBIDDEN \\u001b"}]}\n{"gen_ai.prompt": "no"}\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "--format", "json", "log.jsonl")
    assert ran.code == 0
    assert [json.loads(line) for line in ran.lines] == [
        {"line": n, "rule": "11111111-2222-4333-8444-555555555555", "title": "A forbidden word"} for n in (1, 3)]


def test_eval_goes_on_without_a_broken_rule_and_says_so(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "b.yml").write_text(BAD)
    (tmp_path / "log.jsonl").write_text('{"gen_ai.prompt": "forbidden"}\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "-r", "b.yml", "log.jsonl")
    assert ran.code == 1 and len(ran.lines) == 1 and "b.yml:7" in ran.err


def test_eval_reads_logs_through_their_format_and_the_detectors(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("category: llm", "category: webserver").replace(
        "gen_ai.prompt|contains: forbidden", "sentinel.request.pii.types: EMAIL"))
    (tmp_path / "log").write_text(
        'no log line\n203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /find?mail=ann.lee@example.com HTTP/1.1" 200 82 "-" "curl/8"\n')
    ran = sentinel("rules", "eval", "-r", "a.yml", "--format", "nginx", "log")
    assert ran.code == 0 and json.loads(ran.out)["line"] == 2, ran.err
    assert sentinel("rules", "eval", "-r", "a.yml", "--format", "ngnix", "log").code == 2
