from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import GOOD


def test_list_shows_what_works(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    ran = sentinel("rules", "list", "good.yml")
    assert ran.code == 0 and "high" in ran.lines[1] and "A forbidden word" in ran.lines[1]
    assert json.loads(sentinel("rules", "list", "good.yml", "--json").out)["id"] == "11111111-2222-4333-8444-555555555555"
