from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

import sentinel.daemon
from tests.cli.conftest import Sentinel, config


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, object]]]:
    """What the daemon was asked for; it ends with exit code 1."""
    seen: list[tuple[Path, dict[str, object]]] = []
    service = ModuleType("sentinel.daemon.service")
    service.run = lambda path, **given: seen.append((path, given)) or 1  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentinel.daemon.service", service)
    monkeypatch.setattr(sentinel.daemon, "service", service, raising=False)
    return seen


def test_the_options_reach_the_daemon_and_its_exit_code_comes_back(
        sentinel: Sentinel, tmp_path: Path, asked: list[tuple[Path, dict[str, object]]]) -> None:
    config(tmp_path)
    assert sentinel("run").code == 1
    assert sentinel("run", "--once", "--dry-run", "--mode", "act").code == 1
    assert asked == [(Path("sentinel.yaml"), {"once": False, "dry_run": False, "mode": None}),
                     (Path("sentinel.yaml"), {"once": True, "dry_run": True, "mode": "act"})]


def test_an_unknown_mode_is_a_usage_error(sentinel: Sentinel, asked: list[tuple[Path, dict[str, object]]]) -> None:
    assert sentinel("run", "--mode", "perhaps").code == 2 and asked == []
