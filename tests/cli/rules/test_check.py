from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD


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
