from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.errors import ConfigError
from sentinel.rules.author.pick import pick, pick_file
from sentinel.rules.read.load import load

BASE = """\
title: Refused
name: refused
logsource: {category: llm}
detection: {s: {f: 1}, condition: s}
"""
BURST = """\
title: A burst
id: 11111111-2222-4333-8444-555555555555
name: burst
correlation: {type: event_count, rules: [refused], group-by: [u], timespan: 1m, condition: {gte: 3}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yml").write_text(BASE)
    (tmp_path / "burst.yml").write_text(BURST)
    (tmp_path / "both.yml").write_text((BASE + "---\n" + BURST).replace("refused", "denied").replace("1111-", "1112-").replace("name: burst", "name: flood"))
    return tmp_path


@pytest.mark.parametrize("word", ["11111111-2222-4333-8444-555555555555", "burst"])
def test_by_id_or_name_with_what_it_listens_to(folder: Path, word: str) -> None:
    picked = pick(word, load([folder]))
    assert [rule.info.name for rule in picked.own] == ["burst"]
    assert [rule.info.name for rule in picked.rules] == ["refused", "burst"]


def test_by_title_in_any_case(folder: Path) -> None:
    assert {rule.info.name for rule in pick("a BURST", load([folder])).own} == {"burst", "flood"}


def test_by_its_file_without_the_ending(folder: Path) -> None:
    assert [rule.info.name for rule in pick("base", load([folder])).own] == ["refused"]
    assert [rule.info.name for rule in pick("both", load([folder])).own] == ["flood"]
    (folder / "base.yml").write_text(BASE.replace("f: 1", "f|containz: 1"))
    with pytest.raises(ConfigError, match="unknown modifier 'containz'"):
        pick("base", load([folder]))


def test_what_is_not_there_says_what_is_near(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"no rule 'brst' among 4.*did you mean 'burst'"):
        pick("brst", load([folder]))
    (folder / "broken.yml").write_text("title: x")
    with pytest.raises(ConfigError, match=r"1 mistake\(s\) keep rules out"):
        pick("zzz", load([folder]))


def test_a_file_means_its_rules_but_not_those_they_listen_to(folder: Path) -> None:
    picked = pick_file(folder / "both.yml")
    assert [rule.info.name for rule in picked.own] == ["flood"]
    assert [rule.info.name for rule in picked.rules] == ["denied", "flood"]


def test_a_correlation_finds_its_rules_in_other_files_of_the_folder(folder: Path) -> None:
    assert [rule.info.name for rule in pick_file(folder / "burst.yml").rules] == ["refused", "burst"]


def test_rules_that_are_loaded_are_taken_as_they_are(folder: Path) -> None:
    known = load([folder])
    assert pick_file(folder / "base.yml", known).own[0] is next(rule for rule in known.rules if rule.info.name == "refused")
    other = folder / "other"
    other.mkdir()
    (other / "base.yml").write_text(BASE.replace("f: 1", "f: 2"))
    assert pick_file(other / "base.yml", known).own[0] not in known.rules


def test_a_broken_file_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(BASE.replace("f: 1", "f|containz: 1"))
    with pytest.raises(ConfigError, match=r"a\.yml:4: .*containz"):
        pick_file(tmp_path / "a.yml")
    (tmp_path / "b.yml").write_text("")
    with pytest.raises(ConfigError, match=r"b\.yml"):
        pick_file(tmp_path / "b.yml")
