from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sentinel.config import yaml
from sentinel.rules.author import schema
from sentinel.rules.read.files import files

ROOT = Path(__file__).parents[3]
RULES = list(files([ROOT / "rules"], []))
CASES = sorted((ROOT / "rules").rglob("*.cases.yml"))
RULE, CASE = Draft7Validator(schema.rule()), Draft7Validator(schema.cases())

GOOD: dict[str, Any] = {
    "title": "t", "logsource": {"category": "llm"}, "level": "high",
    "detection": {"s": {"gen_ai.prompt|contains|all": ["a", "b"], "f|re|i": "x"}, "condition": "s"},
}
COUNTED: dict[str, Any] = {
    "title": "t", "correlation": {"type": "event_count", "rules": ["a"], "timespan": "5m", "group-by": ["k"], "condition": {"gte": 3}},
}


def as_written(value: Any) -> Any:
    """What an editor sees: a date is text."""
    if isinstance(value, dict):
        return {key: as_written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_written(inner) for inner in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def errors(validator: Draft7Validator, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(as_written(value))]


@pytest.mark.parametrize("made", [schema.rule(), schema.cases()], ids=["rule", "cases"])
def test_it_is_a_schema(made: dict[str, Any]) -> None:
    Draft7Validator.check_schema(made)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_shipped_rule_is_valid(path: Path) -> None:
    assert [error for document, _ in yaml.load_all(path) for error in errors(RULE, document)] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_so_are_all_cases(path: Path) -> None:
    assert errors(CASE, yaml.load(path)[0]) == []


@pytest.mark.parametrize("rule", [
    GOOD, COUNTED, GOOD | {"detection": {"k": ["a", 1], "l": [{"a": 1}, {"b|exists": True}], "n": {"x": None}, "condition": ["k", "l"]}},
    GOOD | {"detection": {"k": {"|all": ["a", "b"]}, "condition": "1 of them"}}, GOOD | {"date": date(2026, 1, 2), "of_my_own": 1},
    COUNTED | {"correlation": {"type": "temporal", "rules": ["a", "b"], "timespan": "1h", "condition": "a and not b"}},
    {"title": "t", "logsource": {"category": "llm"}, "filter": {"rules": "any", "s": {"a": "b"}, "condition": "not s"}},
    {"action": "reset"}, GOOD | {"sentinel": {"story": "leak", "principal": "key"}}])
def test_what_works_is_valid(rule: dict[str, Any]) -> None:
    assert errors(RULE, rule) == []


@pytest.mark.parametrize("rule", [
    GOOD | {"detection": {"s": {"gen_ai.prompt|containz": "a"}, "condition": "s"}},
    GOOD | {"detection": {"s": [{"a|contains|al": "a"}], "condition": "s"}},
    GOOD | {"detection": {"s": {"a": "b"}}}, GOOD | {"detection": {"condition": "s"}}, GOOD | {"detection": {"s": {}, "condition": "s"}},
    GOOD | {"level": "severe"}, GOOD | {"status": "beta"}, GOOD | {"id": "7"}, GOOD | {"tags": ["untidy"]}, GOOD | {"tags": "atlas.x"},
    {key: value for key, value in GOOD.items() if key != "detection"}, {key: value for key, value in GOOD.items() if key != "title"},
    GOOD | {"sentinel": {"runbok": "x"}}, GOOD | {"sentinel": {"principal": "host"}},
    COUNTED | {"correlation": COUNTED["correlation"] | {"timespan": "5 minutes"}},
    COUNTED | {"correlation": COUNTED["correlation"] | {"type": "event_cuont"}},
    COUNTED | {"correlation": COUNTED["correlation"] | {"condition": {"atleast": 3}}},
    COUNTED | {"correlation": COUNTED["correlation"] | {"groupby": ["k"]}}, ["not", "a", "rule"]])
def test_what_is_certainly_a_mistake_is_not(rule: Any) -> None:
    assert errors(RULE, rule)


@pytest.mark.parametrize("case", [
    {"events": [{"a": 1}], "fires": "yes"}, {"events": [], "fires": True}, {"fires": True}, {"events": [{"a": 1}]},
    {"events": [{"a": 1}], "fires": -1}, {"events": [{"a": 1}], "fires": True, "nmae": "x"},
    {"events": [{"at": "soon"}], "fires": True}, {"events": [{"repeat": 0, "fields": {}}], "fires": 1},
    {"events": [{"fields": {"a": 1}, "b": 2}], "fires": 1}])
def test_nor_are_mistakes_in_cases(case: dict[str, Any]) -> None:
    assert errors(CASE, [case])
