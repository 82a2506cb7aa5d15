"""The cases runner: it can fail, and says how."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from sentinel.clock import SECOND, iso
from sentinel.records.event import Event
from sentinel.rules.author.cases import Enrich, Result, run
from sentinel.rules.author.cases.beside import START, events
from sentinel.rules.tree import Wrong

RULE = """
title: Refused
name: refused
logsource: {category: webserver}
detection: {s: {http.response.status_code: 401}, condition: s}
---
title: Burst
name: burst
correlation: {type: event_count, rules: [refused], group-by: [source.ip], timespan: 10s, condition: {gte: 3}}
"""
THREE = "{repeat: 3, every: 2s, fields: {source.ip: 192.0.2.1, http.response.status_code: 401}}"


def results(folder: Path, cases: str, rule: str = RULE) -> list[Result]:
    (folder / "burst.yml").write_text(rule)
    (folder / "burst.cases.yml").write_text(textwrap.dedent(cases))
    return list(run([folder]))


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
    assert (wrong.line, wrong.problem) == (1, "0.fires: `fires` is true, false or a number")
    assert broken.line == 5 and "containz" in broken.problem and "burst.yml" not in broken.problem


def test_the_condition_is_told_of_the_event_that_came_nearest(tmp_path: Path) -> None:
    events = "[{http.response.status_code: 200}, {http.response.status_code: 401}, {url.path: /}]"
    [result] = results(tmp_path, f"- {{name: x, events: {events}, fires: true}}")
    [told] = result.told
    assert (told.title, told.event, told.explained.held, told.explained.value) == ("Refused", 2, True, 401)
    assert result.windows == ("Burst: event_count gte 3 within 10s", "  source.ip is missing, so it is not counted: 1 event(s), at +1s")


def test_the_condition_is_told_of_the_event_that_should_not_have_fired(tmp_path: Path) -> None:
    [result] = results(tmp_path, f"- {{name: x, events: [{THREE}, {{source.ip: 192.0.2.1}}], fires: false}}")
    assert result.told[0].event == 3 and result.windows[1] == "  source.ip is 192.0.2.1: 3 event(s), at +0s, +2s, +4s"


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


def test_detectors_come_before_the_rules_and_forget_between_cases(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text("title: New\nlogsource: {category: llm}\ndetection: {s: {sentinel.new: true}, condition: s}")
    (tmp_path / "r.cases.yml").write_text("- {name: a, events: [{f: 1}, {f: 1}], fires: 1}\n- {name: b, events: [{f: 1}], fires: 1}")

    def enriching() -> Enrich:
        seen: set[int] = set()

        def enrich(event: Event) -> None:
            if event.fields["f"] not in seen:
                event.fields["sentinel.new"] = True
            seen.add(event.fields["f"])

        return enrich

    assert [one.problem for one in run([tmp_path], enriching)] == ["", ""]


def test_events_are_written_out() -> None:
    given = [{"f": 1}, {"at": "+20s", "f": 2}, {"f": 3}, {"@timestamp": "2026-01-05T10:01:00Z", "f": 4, "event.category": "llm"},
             {"repeat": 2, "every": "500ms", "fields": {"f": "n{i}", "g": ["{i}", 7]}}, {"at": 5, "f": "{i}"}]
    found = list(events(given, "webserver"))
    assert [(one.at - START) / SECOND for one in found] == [0, 20, 21, 60, 61, 61.5, 5]
    assert [one.fields["f"] for one in found] == [1, 2, 3, 4, "n1", "n2", "{i}"]
    assert found[5].fields["g"] == ["2", 7]
    assert [one.category for one in found] == ["webserver"] * 3 + ["llm"] + ["webserver"] * 3
    assert iso(found[0].at) == "2026-01-05T10:00:00Z"
    with pytest.raises(Wrong):
        list(events("x", "llm"))
