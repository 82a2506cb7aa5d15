from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD

ROOT = Path(__file__).parents[3]


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
    assert "b.yml:1: no cases stand beside it; write b.cases.yml (warning: no-cases)" in ran.out


def test_a_field_that_nothing_sets_is_a_warning_which_strict_minds(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("gen_ai.prompt", "gen_ai.promt"))
    ran = sentinel("rules", "check", "r.yml")
    assert ran.code == 0 and "no format and no detector sets the field gen_ai.promt; did you mean 'gen_ai.prompt'?" in ran.out
    assert sentinel("rules", "check", "--strict", "r.yml").code == 1


def test_json_gives_an_object_a_remark(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("condition: sel", "condition: sel and not sel"))
    (tmp_path / "r.cases.yml").touch()
    ran = sentinel("rules", "check", "--json", "r.yml")
    assert [json.loads(line) for line in ran.lines] == [{
        "file": "r.yml", "line": 7, "key": "detection.sel.gen_ai.prompt|contains", "rule": "11111111-2222-4333-8444-555555555555",
        "kind": "warning", "check": "never-matches", "do": "join them by `or`, or mend one of the two",
        "what": "the rule never fires: where this holds, so does sel.gen_ai.prompt|contains, which must not"}]


def test_sigmahqs_house_rules_only_on_demand(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD)
    (tmp_path / "c.yml").write_text("validators: [sigmahq_title_case]")
    assert "sigmahq" not in sentinel("rules", "check", "r.yml").out
    assert "sigmahq_title_case" in sentinel("rules", "check", "--sigmahq", "r.yml").out
    chosen = sentinel("rules", "check", "--validators", "c.yml", "r.yml").out
    assert "sigmahq_title_case" in chosen and "sigmahq_author" not in chosen
    (tmp_path / "c.yml").write_text("validators: [sigmahq_titel_case]")
    ran = sentinel("rules", "check", "--validators", "c.yml", "r.yml")
    assert ran.code == 2 and "c.yml:1: validators.0: there is no check 'sigmahq_titel_case'; did you mean" in ran.err


def test_many_notes_are_one_line(sentinel: Sentinel, tmp_path: Path) -> None:
    foreign = GOOD.replace("category: llm", "category: process_creation")
    for number in range(9):
        (tmp_path / f"r{number}.yml").write_text(foreign.replace("8444-5", f"8444-{number}").replace("word", f"word {number}"))
    assert sentinel("rules", "check", ".").lines == [
        "9 notes of foreign-logs; --json shows all", "9 rule(s) work, 0 mistake(s), 0 warning(s)"]


def test_a_rule_that_fires_on_ordinary_traffic(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("forbidden", "claim"))
    assert "events of ordinary traffic, first on litellm.jsonl:" in sentinel("rules", "check", "r.yml").out


def test_nothing_is_said_of_the_shipped_rules(sentinel: Sentinel) -> None:
    said = [json.loads(line) for line in sentinel("rules", "check", "--json", ROOT / "rules").lines]
    assert [one for one in said if one["kind"] != "note"] == []
