"""Rules from the cache are the rules from their files, and any change is seen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sentinel.cache import Cache
from sentinel.rules.author import ready as module
from sentinel.rules.author.evaluate import run
from sentinel.rules.author.ready import Ready, ready
from sentinel.rules.read import load
from sentinel.rules.read.load import Terms

RULE = "title: T{0}\nname: n{0}\nlogsource: {{category: x}}\ndetection: {{s: {{f|contains: word{0}, g: {0}}}, condition: s}}\n"
BROKEN = "title: B\nname: b\nlogsource: {category: x}\ndetection: {s: {f|nope: x}, condition: s}\n"
TWICE = ("title: C\nname: c\ncorrelation: {type: event_count, rules: [n1], group-by: [f], timespan: 60s, generate: true, "
         "condition: {gte: 2}}\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_FEW", 2)
    for number in range(3):
        (tmp_path / f"{number}.yml").write_text(RULE.format(number))
    (tmp_path / "broken.yml").write_text(BROKEN)
    (tmp_path / "twice.yml").write_text(TWICE)
    return tmp_path


def found(some: Ready) -> list[tuple[int, str]]:
    lines = [json.dumps({"f": "a WORD1", "g": 1}).encode(), b"{}", json.dumps({"f": "a WORD1", "g": 1}).encode()]
    return [(hit.line, hit.rule) for hit in run(some.ruleset, some.scan, lines)]


def test_from_the_cache_is_the_same(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Cache(tmp_path_factory.mktemp("cache"))
    first = ready([folder], store=store)
    monkeypatch.setattr(load, "load", None)
    again = ready([folder], store=store)
    assert again.ruleset.guards == first.ruleset.guards
    assert [(rule.info, getattr(rule, "tree", rule)) for rule in again.loaded.rules] == [
        (rule.info, getattr(rule, "tree", rule)) for rule in first.loaded.rules]
    assert (again.loaded.mistakes, again.loaded.warnings) == (first.loaded.mistakes, first.loaded.warnings)
    assert found(again) == found(first) == [(1, "n1"), (3, "n1"), (3, "c")]
    assert [mistake.key for mistake in again.loaded.mistakes] == ["detection.s.f|nope"]


def test_any_change_is_seen(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Cache(tmp_path_factory.mktemp("cache"))
    assert found(ready([folder], store=store))
    (folder / "1.yml").write_text(RULE.format(1).replace("word1", "other"))
    assert found(ready([folder], store=store)) == []
    (folder / "1.yml").unlink()
    assert len(ready([folder], store=store).loaded.rules) == 2


def test_a_kept_file_of_another_form_is_made_anew(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("cache")
    ready([folder], store=Cache(place))
    [kept] = place.iterdir()
    for content in (b"", b"\x93\x01\x02\x03", b"\x92\xc4\x01\x05\xc4\x00"):
        Cache(place).put(kept.stem, content)
        assert found(ready([folder], store=Cache(place)))


def test_terms_of_their_own_and_few_rules_are_not_kept(folder: Path, tmp_path_factory: pytest.TempPathFactory,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path_factory.mktemp("cache")
    ready([folder], Terms({"x": ["y"]}), Cache(place))
    monkeypatch.setattr(module, "_FEW", 100)
    ready([folder], store=Cache(place))
    assert list(place.iterdir()) == []


def test_what_never_ends_is_not_read_for_its_digest(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    os.mkfifo(folder / "pipe.yml")
    (folder / "zero.yml").symlink_to("/dev/zero")
    made = ready([folder], store=Cache(tmp_path_factory.mktemp("cache")))
    assert found(made) and {Path(one.file).name for one in made.loaded.mistakes} == {"broken.yml", "pipe.yml", "zero.yml"}


def test_what_changed_while_it_was_read_is_not_kept(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the files as they were would stand for what was half one and half the other."""
    def loading(*given: object) -> object:
        (folder / "1.yml").write_text(RULE.format(1).replace("word1", "other"))
        return real(*given)

    real, place = load.load, tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(load, "load", loading)
    assert found(ready([folder], store=Cache(place))) == [] and not list(place.iterdir())
