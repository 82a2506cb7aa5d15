"""docs/rules.md names every check, what it finds, and how grave it is."""

from __future__ import annotations

import re
from pathlib import Path

from sentinel.rules.author.checks import CHECKS, LOADING
from sentinel.rules.author.checks.validators import DOWNLOADING

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text().partition("\n## Checking\n")[2].partition("\n## ")[0]


def test_the_table_of_checks_is_in_step() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| ([\w, ]+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows[:len(CHECKS)] == [(check.name, check.kind, check.says) for check in CHECKS]
    assert [(name, says) for name, _, says in rows[len(CHECKS):]] == list(LOADING.items())


def test_what_is_never_run_is_named() -> None:
    assert {name for name in DOWNLOADING if f"`{name}`" not in PAGE} == set()
