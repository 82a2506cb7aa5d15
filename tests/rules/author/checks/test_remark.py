"""What a check is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.config.yaml import load
from sentinel.rules.author.checks.remark import Remark, Subject
from sentinel.rules.read.load import load as load_rules
from tests.rules.author.checks.conftest import rule


@pytest.mark.parametrize(("logsource", "foreign"), [
    ({"category": "llm"}, False), ({"category": "webserver", "product": "apache"}, False), ({"category": "process_creation"}, True),
    ({"product": "windows", "service": "security"}, True), ({"service": "auditd"}, True),
])
def test_a_rule_is_foreign_by_its_logsource(tmp_path: Path, logsource: dict[str, Any], foreign: bool) -> None:
    (tmp_path / "r.yml").write_text(rule({"a": {"user.id": "x"}, "condition": "a"}, logsource=logsource))
    [one] = load_rules([tmp_path]).rules
    document, lines = load(tmp_path / "r.yml")
    subject = Subject(one, document, lines)
    assert one.info.foreign is foreign and subject.detection is one and subject.correlation is None


def test_a_remark_says_key_what_and_what_to_do() -> None:
    assert Remark("f", 1, "k", "", "note", "c", "what", "do").said == "k: what; do"
