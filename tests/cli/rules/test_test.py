from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Sentinel
from tests.cli.rules.conftest import GOOD

CASES = """\
- name: the word
  events: [{gen_ai.prompt: a forbidden thing}]
  fires: true
- name: another word
  events: [{gen_ai.prompt: a harmless thing}]
  fires: false
"""


def test_cases_that_hold_exit_0_and_those_that_do_not_say_why(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    assert sentinel("rules", "test", "a.yml").code == 1, "a rule without cases is not tested"
    (tmp_path / "a.cases.yml").write_text(CASES)
    ran = sentinel("rules", "test", "a.yml")
    assert (ran.code, ran.out) == (0, "2 case(s) hold, 0 do not\n"), ran.err
    (tmp_path / "a.cases.yml").write_text(CASES.replace("harmless", "forbidden"))
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 1 and ran.lines[0].startswith("a.cases.yml:4: another word: it must not fire and does")
    assert [json.loads(line)["problem"] == "" for line in sentinel("rules", "test", "a.yml", "--json").lines] == [True, False]


def test_cases_pass_the_detectors_first(sentinel: Sentinel, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("gen_ai.prompt|contains: forbidden", "sentinel.completion.pii.types: EMAIL"))
    (tmp_path / "a.cases.yml").write_text(
        "- {name: mail, events: [{gen_ai.completion: write to ann.lee@example.com}], fires: true}\n"
        "- {name: none, events: [{gen_ai.completion: write to nobody}], fires: false}\n")
    ran = sentinel("rules", "test", "a.yml")
    assert ran.code == 0, ran.out + ran.err
