"""Cases that came with published rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.rules.author.cases import Result, run

RULE: dict[str, Any] = {
    "title": "Shell", "id": "6b13f121-07b7-4ed5-a9d2-ccc419442d53", "name": "shell",
    "logsource": {"category": "process_creation", "product": "windows"},
    "detection": {"s": {"Image|endswith": "\\cmd.exe", "EventID": 1}, "condition": "s"}}
BURST: dict[str, Any] = {
    "title": "Burst", "name": "burst",
    "correlation": {"type": "event_count", "rules": ["shell"], "group-by": ["user.name"], "timespan": "10s", "condition": {"gte": 2}}}
INFO = "rules/regression/shell/info.yml"
SYSMON = {"Event": {"System": {"EventID": 1}, "EventData": {"Image": "C:\\Windows\\cmd.exe"}}}
OTHER = {"Event": {"System": {"EventID": 1}, "EventData": {"Image": "C:\\Windows\\calc.exe"}}}


def results(folder: Path, *documents: dict[str, Any]) -> list[Result]:
    place = folder / "rules" / "windows"
    place.mkdir(parents=True, exist_ok=True)
    (place / "r.yml").write_text("---\n".join(yaml.safe_dump(one, sort_keys=False) for one in documents))
    return list(run([place]))


def regression(folder: Path, records: str | None = None, **test: Any) -> Result:
    """One regression test, as a repository holds it: paths are written from its top."""
    place = folder / INFO
    place.parent.mkdir(parents=True, exist_ok=True)
    given = {"name": "Positive", "type": "evtx", "path": str(Path(INFO).with_name("shell.evtx")), **test}
    place.write_text(yaml.safe_dump({"id": "x", "regression_tests_info": [given]}, sort_keys=False))
    place.with_name("shell.evtx").write_bytes(b"ElfFile")
    if records is not None:
        place.with_name("shell.json").write_text(records)
    [result] = results(folder, {**RULE, "regression_tests_path": INFO})
    return result


@pytest.mark.parametrize(("records", "test", "problem"), [
    (json.dumps(SYSMON, indent=2), {}, ""), (json.dumps(SYSMON), {"match_count": 1}, ""),
    (f"{json.dumps(SYSMON, indent=2)}\n{json.dumps(OTHER)}\n{json.dumps(SYSMON)}\n", {"match_count": 2}, ""),
    (json.dumps([SYSMON, SYSMON]), {"match_count": 2}, ""), (json.dumps([SYSMON, SYSMON]), {"match_count": 1}, ""),
    (json.dumps(SYSMON), {"match_count": 0}, "it must not fire and does"), (json.dumps(SYSMON), {"match_count": 2}, "it must fire 2 times and fires 1 times"),
    (json.dumps(OTHER), {}, "it must fire and does not"), (json.dumps(OTHER), {"match_count": 0}, ""),
    (None, {}, "there is no JSON file of these records"), ("{", {}, "shell.json:1: no JSON object begins here"),
    (json.dumps(SYSMON) + "\n5", {}, "something else than objects"), (json.dumps(SYSMON) + "\nx", {}, "shell.json:2: no JSON"),
    ("[" * 100_000, {}, "no JSON object begins here"), (json.dumps(SYSMON), {"type": "raw"}, "records of type 'raw' are not read"),
    (json.dumps(SYSMON), {"match_count": "many"}, "`match_count` is a number"), (json.dumps(SYSMON), {"path": "nowhere.json"}, "no JSON file"),
])
def test_regression_tests(tmp_path: Path, records: str | None, test: dict[str, Any], problem: str) -> None:
    result = regression(tmp_path, records, **test)
    assert problem in result.problem and bool(problem) == bool(result.problem)
    assert (result.name, Path(result.file).name) == ("Positive", "info.yml") and result.line in (3, 4, 5, 6, 7)


def test_where_a_malformed_test_stands(tmp_path: Path) -> None:
    result = regression(tmp_path, json.dumps(SYSMON), type="raw")
    assert (result.line, result.problem.split(":")[0]) == (4, "regression_tests_info.0.type")


@pytest.mark.parametrize(("info", "problem"), [
    (None, "there is no file"), ("- a", ""), ("regression_tests_info: 5", "regression_tests_info: a list of tests is wanted here"),
    ("regression_tests_info: [5]", "a test is a mapping"), ("x: [", "not YAML"),
])
def test_an_info_file_that_is_wrong(tmp_path: Path, info: str | None, problem: str) -> None:
    if info is not None:
        (tmp_path / INFO).parent.mkdir(parents=True)
        (tmp_path / INFO).write_text(info)
    found = results(tmp_path, {**RULE, "regression_tests_path": INFO})
    assert [problem in one.problem for one in found] == [True] * bool(problem)


def exemplar(folder: Path, given: Any, rule: dict[str, Any] = RULE, *others: dict[str, Any]) -> list[Result]:
    return results(folder, {**rule, "custom_attributes": {"rsigma.exemplars": given}}, *others)


SHELL, CALC = ({"Image": f"C:\\{name}.exe", "EventID": 1, "user": {"name": "ann"}} for name in ("cmd", "calc"))


@pytest.mark.parametrize(("given", "problem"), [
    ({"expect": "match", "event": SHELL}, ""), ({"name": "n", "expect": "no-match", "event": CALC}, ""),
    ({"expect": "no-match", "event": SHELL}, "it must not fire and does"), ({"expect": "match", "event": CALC}, "it must fire and does not"),
    ({"expect": "maybe", "event": SHELL}, "`expect` is match or no-match"), ({"expect": "match"}, "has `name`, `expect` and `event`"),
    ({"expect": "match", "events": []}, "has `name`, `expect` and `event`"), ({"expect": "match", "event": 5}, "an event is a mapping"),
    (5, "has `name`, `expect` and `event`"),
])
def test_exemplars_of_a_detection(tmp_path: Path, given: Any, problem: str) -> None:
    [result] = exemplar(tmp_path, [given])
    assert problem in result.problem and bool(problem) == bool(result.problem)
    assert result.line > 5 and result.file.endswith("r.yml")


@pytest.mark.parametrize("given", [[], {}, None, "x"])
def test_exemplars_that_are_none(tmp_path: Path, given: Any) -> None:
    [result] = exemplar(tmp_path, given)
    assert "custom_attributes.rsigma.exemplars: exemplars are a list" in result.problem


def test_exemplars_as_a_key_of_the_rule(tmp_path: Path) -> None:
    assert [one.problem for one in results(tmp_path, {**RULE, "rsigma.exemplars": [{"expect": "match", "event": SHELL}]})] == [""]


@pytest.mark.parametrize(("offsets", "expect", "problem"), [
    (["0s", "9s"], "match", ""), (["0s", "11s"], "no-match", ""), (["0s", "1m"], "match", "it must fire and does not"),
    (["0s", "soon"], "match", "events.1.offset: 'soon' is no distance in time"), ([], "match", "`events` is a list"),
])
def test_exemplars_of_a_correlation(tmp_path: Path, offsets: list[str], expect: str, problem: str) -> None:
    given = [{"expect": expect, "events": [{"offset": offset, "event": SHELL} for offset in offsets]}]
    [result] = exemplar(tmp_path, given, BURST, RULE)
    assert problem in result.problem and bool(problem) == bool(result.problem)


def test_a_rule_that_others_listen_to_is_tried_by_itself(tmp_path: Path) -> None:
    assert [one.problem for one in exemplar(tmp_path, [{"expect": "match", "event": SHELL}], RULE, BURST)] == [""]
