"""The cases runner: it can fail, and says how."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.rules.author.cases import run
from tests.rules.author.cases.conftest import RULE, THREE, results


@pytest.mark.parametrize(("case", "problem"), [
    (f"{{name: x, events: [{THREE}], fires: true}}", ""),
    (f"{{name: x, events: [{THREE}], fires: 1, group: {{source.ip: 192.0.2.1}}}}", ""),
    (f"{{name: x, events: [{THREE}], fires: false}}", "it must not fire and does, 1 times, first on source.ip, http.response.status_code"),
    (f"{{name: x, events: [{THREE}], fires: 2}}", "it must fire 2 times and fires 1 times"),
    (f"{{name: x, events: [{THREE.replace('2s', '6s')}], fires: true}}", "it must fire and does not"),
    (f"{{name: x, events: [{THREE}], fires: 1, group: {{source.ip: 192.0.2.2}}}}", "no firing has the group"),
    (f"{{name: x, events: [{THREE}], fires: false, rule: refused}}", ""),
    (f"{{name: x, events: [{THREE}], fires: 1, rule: nobody}}", "no rule 'nobody' in this file"),
    ("{name: x, events: [], fires: 1}", "`events` is a list of events"),
    ("{name: x, events: [{f: 1}]}", "`fires` is true, false or a number"),
    ("{name: x, events: [{f: 1, at: soon}], fires: 1}", "'soon' is no distance in time; write it as +20s"),
    ("{name: x, events: [{f: 1, '@timestamp': soon}], fires: 1}", "not a time"),
    ("{name: x, events: [{fields: {f: 1}, g: 2}], fires: 1}", "beside `fields` stand only"),
    ("{name: x, events: [{repeat: 0, fields: {f: 1}}], fires: 1}", "`repeat` is a number"),
    ("{name: x, event: [{f: 1}], fires: 1}", "unknown key 'event'"),
    ("just text", "a case is a mapping"),
])
def test_outcomes(tmp_path: Path, case: str, problem: str) -> None:
    [result] = results(tmp_path, f"- {case}")
    assert problem in result.problem
    assert bool(result.problem) == bool(problem)
    assert result.line == 1


def test_a_mistake_says_its_place_once(tmp_path: Path) -> None:
    [wrong] = results(tmp_path, "- {name: x, events: [{f: 1}], fires: flase}")
    [broken] = results(tmp_path, "- {}", RULE.replace("status_code: 401", "status_code|containz: 4"))[:1]
    assert wrong.line == 1 and wrong.problem.startswith("0.fires: `fires` is true, false or a number; write how often")
    assert broken.line == 5 and "containz" in broken.problem and "burst.yml" not in broken.problem


@pytest.mark.parametrize("cases", ["", "{}", "- [", "a: 1"])
def test_cases_that_are_none(tmp_path: Path, cases: str) -> None:
    assert all(one.problem for one in results(tmp_path, cases)) and results(tmp_path, cases)


def test_some_cases_alone(tmp_path: Path) -> None:
    results(tmp_path, "- {name: One at a time, events: [{f: 1}], fires: false}\n- {name: two, events: [{f: 1}], fires: false}")
    assert [[one.name for one in run([tmp_path], only=only)] for only in ("ONE", "t*o", "burst.yml", "nothing")] == [
        ["One at a time"], ["two"], ["One at a time", "two"], []]


def test_a_rule_without_cases_is_told_and_a_broken_one_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE)
    (tmp_path / "b.yml").write_text("title: [")
    untested: list[Path] = []
    [broken] = run([tmp_path], untested=untested.append)
    assert Path(broken.rule).name == "b.yml" and "not YAML" in broken.problem
    assert untested == [tmp_path / "a.yml"]
    assert next(run([tmp_path / "none"])).problem == "no such file or folder"
