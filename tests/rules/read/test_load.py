"""Files of rules: what loads, and how each mistake is told."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from sentinel.rules.read.load import Loaded, Terms, load
from sentinel.rules.rule import Correlation, Detection

GOOD = """
title: Good
id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53
status: test
logsource: {category: llm}
detection: {s: {f: x}, condition: s}
level: high
tags: [attack.t1110, atlas.aml.t0051]
falsepositives: [a, b]
sentinel: {story: leak, principal: key, runbook: docs/runbooks/leak.md}
"""


def read(folder: Path, **files: str) -> Loaded:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(textwrap.dedent(text))
    return load([folder])


def test_what_is_known_of_a_rule(tmp_path: Path) -> None:
    [rule] = read(tmp_path, good=GOOD).rules
    info = rule.info
    assert (info.id, info.title, info.level, info.kind, info.category) == (
        "6b13f121-07b7-4ed5-a9d2-ccc419442d53", "Good", "high", "detection", "llm")
    assert (info.story, info.principal, info.runbook, info.tags) == ("leak", "key", "docs/runbooks/leak.md", ("attack.t1110", "atlas.aml.t0051"))
    assert (info.file, info.line, info.falsepositives) == (str(tmp_path / "good.yml"), 2, ("a", "b"))


def test_a_broken_rule_never_stops_the_others(tmp_path: Path) -> None:
    loaded = read(tmp_path, a="title: [", b=GOOD, c="- 1", d="title: x\nlogsource: {category: llm}\ndetection: {s: {f|containz: x}, condition: s}")
    assert [rule.info.title for rule in loaded.rules] == ["Good"]
    assert [Path(m.file).name for m in loaded.mistakes] == ["a.yml", "c.yml", "d.yml"]
    assert str(loaded.mistakes[2]).endswith("d.yml:3: detection.s.f|containz: unknown modifier 'containz'; did you mean 'contains'?")


@pytest.mark.parametrize(("change", "told"), [
    (("level: high", "level: grave"), ":7: level: 'grave' is not a valid Sigma rule level"),
    (("id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53", "id: 5"), ":3: id: an id is a UUID"),
    (("title: Good", "name: x"), "title: Sigma rule must have a title"),
    (("logsource: {category: llm}", ""), "logsource: Sigma rule must have a log source"),
    (("detection: {s: {f: x}, condition: s}", ""), "neither `detection`, `correlation` nor `filter`; add a `detection:`"),
    (("condition: s}", "condition: sel}"), ":6: detection.condition: there is no selection 'sel'; known here: s"),
    (("condition: s}", "condition: s and}"), "detection.condition: the condition ends too early"),
    (("condition: s}", "condition: (s}"), "detection.condition: a bracket is not closed; add `)`"),
    (("condition: s}", "condition: 's | count() > 5'}"), "the pipe syntax in conditions was replaced by correlations"),
    (("condition: s}", "condition: some of s*}"), "`some of` is not known; write `1 of`, `all of` or a number of selections"),
    (("condition: s}", "condition: 2 of s*}"), "`2 of` can never hold: so many selections are not called so, only 1"),
    (("{f: x}", "{f|re: '(?=a)b'}"), "detection.s.f|re: the pattern cannot run in linear time: it looks ahead, (?=...); write"),
    (("{f: x}", "{f|re: '(a)\\1'}"), "cannot run in linear time"),
    (("{f: x}", "{f|cidr: 10.0.0.1/8}"), "did you mean 10.0.0.0/8?"),
    (("{f: x}", "{f|cidr: [10.0.0.0/8, no]}"), "detection.s.f|cidr.1: `cidr` takes a network; write it as 10.0.0.0/8 or 2001:db8::/32"),
    (("{f: x}", "{f|expand: '%users%'}"), "placeholder %users% has no value; give `users` a list of values under `placeholders:`"),
    (("{f: x}", "{f|exists: 'yes'}"), "`exists` takes true or false"),
    (("{f: x}", "{f|gt: many}"), "a number is wanted here"),
    (("{f: x}", "{f|base64: 'a*'}"), "`base64` cannot encode wildcards"),
    (("{f: x}", "{f: {g: x}}"), "a value is text, a number, true, false or null, or a list of them; put further fields into a selection of their own"),
    (("{f: x}", "{f|contains|re: x}"), "`re` takes an unmodified value; put `re` first"),
    (("{f: x}", "{f|i: x}"), "`i` takes a pattern, being a flag of `re`; write `|re|i`"),
    (("{f: x}", "{'|exists': true}"), "only strings, numbers and patterns can be looked for without a field"),
    (("{f: x}", "{}"), "detection.s: an empty selection"),
    (("story: leak", "stori: leak"), ":10: sentinel.stori: unknown key 'stori'; known are principal, runbook, story"),
    (("principal: key", "principal: somebody"), "unknown principal 'somebody'"),
    (("level: high", "level: high\nlevel: low"), "key 'level' stands twice"),
])
def test_mistakes_are_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in GOOD
    loaded = read(tmp_path, good=GOOD.replace(*change))
    assert loaded.rules == []
    assert any(told in str(mistake) for mistake in loaded.mistakes), [str(m) for m in loaded.mistakes]


def test_two_rules_of_one_id(tmp_path: Path) -> None:
    loaded = read(tmp_path, a=GOOD, b=GOOD)
    assert len(loaded.rules) == 1
    assert "is taken by" in loaded.mistakes[0].what and loaded.mistakes[0].file.endswith("b.yml")


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "no such file or folder" in str(load([tmp_path / "none"]).mistakes[0])


def test_cases_are_no_rules(tmp_path: Path) -> None:
    (tmp_path / "good.cases.yml").write_text("- name: x")
    assert len(read(tmp_path, good=GOOD).rules) == 1


def test_placeholders(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(GOOD.replace("{f: x}", "{f|expand|contains: 'a%who%'}"))
    [rule] = load([tmp_path], Terms({"who": ["x", "y*"]})).rules
    assert isinstance(rule, Detection)
    assert not isinstance(rule, Correlation)
