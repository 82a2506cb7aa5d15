from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sentinel.config import yaml
from sentinel.config.schema import config

VALID = Draft7Validator(config())
GOOD: dict[str, Any] = {"sources": [{"name": "a", "paths": ["/var/log/a"]}]}


def test_it_is_a_schema_and_the_example_is_valid() -> None:
    Draft7Validator.check_schema(config())
    example = Path(__file__).parents[2] / "examples" / "sentinel.yaml"
    assert [error.message for error in VALID.iter_errors(yaml.load(example)[0])] == []


@pytest.mark.parametrize("more", [
    {}, {"retention": {"events_days": "${env:DAYS}"}}, {"metrics": {"port": 9464}}, {"playbooks": {"mode": "act"}}])
def test_what_works_is_valid(more: dict[str, Any]) -> None:
    assert VALID.is_valid(GOOD | more)


@pytest.mark.parametrize("more", [
    {"sources": []}, {"sorces": []}, {"retention": {"events_days": "many"}}, {"metrics": {"port": 0}}, {"playbooks": {"mode": "kill"}}])
def test_a_mistake_is_not(more: dict[str, Any]) -> None:
    assert not VALID.is_valid(GOOD | more)
