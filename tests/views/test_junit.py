"""JUnit XML: valid, whatever a case is called."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.author.cases import Result
from sentinel.views.junit import report

FAILED = Result("r.yml", "r.cases.yml", 7, "a", "it must fire and does not", seconds=0.25)


def test_a_suite_a_file_and_a_case_a_case() -> None:
    results = [Result("r.yml", "r.cases.yml", 1, "b"), FAILED, Result("s.yml", "s.yml", 3, "", "not YAML")]
    root = ElementTree.fromstring(report(results, lambda one: ["one", "two"] if one is FAILED else []))
    assert root.attrib == {"name": "sentinel rules test", "tests": "3", "failures": "2", "errors": "0", "time": "0.250"}
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [("r.yml", "2", "1"), ("s.yml", "1", "1")]
    case = root[0][1]
    assert case.attrib == {"classname": "r.yml", "name": "a", "file": "r.cases.yml", "line": "7", "time": "0.250"}
    assert case[0].get("message") == "it must fire and does not" and case[0].text == "r.cases.yml:7\none\ntwo"
    assert root[1][0].get("name") == "the file"


@given(st.text())
def test_hostile_text_stays_text(text: str) -> None:
    result = Result(text, text, 1, text, text or "x")
    case = ElementTree.fromstring(report([result], lambda one: [text]))[0][0]
    assert case[0].get("message") is not None and len(case) == 1
