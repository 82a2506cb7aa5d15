"""What editors know of playbooks: JSON Schema, made from the model that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sentinel.actions._base import Action
from sentinel.playbooks.load import PlaybookText


def playbook(actions: Mapping[str, type[Action]]) -> dict[str, Any]:
    """A playbook file. Args: actions: that steps may use, by name."""
    made = PlaybookText.model_json_schema()
    step = made["$defs"]["StepText"]
    step["properties"]["uses"] = {"description": "The action. " + ", ".join(sorted(actions)) + ".", "enum": sorted(actions)}
    step["allOf"] = [_with(name, action) for name, action in sorted(actions.items())]
    return made


def _with(name: str, action: type[Action]) -> dict[str, Any]:
    """What stands under `with:` where this action is used. Any value may be a template instead."""
    known = action.With.model_json_schema()
    given: dict[str, Any] = {"type": "object", "properties": {key: _described(one) for key, one in known.get("properties", {}).items()},
                             "additionalProperties": bool(known.get("additionalProperties", True))}
    if required := known.get("required"):
        given["required"] = required
    then: dict[str, Any] = {"properties": {"with": given}}
    if required:
        then["required"] = ["with"]
    return {"if": {"properties": {"uses": {"const": name}}}, "then": then}


def _described(one: dict[str, Any]) -> dict[str, Any]:
    return {"description": one["description"]} if "description" in one else {}
