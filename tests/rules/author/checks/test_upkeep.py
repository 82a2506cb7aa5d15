"""What stands around a rule's detection. The cases are in `cases/upkeep.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.rules.author.checks.conftest import cases, judge


@cases("upkeep")
def test_says_this_and_nothing_else(tmp_path: Path, case: dict[str, Any]) -> None:
    judge(tmp_path, case)
