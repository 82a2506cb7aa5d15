"""Values of placeholders, from the config or from a file of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.config import model, placeholders, yaml
from sentinel.errors import ConfigError


def test_lists_and_files(tmp_path: Path) -> None:
    (tmp_path / "hosts.txt").write_bytes(b"\xef\xbb\xbf# ours\r\n\r\njump-1\r\n  jump-2  \r\n")
    (tmp_path / "p.yaml").write_text("admins: [ann, 'b*', 7]\nhosts: {file: hosts.txt}\n")
    assert placeholders.of(tmp_path / "p.yaml") == {"admins": ("ann", "b*", "7"), "hosts": ("jump-1", "jump-2")}


def test_values_are_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("versions: [1.10, 0755, 10:30, 0x17, yes, 2024-01-02]\n")
    values = ("1.10", "0755", "10:30", "0x17", "yes", "2024-01-02")
    assert placeholders.of(tmp_path / "p.yaml") == {"versions": values}
    (tmp_path / "c.yaml").write_text("placeholders: {versions: [1.10, 0755, 10:30, 0x17, yes, 2024-01-02]}\nsources: [{name: g, paths: [x]}]\n")
    assert placeholders.of(tmp_path / "c.yaml", "placeholders") == {"versions": values}
    config = model.load(tmp_path / "c.yaml")
    assert placeholders.filled(config.placeholders, tmp_path, yaml.Lines("c.yaml")) == {"versions": values}


def test_of_a_config_whose_secrets_are_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("services: {slack: {token: '${env:NOT_HERE}'}}\nplaceholders: {a: [x]}\n")
    assert placeholders.of(tmp_path / "c.yaml", "placeholders") == {"a": ("x",)}
    (tmp_path / "c.yaml").write_text("sources: []\n")
    assert placeholders.of(tmp_path / "c.yaml", "placeholders") == {}


@pytest.mark.parametrize(("text", "told"), [
    ("a: x", "p.yaml:1: a: a list of texts and numbers is wanted, or `{file: PATH}`"), ("b: [1]\na: [true]", "p.yaml:2: a: a list"),
    ("a: []", "p.yaml:1: a: 0 values; give it 1 to 10000"), ("a: {file: none.txt}", "p.yaml:1: a.file: cannot be read: no such file"),
    ("a: {file: .}", "a.file: cannot be read: not a file"), ("a: {file: latin.txt}", "a.file: cannot be read: 'utf-8'"), ("[a]", "p.yaml:1: input should be a valid dictionary"),
    ("a: {file: long.txt}", "10001 values"),
])
def test_mistakes_name_file_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    (tmp_path / "latin.txt").write_bytes(b"\xff")
    (tmp_path / "long.txt").write_text("x\n" * 10_001)
    with pytest.raises(ConfigError) as error:
        placeholders.of(tmp_path / "p.yaml")
    assert told in str(error.value)


def test_in_the_config(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("sources: [{name: g, paths: [x]}]\nplaceholders:\n  a: [x]\n  b: y\npipelines: [p.yaml]\n")
    with pytest.raises(ConfigError, match=r"c\.yaml:4: placeholders\.b: a list of texts and numbers is wanted"):
        model.load(tmp_path / "c.yaml")
    (tmp_path / "c.yaml").write_text("sources: [{name: g, paths: [x]}]\nplaceholders: {a: [x], b: {file: y}}\npipelines: [p.yaml]\n")
    config = model.load(tmp_path / "c.yaml")
    assert config.pipelines == [tmp_path / "p.yaml"] and config.placeholders["a"] == ["x"]
