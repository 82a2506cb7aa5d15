from __future__ import annotations

from tests.cli.conftest import Sentinel


def test_the_help_names_what_there_is(sentinel: Sentinel) -> None:
    out = sentinel("corpus", "--help").out
    assert all(f"  {word} " in out for word in ("add", "list", "find", "remove", "canary"))
