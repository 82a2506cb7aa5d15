"""The Sigma specification, case by case: `conformance/*.yaml`, written so that they can be read beside it.

A case has a `selection` (or a whole `detection`) and events that it matches and misses, as YAML or as a line of JSON; or it is
`refused` with a message, `at` a key below `detection`. Each event passes through all that `sentinel rules eval` does; the slow
evaluator must be of the same opinion, which keeps that one honest too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sentinel.errors import Mistake
from sentinel.rules.author.evaluate import read
from sentinel.rules.read.load import Terms, load
from sentinel.rules.read.plan import plan
from sentinel.rules.rule import Detection, RuleInfo
from tests.rules import over, reference

FOLDER = Path(__file__).with_name("conformance")
ROOT = Path(__file__).parents[2]
CASES = [(file.stem, case) for file in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(file.read_text())]
SOUND = [pytest.param(case, id=f"{stem}: {case['name']}") for stem, case in CASES if "refused" not in case]
BROKEN = [pytest.param(case, id=case["name"]) for _, case in CASES if "refused" in case]
HEADER = {"title": "t", "logsource": {"category": "any"}}


def detection_of(case: dict[str, Any]) -> dict[str, Any]:
    return case["detection"] if "detection" in case else {"selection": case["selection"], "condition": "selection"}


@pytest.mark.parametrize("case", SOUND)
def test_conforms(case: dict[str, Any]) -> None:
    detection, given = detection_of(case), case.get("placeholders")
    rule = Detection(RuleInfo("r", "r", "low", ()), plan(detection, given))
    events = [(event, True) for event in case.get("matches", [])] + [(event, False) for event in case.get("misses", [])]
    assert events
    for event, wanted in events:
        line = event if isinstance(event, str) else json.dumps(event)
        assert bool(over.hits([rule], [line.encode()])) is wanted, f"{line} should {'' if wanted else 'not '}match"
        fields = read(line.encode())
        assert fields is not None
        assert reference.matches(detection, fields, given) is wanted, f"the slow evaluator is wrong about {line}"


@pytest.mark.parametrize("case", BROKEN)
def test_is_refused(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "r.yml"
    file.write_text(yaml.safe_dump({**HEADER, "detection": detection_of(case)}, sort_keys=False))
    loaded = load([file], Terms(placeholders=case.get("placeholders", {})))
    [mistake] = loaded.mistakes
    assert loaded.rules == []
    assert case["refused"] in told(mistake)
    assert mistake.key.removeprefix("detection.").startswith(case["at"])
    assert mistake.line > 1


def told(mistake: Mistake) -> str:
    return f"{mistake.what}; {mistake.do}"


def test_every_case_names_its_section_and_itself() -> None:
    assert all({"name", "spec"} <= case.keys() for _, case in CASES)
    names = [(stem, case["name"]) for stem, case in CASES]
    assert len(names) == len(set(names))
    assert len(CASES) >= 250


def test_the_table_of_the_docs_names_the_files() -> None:
    docs = (ROOT / "docs" / "rules.md").read_text()
    assert {file.name for file in FOLDER.glob("*.yaml")} <= set(re.findall(r"`(\w+\.yaml)`", docs))
