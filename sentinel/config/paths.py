"""Where a config points, though its secrets are out of reach or something else in it is wrong.

In: the path of a config. Out: paths. For commands that read rules and need no daemon, and for reporting the mistakes of
all files at once.
"""

from __future__ import annotations

from pathlib import Path

from sentinel.config import yaml


def listed(config: Path, *keys: str) -> list[Path]:
    """The paths under a key, as ("rules",) or ("playbooks", "paths"), taken from the config's folder.

    Raises: ConfigError when the file cannot be read as YAML at all.
    """
    value, _ = yaml.load(config)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return []
    return [config.resolve().parent / item for item in value if isinstance(item, str)]
