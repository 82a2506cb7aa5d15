from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentinel.cli.app import main
from tests.cli.conftest import Sentinel

ROOT = Path(__file__).parents[2]
COMBINED = '203.0.113.7 - - [24/Nov/2026:22:00:00 +0000] "GET /x HTTP/1.1" 200 5 "-" "curl/8"\n'


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "a.log").write_text(COMBINED * 10)
    (tmp_path / "c.yaml").write_text(
        f"journal: j.db\nrules: [{ROOT / 'rules' / 'access'}]\nsources: [{{name: edge, format: nginx, paths: [a.log]}}]\n")
    return str(tmp_path / "c.yaml")


def test_says_what_is_lacking_and_what_to_write_where(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "-c", config]) == 1
    told = capsys.readouterr().out
    assert "rules can fire, these cannot:" in told and "without sentinel.key.hash" in told
    assert "high  One address tries many keys" in told and "js_set $key_hash sentinel.key_hash;" in told


def test_the_same_as_json(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "-c", config, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    [look] = found["looks"]
    assert look["records"] == 10 and "sentinel.key.hash" in look["never"] and "source.ip" in look["has"]["webserver"]
    assert {"rule", "lacks", "none", "categories"} <= found["blind"][0].keys() and found["todo"][0]["advice"]["do"]


def test_a_config_without_rules(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(config).write_text("journal: j.db\nsources: [{name: edge, format: nginx, paths: [a.log]}]\n")
    main(["doctor", "-c", config])
    assert "No rules: nothing will be found" in capsys.readouterr().out


def test_a_host_without_a_config_is_looked_at_too(sentinel: Sentinel) -> None:
    ran = sentinel("doctor")
    assert ran.code in (0, 1)
    assert "No config, so rules are not judged" in ran.out
