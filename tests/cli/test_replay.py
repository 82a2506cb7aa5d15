from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sentinel.cli.app import main
from tests.records_litellm import line

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(json.dumps({
        "journal": "state/journal.db", "sources": [{"name": "gateway", "paths": ["logs/a.jsonl"], "format": "litellm"}],
        "rules": [str(ROOT / "rules" / "llm" / "secret_in_output.yml")]}))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.jsonl").write_bytes(b"".join(line(n, answer="Use ghp_Ab3dE5gH7jK9mN1pQ3rS5tU7vW9xY2z4A6c8" if n == 3 else "ok") for n in range(5)))
    return tmp_path / "c.yaml"


def test_says_what_would_have_been_found(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(config.parent / "logs" / "a.jsonl"), "-c", str(config)]) == 0
    told = capsys.readouterr().out
    assert "5 lines in 1 file(s)" in told and "gateway as litellm" in told
    assert "Secret in an output" in told and "No playbook would have answered." in told


def test_or_all_of_it_as_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(config.parent / "logs"), "-c", str(config), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["lines"], found["events"], len(found["incidents"]), found["fired"][0]["alerts"]) == (5, 5, 1, 1)


def test_what_is_kept_can_be_looked_into(config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert main(["replay", str(config.parent / "logs" / "a.jsonl"), "-c", str(config), "--keep", str(kept)]) == 0
    assert f"-c {kept}/sentinel.yaml" in capsys.readouterr().out
    assert main(["incidents", "list", "-c", str(kept / "sentinel.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Secret in an output"
    assert main(["replay", str(config.parent / "logs" / "a.jsonl"), "-c", str(config), "--keep", str(kept)]) == 2


@pytest.mark.parametrize("speed", ["fast", "0x", "-1x", "1e9x"])
def test_a_speed_is_max_or_times(config: Path, speed: str) -> None:
    assert main(["replay", str(config.parent / "logs" / "a.jsonl"), "-c", str(config), "--speed", speed]) == 2


def test_a_log_of_which_nothing_can_be_read(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "b.log").write_text("prose\n" * 5)
    assert main(["replay", str(config.parent / "b.log"), "-c", str(config), "--format", "gateway"]) == 1
    assert "not one of its lines could be read" in capsys.readouterr().out
    assert main(["replay", str(config.parent / "none"), "-c", str(config)]) == 2
