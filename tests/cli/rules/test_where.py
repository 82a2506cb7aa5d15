from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Sentinel, config
from tests.cli.rules.conftest import GOOD


def test_without_a_path_the_configs_rules_are_taken_and_its_secrets_not_needed(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    config(tmp_path, "rules: [good.yml]\nservices: {slack: {token: '${env:NOT_HERE}'}}\n")
    assert sentinel("rules", "check").lines[-1].startswith("1 rule(s) work")


def test_a_path_that_is_not_there_is_a_mistake(sentinel: Sentinel) -> None:
    ran = sentinel("rules", "check", "nowhere")
    assert ran.code == 1 and "nowhere: no such file" in ran.out
