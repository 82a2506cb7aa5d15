from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from sentinel import actions
from sentinel.config import yaml
from sentinel.playbooks.schema import playbook

ROOT = Path(__file__).parents[2]
MADE = playbook(actions.kinds())
VALID = Draft7Validator(MADE)
STEP: dict[str, Any] = {"name": "block", "uses": "litellm.block_key", "with": {"key": "{{ principal.id }}"}}


def book(**step: Any) -> dict[str, Any]:
    return {"name": "b", "on": {"level": "high"}, "steps": [STEP | step]}


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").glob("*.y*ml")), ids=lambda path: path.stem)
def test_every_shipped_playbook_is_valid(path: Path) -> None:
    assert [error.message for error in VALID.iter_errors(yaml.load(path)[0])] == []


def test_it_is_a_schema_that_names_the_actions() -> None:
    Draft7Validator.check_schema(MADE)
    assert MADE["$defs"]["StepText"]["properties"]["uses"]["enum"] == sorted(actions.kinds())
    assert VALID.is_valid(book())


@pytest.mark.parametrize("given", [
    book(uses="litellm.blok_key"), book(**{"with": {"kye": "x"}}), book(**{"with": {}}), book(retry=0), book(name="Block Key"),
    book(iff="x"), {**book(), "on": {"rule": []}}, {**book(), "steps": []}])
def test_a_mistake_is_refused(given: dict[str, Any]) -> None:
    assert not VALID.is_valid(given)
