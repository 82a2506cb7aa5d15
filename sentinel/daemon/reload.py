"""New files for a running daemon: taken whole, or refused with every mistake while the old stay in force."""

from __future__ import annotations

from pathlib import Path

from sentinel.assembly import Parts, assemble
from sentinel.detectors import load as load_detectors
from sentinel.errors import ConfigError, SentinelError
from sentinel.inspector import Inspector
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.section import in_memory

# What is opened once at the start.
_FIXED = ("journal", "host", "elasticsearch", "metrics")


def sound(path: Path, mode: str | None) -> Parts:
    """What the config at `path` names. Raises: ConfigError, also for mistakes that `assemble` leaves in the result."""
    parts = assemble(path, mode=mode)
    if parts.mistakes:
        raise ConfigError(parts.mistakes)
    return parts


def fresh(path: Path, mode: str | None, old: Parts) -> Parts:
    """What a reload may take. Raises: SentinelError: it may not, and why."""
    parts = sound(path, mode)
    if parts.broken:
        raise ConfigError(parts.broken)
    for key in _FIXED:
        if getattr(parts.config, key) != getattr(old.config, key):
            raise SentinelError(f"{key}: cannot be changed by a reload; restart instead")
    # Compiled once for the proof: a pattern that the scan refuses must be refused here, not in the pipeline.
    Inspector(load_detectors(settings=parts.settings), RuleSet(parts.rules), in_memory())
    return parts
