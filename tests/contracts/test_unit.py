"""The systemd unit: systemd itself finds no mistake in it, it is shut in, and a config error does not loop."""

from __future__ import annotations

import configparser
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "sentinel.service"


def test_systemd_finds_no_mistake() -> None:
    ran = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, text=True)
    assert (ran.returncode, [line for line in ran.stderr.splitlines() if "sentinel" in line]) == (0, [])


def test_its_exposure_stays_low() -> None:
    ran = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=15", UNIT], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-300:]


@pytest.mark.parametrize(("key", "value"), [
    ("Type", "notify"), ("RestartPreventExitStatus", "2"), ("Restart", "on-failure"), ("DynamicUser", "yes"),
    ("StateDirectory", "sentinel"), ("CacheDirectory", "sentinel"), ("CapabilityBoundingSet", ""),
])
def test_what_the_daemon_counts_on(key: str, value: str) -> None:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    assert parser["Service"][key] == value


def test_the_config_is_checked_before_start_and_reload() -> None:
    lines = UNIT.read_text().splitlines()
    for key in ("ExecStartPre=", "ExecReload="):
        assert any(line.startswith(key) and "sentinel check --offline" in line for line in lines)
    assert float(next(line for line in lines if line.startswith("WatchdogSec=")).removeprefix("WatchdogSec=")) > 0
