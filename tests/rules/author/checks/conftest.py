"""Rules as documents, and what the checks say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.cli.fields import known_fields
from sentinel.rules.author.checks import check
from sentinel.rules.author.checks.remark import Around, Remark
from sentinel.rules.author.checks.validators import Validators
from sentinel.rules.read.files import files
from sentinel.rules.read.load import load
from sentinel.rules.rule import only_heard

FIELDS = known_fields()
BASE = {"title": "T", "id": "6b13f121-07b7-4ed5-a9d2-ccc419442d53", "level": "low", "logsource": {"category": "llm"}}


def remarks(folder: Path, text: str, *, cases: bool = True, validators: Validators | None = None, **around: Any) -> list[Remark]:
    (folder / "r.yml").write_text(text)
    if cases:
        (folder / "r.cases.yml").touch()
    loaded = load([folder])
    known = Around(FIELDS, frozenset({"cloud"}), {rule.info.id: rule for rule in loaded.rules}, only_heard(loaded.rules), **around)
    return list(check(files([folder], []), loaded, known, validators))


def rule(detection: dict[str, Any], **more: Any) -> str:
    return str(yaml.safe_dump({**BASE, **more, "detection": detection}, sort_keys=False))


def cases(module: str) -> Any:
    """Marks a test with the cases of one module of checks."""
    found = yaml.safe_load((Path(__file__).parent / "cases" / f"{module}.yml").read_text())
    return pytest.mark.parametrize("case", found, ids=lambda case: str(case["detection"]))


def judge(folder: Path, case: dict[str, Any]) -> None:
    """All that is said is what the case says. That a rule is costly is minded only where a case speaks of it."""
    says = case.get("says", {})
    found = remarks(folder, rule(case["detection"], **case.get("rule", {})))
    assert {one.check: one.key for one in found if one.check != "unguarded" or one.check in says} == says
