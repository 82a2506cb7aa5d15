from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.daemon import reload
from sentinel.errors import ConfigError, SentinelError

RULE = "title: x\nlogsource: {{category: llm}}\ndetection: {{a: {{gen_ai.prompt|{}: {}}}, condition: a}}\n"


def write(folder: Path, *, modifier: str = "contains", word: str = "c", more: str = "") -> Path:
    (folder / "rule.yml").write_text(RULE.format(modifier, word))
    (folder / "c.yaml").write_text(f"journal: j.db\nsources: [{{name: g, paths: [x], format: nginx}}]\nrules: [rule.yml]\n{more}")
    return folder / "c.yaml"


def test_what_is_sound_is_taken(tmp_path: Path) -> None:
    old = reload.sound(write(tmp_path), "act")
    new = reload.fresh(write(tmp_path, word="other"), "act", old)
    assert new.config.playbooks.mode == "act" and new.rules != old.rules


@pytest.mark.parametrize(("changed", "why"), [
    ({"modifier": "containz"}, "containz"), ({"more": "metrics: {port: 9999}\n"}, "metrics: cannot be changed by a reload"),
    ({"more": "nonsense: 1\n"}, "nonsense"), ({"more": "services: {webhok: {}}\n"}, "webhok")])
def test_what_is_not_is_refused(tmp_path: Path, changed: dict[str, str], why: str) -> None:
    old = reload.sound(write(tmp_path), None)
    with pytest.raises(SentinelError, match=why):
        reload.fresh(write(tmp_path, **changed), None, old)


def test_a_start_goes_on_without_a_broken_rule(tmp_path: Path) -> None:
    assert reload.sound(write(tmp_path, modifier="containz"), None).broken
    with pytest.raises(ConfigError):
        reload.sound(write(tmp_path, more="services: {webhok: {}}\n"), None)
