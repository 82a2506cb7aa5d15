from __future__ import annotations

from sentinel import __version__
from tests.cli.conftest import Sentinel


def test_version(sentinel: Sentinel) -> None:
    assert sentinel("version").out == sentinel("--version").out == f"sentinel {__version__}\n"
