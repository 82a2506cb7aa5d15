"""pySigma's and SigmaHQ's validators: which run, what becomes of what they say, and that none of them asks the network."""

from __future__ import annotations

import inspect
import socket
from pathlib import Path
from typing import Any

import pytest
from sigma.validators.base import SigmaValidationIssueSeverity as Severity

from sentinel.errors import ConfigError
from sentinel.rules.author.checks import NAMES
from sentinel.rules.author.checks import validators as v
from tests.rules.author.checks.conftest import remarks, rule

GOOD: dict[str, Any] = {"a": {"user.id": "x"}, "condition": "a"}
ODD = rule(GOOD, title="Detects a bad thing.", references=["https://attack.mitre.org/x"], tags=["attack.t1059", "attack.t1059", "tlp.red"],
           description="short", falsepositives=["none"], date="2026-01-01", status="stable", fields=["user.id"],
           logsource={"category": "process_creation", "product": "windows"}, author="me")
TABLES = ("data_taxonomy", "data_filename", "data_windows", "mitre_")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*given: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")


def said(folder: Path, text: str, chosen: v.Chosen) -> list[str]:
    return [one.check for one in remarks(folder, text, validators=v.Validators(chosen)) if one.check in v.KNOWN]


def test_those_that_read_downloaded_tables_are_known_and_left_out() -> None:
    reading = {name for name, kind in v.KNOWN.items() if any(table in inspect.getsource(kind) for table in TABLES)}
    assert reading == v.DOWNLOADING
    assert not v.DOWNLOADING & (v.default().names | v.every().names)


def test_nothing_asks_the_network_or_writes_a_cache(tmp_path: Path, no_network: None) -> None:
    (tmp_path / "rules").mkdir()
    assert len(said(tmp_path / "rules", ODD, v.every())) > 5
    (tmp_path / "all.yml").write_text("validators: [all]")
    assert len(said(tmp_path / "rules", ODD, v.configured(tmp_path / "all.yml", NAMES))) > 5
    assert not (tmp_path / "home").exists()


def test_by_default_only_what_is_certain_to_cause_problems(tmp_path: Path) -> None:
    assert said(tmp_path, rule(GOOD), v.default()) == []
    assert "sigmahq_title_end" not in said(tmp_path, ODD, v.default())
    assert v.default().least is Severity.HIGH


def test_every_one_has_a_place(tmp_path: Path) -> None:
    found = {one.check: one for one in remarks(tmp_path, ODD, validators=v.Validators(v.every()))}
    assert found["sigmahq_title_end"].key == "title"
    assert found["duplicate_tag"].key == "tags" and "attack.t1059" in found["duplicate_tag"].what
    assert found["sigmahq_title_end"].rule == "6b13f121-07b7-4ed5-a9d2-ccc419442d53"


def test_a_line_of_the_detection_is_found(tmp_path: Path) -> None:
    text = rule({"a": [{"x": 1}, {"user.id|contains": "a**b"}], "condition": "a"})
    [remark] = remarks(tmp_path, text, validators=v.Validators(v.Chosen(frozenset({"double_wildcard"}), Severity.LOW)))[-1:]
    assert remark.check in ("double_wildcard", "unknown-field")


def test_rules_are_compared_with_each_other(tmp_path: Path) -> None:
    (tmp_path / "s.yml").write_text(rule(GOOD, id="6b13f121-07b7-4ed5-a9d2-ccc419442d54"))
    [remark] = [one for one in remarks(tmp_path, rule(GOOD), validators=v.Validators(v.default())) if one.check == "duplicate_title"]
    assert remark.key == "title" and "also in" in remark.what


def test_a_config_as_sigma_cli_reads_it(tmp_path: Path) -> None:
    config = tmp_path / "c.yml"
    config.write_text("validators: [all, -tlptag, -sigmahq_title_end]\nconfig: {description_length: {min_length: 3}}\n"
                      "exclusions: {6b13f121-07b7-4ed5-a9d2-ccc419442d53: [duplicate_tag, never-matches]}\n")
    config.write_text(config.read_text().replace("config: {description_length: {min_length: 3}}\n", ""))
    chosen = v.configured(config, NAMES)
    assert "sigmahq_title_end" not in chosen.names and "sigmahq_title_case" in chosen.names
    assert chosen.spares("6b13f121-07b7-4ed5-a9d2-ccc419442d53", "never-matches")
    (tmp_path / "rules").mkdir()
    assert "duplicate_tag" not in said(tmp_path / "rules", ODD, chosen)


@pytest.mark.parametrize(("text", "told"), [
    ("- a", "a validation config is a mapping"), ("validators: [al]", "1: validators.0: there is no check 'al'"),
    ("exclusions: {x: duplicate_tags}", "there is no check 'duplicate_tags'; did you mean 'duplicate_tag'"),
    ("config: {nothing: {}}", "there is no check 'nothing'"), ("validators: 5", "`validators` is a list"),
    ("exclusions: 5", "`exclusions` is a mapping"), ("config: {filename_length: 5}", "a mapping of settings"),
    ("config: {filename_length: {nothing: 5}}", "filename_length does not take these"),
])
def test_a_config_that_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "c.yml").write_text(text)
    with pytest.raises(ConfigError, match=r"c\.yml") as raised:
        v.configured(tmp_path / "c.yml", NAMES)
    assert told in str(raised.value)


def test_a_validator_that_trips_has_no_opinion(tmp_path: Path) -> None:
    assert said(tmp_path, rule(GOOD, falsepositives=[{"a": "b"}]), v.Chosen(frozenset({"sigmahq_falsepositives_capital"}), Severity.LOW)) == []


def test_a_rule_that_pysigma_cannot_read_is_told_by_the_loader_alone(tmp_path: Path) -> None:
    assert said(tmp_path, rule(GOOD, level="hihg"), v.every()) == []
