from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel, config

GOOD = """\
name: tell
description: Tells people.
on: {level: high, stories: [leak]}
steps:
  - {name: hook, uses: webhook.post}
"""


def test_list_says_which_incidents_and_which_actions(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD)
    ran = sentinel("playbooks", "list", "p.yaml")
    assert ran.code == 0 and ran.lines[1].split() == [
        "tell", "act", "stories", "leak;", "high", "and", "worse", "webhook.post", "Tells", "people."], ran.out + ran.err
    assert json.loads(sentinel("playbooks", "list", "p.yaml", "--json").out)["on"] == {"level": "high", "stories": ["leak"]}


def test_check_names_file_line_and_key(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD.replace("webhook.post", "webhook.pots"))
    ran = sentinel("playbooks", "check", "p.yaml")
    assert ran.code == 1 and ran.lines[0] == (
        "p.yaml:5: steps.0.uses: there is no action 'webhook.pots'; did you mean 'webhook.post'?")
    assert sentinel("playbooks", "list", "p.yaml").code == 1


def test_with_a_config_a_service_that_is_not_there_is_a_warning(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GOOD)
    config(tmp_path, "playbooks: {paths: [p.yaml]}\n")
    ran = sentinel("playbooks", "check")
    assert ran.code == 0 and "services.webhook is not in the config" in ran.out, ran.out


def test_none_says_what_to_do(sentinel: Sentinel, tmp_path: Path) -> None:
    config(tmp_path)
    assert "No playbooks: nobody is told" in sentinel("playbooks", "list").out
