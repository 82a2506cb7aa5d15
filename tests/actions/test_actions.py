"""Every action there is, made ready by the config's `services:`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel import actions
from sentinel.config import yaml
from sentinel.errors import ConfigError


def wrong(services: dict[str, Any], **given: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        actions.load(services, **given)
    return str(caught.value)


def test_all_are_there_by_name_and_only_those_with_a_service_can_be_called() -> None:
    found = actions.load({"nginx": {"denylist": "/etc/nginx/deny.conf"}})
    assert list(found) == sorted(actions.kinds()) and all(name == action.name for name, action in found.items())
    assert {name.partition(".")[0] for name, action in found.items() if action.configured} == {"nginx"}


def test_mistakes_of_all_services_are_told_together_by_line_and_without_values() -> None:
    text = "services:\n  ngnix: {}\n  litellm: {url: 7, key: sk-not-to-be-quoted, kee: x}\n  slack:\n    tokn: x\n"
    [(config, lines)] = yaml.parse_all(text, "s.yml")
    told = wrong(config["services"], lines=lines)
    assert "s.yml:2: services.ngnix: there is no service 'ngnix'; did you mean 'nginx'?" in told
    assert "s.yml:3: services.litellm.kee: unknown key 'kee'; did you mean 'key'?" in told
    assert "s.yml:5: services.slack.tokn: unknown key 'tokn'" in told
    assert "sk-not-to-be-quoted" not in told


def test_relative_paths_are_the_config_files(tmp_path: Path) -> None:
    def denylist(value: str) -> Path:
        path: Path = actions.load({"nginx": {"denylist": value}}, folder=tmp_path)["nginx.deny_ip"].settings.denylist
        return path

    assert denylist("deny.conf") == tmp_path / "deny.conf"
    assert denylist("/etc/nginx/deny.conf") == Path("/etc/nginx/deny.conf")


def test_a_recipe_of_a_name_that_is_taken_and_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "litellm.yaml").write_text((actions.SHIPPED / "litellm.yaml").read_text())
    told = wrong({}, recipes=[tmp_path, tmp_path / "none"])
    assert "actions.litellm.block_key: an action of this name is there already; rename one" in told
    assert f"{tmp_path}/none: there is no recipe here; check playbooks.recipes" in told
