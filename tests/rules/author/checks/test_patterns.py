"""Patterns that cost more, or find less, than they look like. The cases are in `cases/patterns.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.rules.author.checks.conftest import cases, judge


@cases("patterns")
def test_says_this_and_nothing_else(tmp_path: Path, case: dict[str, Any]) -> None:
    judge(tmp_path, case)
