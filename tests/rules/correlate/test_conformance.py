"""Correlations of the specification from YAML to the line that completes them, as `rules eval` shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.rules.correlate import TYPES
from sentinel.rules.read.load import load
from sentinel.rules.rule import Correlation
from tests.rules import over

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("conformance.yaml").read_text())
START = datetime(2026, 1, 5, 10, tzinfo=UTC)


def line(seconds: float, kind: Any, fields: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"@timestamp": (START + timedelta(seconds=seconds)).isoformat(), "is": kind, **(fields or {})}).encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_conforms(tmp_path: Path, case: dict[str, Any]) -> None:
    bases = [{"title": name, "name": name, "id": name, "logsource": {"category": "any"}, "detection": {"s": {"is": name}, "condition": "s"}}
             for name in "abc"]
    given = [{"title": "C", "name": one.get("name", "found"), "correlation": {key: value for key, value in one.items() if key != "name"}}
             for one in case["correlations"]]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump_all([*given, *bases]))
    loaded = load([tmp_path])
    assert not loaded.mistakes
    correlations = [rule for rule in loaded.rules if isinstance(rule, Correlation)]
    # Of the rules a, b and c those count that a correlation speaks for.
    heard = {rule.info.id for rule in correlations} | {id_ for rule in correlations for id_ in rule.rules}
    hits = over.hits(loaded.rules, [line(*event) for event in case["events"]])
    assert sorted([hit.line, hit.rule] for hit in hits if hit.rule in heard) == sorted(case["fires"])


def test_every_type_is_here() -> None:
    assert {one["type"] for case in CASES for one in case["correlations"]} == set(TYPES)
