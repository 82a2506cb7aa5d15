from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel, config


def test_all_mistakes_of_all_files_come_at_once_and_exit_2(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text("title: x\nlogsource: {category: llm}\ndetection: {a: {b|containz: c}, condition: a}\n")
    (tmp_path / "p.yaml").write_text("name: p\non: {level: high}\nsteps: [{name: a, uses: nope}]\n")
    config(tmp_path, "rules: [r.yml]\nplaybooks:\n  paths: [p.yaml]\n  modus: act\n")
    ran = sentinel("check")
    assert ran.code == 2
    for start in ("sentinel.yaml:6: playbooks.modus: ", f"{tmp_path}/r.yml:3: detection.a.b|containz: ", f"{tmp_path}/p.yaml:3: steps.0.uses: "):
        assert any(line.startswith(start) for line in ran.lines), (start, ran.out)


def test_a_good_config_exits_0_and_shows_what_was_looked_at(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("")
    config(tmp_path)
    ran = sentinel("check")
    assert ran.code == 0, ran.out + ran.err
    assert [line.split()[:2] for line in ran.lines[1:]] == [
        ["config", "ok"], ["rules", "warning"], ["playbooks", "ok"], ["journal", "ok"], ["source", "gateway"]]
    assert json.loads(sentinel("check", "--json").out)["exit_code"] == 0
    assert not (tmp_path / "j.db").exists(), "it only looks"
