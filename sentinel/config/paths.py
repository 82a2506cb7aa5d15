"""Where a config points, though its secrets are out of reach or something else in it is wrong.

In: the path of a config. Out: paths. For commands that read rules and need no daemon, and for reporting the mistakes of
all files at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sentinel.config import yaml


def listed(config: Path, *keys: str) -> list[Path]:
    """The paths under a key, as ("rules",) or ("playbooks", "paths"), taken from the config's folder.

    Raises: ConfigError when the file cannot be read as YAML at all.
    """
    value = _at(config, keys)
    if not isinstance(value, list):
        return []
    return [config.resolve().parent / item for item in value if isinstance(item, str)]


def has(config: Path, *keys: str) -> bool:
    """Whether anything stands under a key. Raises: ConfigError as above."""
    return _at(config, keys) is not None


def _at(config: Path, keys: Sequence[str]) -> Any:
    value, _ = yaml.load(config)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
