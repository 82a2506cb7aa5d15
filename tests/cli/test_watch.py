from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Sentinel


def test_without_a_terminal_it_prints_the_incidents_and_ends(sentinel: Sentinel, night: Path) -> None:
    ran = sentinel("watch")
    assert ran.code == 0 and ran.out == sentinel("incidents", "list", "--limit", "0").out
