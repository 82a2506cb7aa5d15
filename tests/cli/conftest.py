"""The command line as its user runs it, in this process; `tests/acceptance` runs the installed program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sentinel.cli.app import main
from sentinel.clock import SystemClock
from tests import sample


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Sentinel = Callable[..., Ran]


@pytest.fixture
def sentinel(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sentinel:
    """Runs a command in an empty folder with no config around."""
    from sentinel.cli import options

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SENTINEL_CONFIG", raising=False)
    monkeypatch.setattr(options, "PLACES", ("./sentinel.yaml", str(tmp_path / "etc.yaml")))

    def run(*arguments: object) -> Ran:
        code = main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with ./sentinel.yaml and a journal that holds a night's work up to now."""
    sample.write(tmp_path / "j.db", SystemClock().now()).close()
    config(tmp_path)
    return tmp_path


def config(folder: Path, text: str = "") -> Path:
    path = folder / "sentinel.yaml"
    path.write_text("journal: j.db\nsources: [{name: gateway, paths: [x.log], format: litellm}]\n" + text)
    return path
