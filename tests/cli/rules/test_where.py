from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sentinel, config
from tests.cli.rules.conftest import GOOD


def test_without_a_path_the_configs_rules_are_taken_and_its_secrets_not_needed(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    config(tmp_path, "rules: [good.yml]\nservices: {slack: {token: '${env:NOT_HERE}'}}\n")
    assert sentinel("rules", "check").lines[-1].startswith("1 rule(s) work")


@pytest.mark.parametrize("command", [
    ("list",), ("check",), ("test",), ("coverage",), ("convert",), ("eval", "log.jsonl", "-r"), ("explain", "rule", "{}", "-r")])
def test_a_path_that_is_not_there_is_a_mistake_of_usage(sentinel: Sentinel, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "log.jsonl").touch()
    ran = sentinel("rules", *command, "nowhere")
    assert ran.code == 2 and not ran.out and ran.err == "nowhere: no such file or folder; check the path\n"


@pytest.mark.parametrize("command", [("list",), ("check",), ("coverage",), ("convert",), ("eval", "log.jsonl", "-r")])
def test_a_folder_without_rules_is_told(sentinel: Sentinel, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "log.jsonl").touch()
    (tmp_path / "rules").mkdir()
    ran = sentinel("rules", *command, "rules")
    assert ran.code == 0 and ran.err.startswith("rules: no rules there; ")


MAPPED = GOOD.replace("gen_ai.prompt|contains: forbidden", "Text|contains|expand: '%words%'")
PIPELINE = "transformations: [{type: field_name_mapping, mapping: {Text: gen_ai.prompt}}]\n"


def test_the_terms_of_the_config_go_with_its_rules(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(MAPPED)
    (tmp_path / "p.yaml").write_text(PIPELINE)
    config(tmp_path, "rules: [good.yml]\nplaceholders: {words: [forbidden]}\npipelines: [p.yaml]\nservices: {slack: {token: '${env:NOT_HERE}'}}\n")
    assert sentinel("rules", "list").code == 0
    # A path by itself has nothing to do with the config; with -c it has.
    ran = sentinel("rules", "list", "good.yml")
    assert ran.code == 1
    assert sentinel("rules", "check", "good.yml").code == 1
    assert sentinel("rules", "list", "good.yml", "-c", str(tmp_path / "sentinel.yaml")).code == 0


def test_terms_on_the_command_line(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(MAPPED)
    (tmp_path / "p.yaml").write_text(PIPELINE)
    (tmp_path / "words.yaml").write_text("words: [forbidden]\n")
    (tmp_path / "log.jsonl").write_text('{"Text": "forbidden"}\n{"gen_ai.prompt": "a forbidden word"}\n')
    (tmp_path / "good.cases.yml").write_text("- {name: x, fires: true, events: [{gen_ai.prompt: forbidden}]}\n")
    terms = ("-p", "p.yaml", "--placeholders", "words.yaml")
    assert sentinel("rules", "eval", "-r", "good.yml", *terms, "log.jsonl").out.count('"line"') == 1
    assert '"line":2' in sentinel("rules", "eval", "-r", "good.yml", *terms, "log.jsonl").out.replace(" ", "")
    assert sentinel("rules", "test", "good.yml", *terms).code == 0
    assert sentinel("rules", "list", "good.yml", *terms).code == 0
    assert sentinel("rules", "check", "good.yml", *terms).code == 0
    assert sentinel("rules", "coverage", "good.yml", *terms).code == 0
    assert sentinel("rules", "explain", "good.yml", '{"gen_ai.prompt": "a forbidden word"}', *terms).code == 0
    assert "gen_ai.prompt" in sentinel("rules", "convert", "--to", "elasticsearch", "good.yml", *terms).out


def test_a_pipeline_that_is_broken_is_a_mistake_of_usage(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    (tmp_path / "p.yaml").write_text("transformations: [{type: nothing}]\n")
    ran = sentinel("rules", "list", "good.yml", "-p", "p.yaml")
    assert ran.code == 2
