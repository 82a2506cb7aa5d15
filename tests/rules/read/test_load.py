"""Files of rules: what loads, and how each mistake is told."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.rules.loaded import Loaded
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read import pipeline
from sentinel.rules.read.load import Terms, load
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


@pytest.mark.parametrize(("line", "matches", "misses"), [
    ("f: 1.10", ["1.10", 1.1], ["1.100", "v1.10"]),
    ("f: 0x17", ["0x17", "0X17", 23], ["17"]),
    ("f: 0755", ["0755"], [493, "493", 755]),
    ("f: 10:30", ["10:30"], [630]),
    ("f: 1_000", ["1_000"], [1000]),
    ("f: yes", ["yes", "YES", True], ["no", 1]),
    ("f: [No, Off]", ["no", "off", False], ["on"]),
    ("f: 2024-01-02 10:00:00", ["2024-01-02 10:00:00"], ["2024-01-02T10:00:00"]),
    ("f|contains: 1.10", ["v1.10.3"], ["v1.1.3"]),
    ("f|startswith: 0755", ["07551"], ["4931"]),
    ("f|cased: 1.10", ["1.10"], ["1.1"]),
    ("f|neq: 1.10", ["1.2"], ["1.10", 1.1]),
    ("f|all: [1.10, 0x17]", [["1.10", 23]], ["1.10"]),
    ("f|gte: 0x10", [16, 17], [15]),
    ("f|exists: yes", ["x", None], []),
    ("f|re: 10:30", ["at 10:30"], ["630"]),
    ("'|all': [007, yes]", ["agent 007, yes"], ["agent 7, true"]),
])
def test_values_are_compared_as_they_are_written(line: str, matches: list[Any], misses: list[Any], tmp_path: Path) -> None:
    rule = read(tmp_path, r=f"title: t\nlogsource: {{category: llm}}\ndetection:\n  s:\n    {line}\n  condition: s\n").rules[0]
    assert isinstance(rule, Detection)
    match = compile_node(rule.tree)
    assert [match({"f": value}) for value in (*matches, *misses)] == [True] * len(matches) + [False] * len(misses)


def test_a_field_may_be_called_on_or_by_a_number(tmp_path: Path) -> None:
    rule = read(tmp_path, r="title: t\nlogsource: {category: llm}\ndetection:\n  s: {on: x, 1.10: y}\n  condition: s\n").rules[0]
    assert isinstance(rule, Detection)
    assert compile_node(rule.tree)({"on": "x", "1.10": "y"})


@pytest.mark.parametrize(("change", "told"), [
    (("level: high", "level: grave"), ":7: level: 'grave' is not a valid Sigma rule level"),
    (("id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53", "id: 5"), ":3: id: an id is a UUID"),
    (("title: Good", "title: Good\nname: off"), ":3: name: a name is a text; put it in quotes"),
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
    (("{f: x}", "{f|cidr: [10.0.0.0/8, true]}"), "detection.s.f|cidr.1: `cidr` takes a network; write it as 10.0.0.0/8 or 2001:db8::/32"),
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
    assert len(read(tmp_path, b=GOOD.replace("6b13f121", "6B13F121")).rules) == 1
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


def test_an_id_may_be_any_text_and_is_better_a_uuid(tmp_path: Path) -> None:
    change = GOOD.replace("6b13f121-07b7-4ed5-a9d2-ccc419442d53", "our-rule-7")
    correlation = "title: C\nid: our-rule-8\ncorrelation: {type: event_count, rules: [our-rule-7], timespan: 1m, condition: {gte: 2}}"
    loaded = read(tmp_path, good=change, more=correlation)
    assert [rule.info.id for rule in loaded.rules] == ["our-rule-7", "our-rule-8"] and not loaded.mistakes
    assert [warning.key for warning in loaded.warnings] == ["id", "id"]


@pytest.mark.parametrize("status", ["deprecated", "unsupported"])
def test_old_rules_run_and_are_warned_of(tmp_path: Path, status: str) -> None:
    loaded = read(tmp_path, good=GOOD.replace("status: test", f"status: {status}"))
    assert len(loaded.rules) == 1 and f":4: status: this rule is {status}, and runs all the same" in str(loaded.warnings[0])


def test_a_name_that_two_rules_have(tmp_path: Path) -> None:
    loaded = read(tmp_path, a=GOOD + "name: x\n", b=GOOD.replace("ccc4", "ccc5") + "name: x\n")
    assert len(loaded.rules) == 2 and loaded.mistakes == [] and "b.yml:11: name: the name x is taken by" in str(loaded.warnings[0])


def test_keys_that_sigma_does_not_know_are_left_alone(tmp_path: Path) -> None:
    loaded = read(tmp_path, good=GOOD + "taxonomy: sigma\nlicense: MIT\nscope: [server]\nauthor: A\ndate: 2026-11-24\nmodified: 2026-11-25\n"
                  "references: [https://example.com]\nrelated: [{id: 6b13f121-07b7-4ed5-a9d2-ccc419442d54, type: derived}]\nours: {a: 1}\ncustom_attributes: {b: 2}\n")
    assert len(loaded.rules) == 1 and not loaded.mistakes and not loaded.warnings
    broken = read(tmp_path, good=GOOD + "related: [{id: 5, type: derived}]\n")
    assert broken.rules == [] and broken.mistakes[0].key == "related"


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), lambda text: text + "\n...\n---\n",
                                    lambda text: "# \u00e9\n" + text])
def test_bytes_of_other_systems(tmp_path: Path, change: Callable[[str], str]) -> None:
    (tmp_path / "good.yml").write_bytes(change(GOOD).encode())
    loaded = load([tmp_path])
    assert [rule.info.title for rule in loaded.rules] == ["Good"] and not loaded.mistakes


@pytest.mark.parametrize(("text", "told"), [
    (GOOD.replace("level: high", "level:\thigh\n\tx: 1"), "not YAML"), ("x: &a [1]\ny: *b\n", "not YAML"),
    ("a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}' if i else '*a'] * 50)}]" for i in range(6)), "aliases count each time"),
    ("x" * (5 * 1024 * 1024), "larger than"),
])
def test_files_that_cannot_be(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bad.yml").write_text(text)
    loaded = read(tmp_path, good=GOOD)
    assert len(loaded.rules) == 1 and told in str(loaded.mistakes[0])


def test_anchors_and_merges(tmp_path: Path) -> None:
    [rule] = read(tmp_path, good=GOOD.replace("{s: {f: x}, condition: s}", "{s: &s {f: x, g: 1}, t: {<<: *s, g: 2}, condition: t}")).rules
    assert isinstance(rule, Detection)
    assert compile_node(rule.tree)({"f": "x", "g": 2}) and not compile_node(rule.tree)({"f": "x", "g": 1})


def test_links_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "rules" / "round").symlink_to(tmp_path / "rules")
    (tmp_path / "rules" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "rules" / "self.yml").symlink_to("self.yml")
    (tmp_path / "elsewhere" / "good.yml").write_text(GOOD)
    loaded = load([tmp_path / "rules"])
    assert len(loaded.rules) == 1 and [Path(m.file).name for m in loaded.mistakes] == ["self.yml"] and "symbolic links" in loaded.mistakes[0].what


def test_a_mounted_volume_shows_each_rule_once(tmp_path: Path) -> None:
    # As Kubernetes lays out a ConfigMap.
    (tmp_path / "..2026_11_24").mkdir()
    (tmp_path / "..2026_11_24" / "good.yml").write_text(GOOD)
    (tmp_path / "..data").symlink_to("..2026_11_24")
    (tmp_path / "good.yml").symlink_to("..data/good.yml")
    loaded = load([tmp_path])
    assert len(loaded.rules) == 1 and not loaded.mistakes and loaded.rules[0].info.file == str(tmp_path / "good.yml")


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text(GOOD)
    loaded = load([tmp_path, tmp_path / "good.yml"])
    assert len(loaded.rules) == 1 and not loaded.mistakes


def test_what_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "gone.yml").symlink_to("nowhere.yml")
    assert {Path(m.file).name: m.what for m in load([tmp_path]).mistakes} == {
        "gone.yml": "No such file or directory", "pipe.yml": "neither a file nor a folder"}


def test_a_folder_that_cannot_be_read_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refused(path: str) -> Any:
        # Permissions do not bind root, under whom tests may run.
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    loaded = read(tmp_path, good=GOOD)
    assert len(loaded.rules) == 1 and "shut: Permission denied" in str(loaded.mistakes[0])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.sampled_from(["", "a", "any", "not a", "1 of a*", "global", "event_count", "1m", "%x%", "*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["a", "b|contains", "c|re", "condition", "rules", "category", "product", "type", "timespan", "field", "gte", "group-by", "aliases", "story", ""]), inner, max_size=4), max_leaves=8)
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from(
    ["title", "id", "name", "status", "level", "tags", "logsource", "detection", "correlation", "filter", "action", "sentinel", "related", "fields",
     "falsepositives", "references", "date"]), JUNK, max_size=6), max_size=4)


@given(DOCUMENTS, st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_it_is_a_rule_or_a_mistake(tmp_path: Path, documents: list[Any], mapped: bool) -> None:
    (tmp_path / "r.yml").write_text(yaml.safe_dump_all([*documents, yaml.safe_load(GOOD)]))
    (tmp_path / "p.yaml").write_text("transformations: [{type: field_name_mapping, mapping: {a: x, b: [y, z]}}, {type: case}]")
    loaded = load([tmp_path / "r.yml"], Terms(pipelines=pipeline.read([tmp_path / "p.yaml"])) if mapped else Terms())
    lent = any("action" in one for one in documents)
    assert lent or [rule for rule in loaded.rules if rule.info.title == "Good"]
    assert all(str(mistake) and mistake.line >= 0 for mistake in [*loaded.mistakes, *loaded.warnings])


def test_all_mistakes_of_a_rule_are_told_at_once(tmp_path: Path) -> None:
    loaded = read(tmp_path, a=GOOD.replace("level: high", "level: hihg").replace("{f: x}", "{f|containz: x}").replace("condition: s}", "condition: z}"))
    assert [mistake.key for mistake in loaded.mistakes] == ["detection.s.f|containz", "detection.condition", "level"]
    assert not loaded.rules


def test_a_word_near_that_of_a_kind_of_rule(tmp_path: Path) -> None:
    [mistake] = read(tmp_path, a=GOOD.replace("detection:", "detecton:").replace("title:", "tilte:")).mistakes
    assert mistake.what.startswith("neither") and mistake.do == "did you mean 'detection'?"
