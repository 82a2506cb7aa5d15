"""What editors know of the config file: JSON Schema, made from the model that reads it."""

from __future__ import annotations

from typing import Any

from sentinel.config.model import Config

_SCALARS = ("integer", "number", "boolean")
_FILLED = {"type": "string", "pattern": r"\$\{(env|file):", "description": "Filled in from the environment or a file."}


def config() -> dict[str, Any]:
    """The whole file, as it is written: any value may be `${env:NAME}` or `${file:PATH}`."""
    found: dict[str, Any] = _or_filled(Config.model_json_schema())
    return found


def _or_filled(node: Any) -> Any:
    if isinstance(node, list):
        return [_or_filled(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _or_filled(value) for key, value in node.items()}
    if node.get("type") in _SCALARS:
        about = {key: inner.pop(key) for key in ("default", "title", "description") if key in inner}
        return {**about, "anyOf": [inner, _FILLED]}
    return inner
