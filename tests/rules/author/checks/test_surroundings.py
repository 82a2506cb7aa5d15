"""How a rule stands to events and to other rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.rules.author.checks.surroundings import unknown_fields
from sentinel.rules.read.load import load
from tests.rules.author.checks.conftest import cases, judge, remarks, rule

RULE = rule({"s": {"gen_ai.promt": "x"}, "condition": "s"}, name="t")
CORRELATION = ("---\ntitle: C\nname: c\nlevel: low\ncorrelation: {{type: event_count, rules: [t], timespan: 1m, condition: {{gte: 2}}, "
               "group-by: [{group}]{more}}}\n")
GOOD = rule({"s": {"gen_ai.prompt": "x"}, "condition": "s"}, name="t")


@cases("surroundings")
def test_says_this_and_nothing_else(tmp_path: Path, case: dict[str, Any]) -> None:
    judge(tmp_path, case)


def test_a_misspelt_field_is_told_with_the_right_one(tmp_path: Path) -> None:
    [remark] = remarks(tmp_path, RULE)
    assert remark.said == "detection.s.gen_ai.promt: no format and no detector sets the field gen_ai.promt; did you mean 'gen_ai.prompt'?"


def test_events_that_keep_all_of_their_record_may_have_any_field(tmp_path: Path) -> None:
    assert remarks(tmp_path, RULE.replace("llm", "cloud")) == []


@pytest.mark.parametrize(("group", "more", "said"), [
    ("user.id", "", None), ("usr.id", "", "no format and no detector sets the field usr.id, so nothing is counted; did you mean 'user.id'"),
    ("who", ", aliases: {who: {t: user.id}}", None), ("who", ", aliases: {who: {t: usr.id}}", "sets the field usr.id"),
    ("who", ", aliases: {who: {u: user.id}}", "says nothing of the rule 6b13"),
])
def test_a_group_that_nobody_is_in(tmp_path: Path, group: str, more: str, said: str | None) -> None:
    found = remarks(tmp_path, GOOD + CORRELATION.format(group=group, more=more))
    assert [one.check for one in found] == ["group-by"] * bool(said)
    assert said is None or said in found[0].said


def test_a_level_that_nobody_sees(tmp_path: Path) -> None:
    text = GOOD.replace("level: low", "level: high") + CORRELATION.format(group="user.id", more="")
    assert [one.check for one in remarks(tmp_path, text)] == ["never-seen"]
    assert remarks(tmp_path, text.replace("group-by:", "generate: true, group-by:")) == []


def test_missing_cases(tmp_path: Path) -> None:
    assert [one.do for one in remarks(tmp_path, GOOD, cases=False)] == ["write r.cases.yml"]
    both = GOOD + CORRELATION.format(group="user.id", more="")
    assert [one.do for one in remarks(tmp_path, both, cases=False)] == ["write r.cases.yml"], "once a file"
    assert [one.check for one in remarks(tmp_path, GOOD.replace("category: llm", "product: windows"), cases=False)] == ["foreign-logs"]


def test_firing_on_ordinary_traffic(tmp_path: Path) -> None:
    fired = {"6b13f121-07b7-4ed5-a9d2-ccc419442d53": (3, "litellm.jsonl:7")}
    assert remarks(tmp_path, GOOD, benign=fired, events=300) == []
    [remark] = remarks(tmp_path, GOOD.replace("level: low", "level: high"), benign=fired, events=300)
    assert remark.what == "it fires 3 time(s) on 300 events of ordinary traffic, first on litellm.jsonl:7"


def test_unknown_fields_of_many_rules(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    assert [str(one).split("/")[-1] for one in unknown_fields(load([tmp_path]).rules, ["gen_ai.prompt"])] == [
        "r.yml:1: detection: gen_ai.promt: no format and no detector sets this field; did you mean 'gen_ai.prompt'?"]
