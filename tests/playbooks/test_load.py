"""Playbooks read whole: every mistake by file, line and key, before any is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel import actions
from sentinel.config import yaml
from sentinel.config.model import PlaybooksConfig
from sentinel.playbooks.load import Loaded, load

SERVICES = {"litellm": {"url": "http://127.0.0.1:4000", "key": "sk-x"}, "nginx": {"denylist": "/etc/nginx/deny.conf"}}
GOOD = """\
name: contain
description: Blocks.
on: {stories: [leak], level: high}
steps:
  - name: block
    uses: litellm.block_key
    if: entity['sentinel.key.hash'] is defined
    with:
      key: "{{ entity['sentinel.key.hash'] }}"
"""


def read(folder: Path, text: str, name: str = "a.yml") -> Loaded:
    (folder / name).write_text(text)
    return load([folder], actions.load(SERVICES))


def test_a_good_one(tmp_path: Path) -> None:
    loaded = read(tmp_path, GOOD)
    assert loaded.mistakes == loaded.warnings == []
    [playbook] = loaded.playbooks
    assert (playbook.name, playbook.mode, len(playbook.steps), len(playbook.version)) == ("contain", "act", 1, 12)
    assert playbook.steps[0].with_ == {"key": "{{ entity['sentinel.key.hash'] }}"}


@pytest.mark.parametrize(("change", "mistake"), [
    (("uses: litellm.block_key", "uses: litellm.blok_key"),
     "a.yml:6: steps.0.uses: there is no action 'litellm.blok_key'; did you mean 'litellm.block_key'?"),
    (("      key:", "      kye:"), "a.yml:9: steps.0.with.kye: unknown key 'kye'; did you mean 'key'?"),
    (("      key:", "      kye:"), "a.yml:8: steps.0.with.key: key 'key' is missing; add it"),
    (("entity['sentinel.key.hash'] is defined", "entitty is defined"),
     "a.yml:7: steps.0.if: unknown name 'entitty'; known here: entity, incident, principal, run, steps"),
    (("entity['sentinel.key.hash'] is defined", "entity['x'"), "a.yml:7: steps.0.if: not an expression: unexpected '}', expected ']'"),
    (("is defined", "is defiend"), "a.yml:7: steps.0.if: not an expression: No test named 'defiend'."),
    (('"{{ entity[', '"{% for x in y %}{% endfor %}{{ entity['), "a.yml:9: steps.0.with.key: only {{ expressions }} may be used, no {% statements %}"),
    (("\"{{ entity['sentinel.key.hash'] }}\"", "sk-live-secret"), "a.yml:9: steps.0.with.key: string should match pattern '^[0-9a-f]{64}$'"),
    (("level: high", "level: hihg"), "a.yml:3: on.level: input should be 'informational', 'low', 'medium', 'high' or 'critical'"),
    (("on: {stories: [leak], level: high}", "on: {}"), "a.yml:3: on: matches nothing; write level: informational to answer every incident"),
    (("description:", "descripton:"), "a.yml:2: descripton: unknown key 'descripton'; did you mean 'description'?"),
    (("name: contain", "name: Contain It"), "a.yml:1: name: string should match pattern '^[a-z][a-z0-9-]{0,60}$'"),
    (("    if:", "    retry: 0\n    if:"), "a.yml:7: steps.0.retry: input should be greater than or equal to 1"),
    (("\non:", "\nmode: destroy\non:"), "a.yml:3: mode: input should be 'observe' or 'act'"),
])
def test_each_mistake_is_named_by_line_and_key(tmp_path: Path, change: tuple[str, str], mistake: str) -> None:
    loaded = read(tmp_path, GOOD.replace(*change))
    assert str(tmp_path / mistake) in map(str, loaded.mistakes) and loaded.playbooks == []
    assert not any("sk-live-secret" in str(found) for found in loaded.mistakes)


def test_all_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(GOOD)
    twice = GOOD + GOOD.split("steps:\n")[1]
    loaded = read(tmp_path, twice.replace("litellm.block_key", "litellm.block"))
    said = [str(mistake).removeprefix(f"{tmp_path}/") for mistake in loaded.mistakes]
    assert said == [
        "a.yml:6: steps.0.uses: there is no action 'litellm.block'; did you mean 'litellm.block_key'?",
        "a.yml:10: steps.1.name: two steps are named 'block'; rename one",
        "a.yml:11: steps.1.uses: there is no action 'litellm.block'; did you mean 'litellm.block_key'?",
        f"b.yml:1: name: {tmp_path}/a.yml has this name too; rename one",
    ]


def test_a_service_that_is_not_configured_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    loaded = load([tmp_path], actions.load({}))
    assert len(loaded.playbooks) == 1 and loaded.mistakes == []
    assert str(loaded.warnings[0]).endswith("a.yml:6: steps.0.uses: services.litellm is not in the config, so this step will "
                                            "be skipped; add services.litellm")


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b", "name: [", "name: a\nname: b"])
def test_what_is_no_playbook(tmp_path: Path, text: str) -> None:
    loaded = read(tmp_path, text)
    assert loaded.mistakes and loaded.playbooks == []


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "there is no playbook here" in str(load([tmp_path / "none"], {}).mistakes[0])


def test_the_shipped_ones_are_sound() -> None:
    shipped = Path(__file__).parents[2] / "playbooks"
    loaded = load([shipped], actions.load({**SERVICES, "slack": {"console": "-"}}))
    assert loaded.mistakes == loaded.warnings == []
    assert {"contain-leaked-secret", "contain-bulk-extraction", "notify"} <= {playbook.name for playbook in loaded.playbooks}


def test_what_the_manual_shows_works(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text()
    blocks = [block.partition("```")[0] for block in manual.split("```yaml\n")[1:]]
    [playbook] = [block for block in blocks if block.startswith("name:")]
    [recipe] = [block for block in blocks if block.startswith("service:")]
    config = yaml.parse_all("".join(block for block in blocks if block.startswith(("services:", "playbooks:"))), "manual")[0][0]
    (tmp_path / "gate.yaml").write_text(recipe)
    for service, secret in (("litellm", "key"), ("slack", "token")):
        config["services"][service][secret] = "x"
    config["services"]["webhook"]["secrets"] = ["whsec_" + "A" * 40]
    found = actions.load({**config["services"], "gate": {"url": "https://gate", "token": "t"}}, recipes=[tmp_path])
    assert all(action.configured for action in found.values()) and "gate.lock_user" in found
    assert all(f"`{name}`" in manual for name in actions.load({}))
    PlaybooksConfig.model_validate(config["playbooks"])
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "a.yml").write_text(playbook)
    assert load([tmp_path / "playbooks"], found).mistakes == []
