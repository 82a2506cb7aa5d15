from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import BAD, GOOD

CASES = """\
- name: the word
  events: [{gen_ai.prompt: a forbidden thing}]
  fires: true
- name: another word
  events: [{gen_ai.prompt: a harmless thing}]
  fires: false
"""


def written(folder: Path, cases: str = CASES) -> None:
    (folder / "a.yml").write_text(GOOD)
    (folder / "a.cases.yml").write_text(cases)


def test_cases_that_hold_exit_0_and_those_that_do_not_say_why(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path)
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 0 and re.fullmatch(r"2 case\(s\) hold, 0 do not, in \d+\.\d s\n", ran.out), ran.err
    written(tmp_path, CASES.replace("harmless", "forbidden"))
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 1 and ran.lines[0].startswith("a.cases.yml:4: another word: it must not fire and does")
    assert ran.lines[1] == "    A forbidden word, on event 1:" and "forbidden" in ran.lines[2]
    told = [json.loads(line) for line in sentinel("rules", "test", "a.yml", "--json").lines]
    assert [one["problem"] == "" for one in told] == [True, False] and told[1]["detail"] == ran.lines[1:-1]


def test_what_a_value_was_is_short_and_harmless(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path, CASES.replace("a forbidden thing", '"\\e[31m' + "x" * 5000 + '"'))
    ran = sentinel("rules", "test", "a.yml")
    assert "\x1b" not in ran.out and "\\x1b[31mxxx" in ran.out and max(map(len, ran.lines)) < 300


def test_a_rule_without_cases_is_counted_and_strict_minds(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "b.yml").write_text(GOOD.replace("8444", "8445"))
    ran = sentinel("rules", "test", ".")
    assert ran.code == 0 and "1 rule file(s) without cases" in ran.lines[-1]
    assert "b.yml: there are no cases; write some that must fire and some that must not" in ran.out
    assert sentinel("rules", "test", "--strict", ".").code == 1
    assert sentinel("rules", "test", "b.yml").code == 1, "nothing was tested"


def test_a_broken_rule_is_told_by_line(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(BAD)
    ran = sentinel("rules", "test", ".")
    assert ran.code == 1 and ran.lines[0].startswith("b.yml:7: detection.sel.gen_ai.prompt|containz: unknown modifier")


def test_some_cases_alone(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path)
    assert sentinel("rules", "test", "-k", "ANOTHER", "a.yml").out.startswith("1 case(s) hold, 0 do not")
    assert sentinel("rules", "test", "-k", "nothing", "a.yml").code == 1


def test_junit(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path, CASES.replace("harmless", "forbidden"))
    assert sentinel("rules", "test", "--junit", "report.xml", "a.yml").code == 1
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    ran = sentinel("rules", "test", "--junit", "no/such/folder.xml", "a.yml")
    assert ran.code == 2 and "no/such/folder.xml: No such file or directory" in ran.err


def test_cases_pass_the_detectors_first(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("gen_ai.prompt|contains: forbidden", "sentinel.completion.pii.types: EMAIL"))
    (tmp_path / "a.cases.yml").write_text(
        "- {name: mail, events: [{gen_ai.completion: write to ann.lee@example.com}], fires: true}\n"
        "- {name: none, events: [{gen_ai.completion: write to nobody}], fires: false}\n")
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 0, ran.out + ran.err


def test_where_there_is_nothing_to_run_it_is_told(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path)
    ran = sentinel("rules", "test", "a.yml", "-k", "nope", "--json")
    assert ran.code == 1 and not ran.out and ran.err == "a.yml: no case fits -k nope\n"
    (tmp_path / "none").mkdir()
    ran = sentinel("rules", "test", "none")
    assert ran.code == 1 and ran.err.startswith("none: no cases there; ")


def test_mistakes_in_cases_say_what_to_write(sentinel: Sentinel, tmp_path: Path) -> None:
    written(tmp_path, "- {name: a, event: [{f: 1}], fires: true}\n- {name: b, events: [{f: 1}], fires: maybe}\n- {name: c, fires: true}\n")
    told = [json.loads(line)["problem"] for line in sentinel("rules", "test", "a.yml", "--json").lines]
    assert told[0].endswith("unknown key 'event'; did you mean 'events'?")
    assert "; write how often" in told[1] and "; write each as" in told[2]
    written(tmp_path, "")
    assert "cases are a list; begin each with" in sentinel("rules", "test", "a.yml").out
