"""The sample of ordinary traffic."""

from __future__ import annotations

from pathlib import Path

from sentinel.cli.rules import _benign
from sentinel.rules.read.load import load
from tests.cli.rules.conftest import GOOD

ROOT = Path(__file__).parents[3]


def test_the_sample_is_small_and_no_shipped_rule_fires_on_it() -> None:
    assert sum(path.stat().st_size for path in _benign.FOLDER.iterdir()) < 300_000
    fired, events = _benign.fired(load([ROOT / "rules"]).rules)
    assert fired == {} and events > 300


def test_how_often_a_rule_fires_and_where_first(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("forbidden", "claim"))
    [(count, first)] = _benign.fired(load([tmp_path]).rules)[0].values()
    assert count > 20 and first.startswith("litellm.jsonl:")


def test_rules_about_other_logs_are_not_tried(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("category: llm", "category: process_creation"))
    assert _benign.fired(load([tmp_path]).rules) == ({}, 0)
