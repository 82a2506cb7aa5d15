"""Every action there is, made ready for the services that the config names."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel import actions
from sentinel.config import yaml
from sentinel.errors import ConfigError

SHIPPED = ["litellm.block_key", "nginx.deny_ip", "slack.post", "webhook.post"]


def test_all_are_known_and_none_is_ready_without_its_service() -> None:
    found = actions.load({})
    assert list(found) == SHIPPED and not any(action.configured for action in found.values())


def test_each_declares_what_a_person_must_know() -> None:
    for action in actions.load({}).values():
        assert action.__doc__ and action.needs and action.service and (action.scope != "nobody") is action.contains


def test_relative_paths_are_taken_from_the_configs_folder(tmp_path: Path) -> None:
    found = actions.load({"nginx": {"denylist": "deny.conf"}, "slack": {"console": "-"}}, folder=tmp_path)
    assert found["nginx.deny_ip"].settings.denylist == tmp_path / "deny.conf"
    assert found["slack.post"].settings.console == Path("-")


def test_mistakes_are_named_by_line_all_at_once_and_without_values() -> None:
    text = "services:\n  litelm: {}\n  litellm:\n    url: not-a-url-but-secret\n    kee: sk-live\n  nginx: {}\n"
    raw, lines = yaml.parse_all(text, "sentinel.yaml")[0]
    with pytest.raises(ConfigError) as caught:
        actions.load(raw["services"], lines=lines)
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "sentinel.yaml:2: services.litelm: there is no service 'litelm'; did you mean 'litellm'?",
        "sentinel.yaml:4: services.litellm.url: input should be a valid URL, relative URL without a base",
        "sentinel.yaml:3: services.litellm.key: key 'key' is missing; add it",
        "sentinel.yaml:5: services.litellm.kee: unknown key 'kee'; did you mean 'key'?",
        "sentinel.yaml:6: services.nginx.denylist: key 'denylist' is missing; add it",
    ]


def test_two_actions_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_text((actions.SHIPPED / "litellm.yaml").read_text())
    with pytest.raises(ConfigError, match=r"again.yaml: actions.litellm.block_key: an action of this name is there already; rename one"):
        actions.load({}, recipes=[tmp_path])


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no recipe here"):
        actions.load({}, recipes=[tmp_path / "none"])
