from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from sentinel.rules.author.coverage import MAPPED, Row, layer, rows
from sentinel.rules.author.frameworks import framework
from sentinel.rules.rule import RuleInfo

# The Navigator's layer format 4.5, as its documentation defines it, so far as we use it.
LAYER = {
    "type": "object", "required": ["name", "versions", "domain", "techniques"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"}, "description": {"type": "string"}, "domain": {"enum": ["enterprise-attack", "atlas-atlas"]},
        "versions": {"type": "object", "required": ["layer", "navigator"], "additionalProperties": False, "properties": {
            "layer": {"const": "4.5"}, "navigator": {"type": "string"}, "attack": {"type": "string", "pattern": "^[0-9]+$"}}},
        "sorting": {"enum": [0, 1, 2, 3]},
        "layout": {"type": "object", "additionalProperties": False, "properties": {
            "layout": {"enum": ["side", "flat", "mini"]}, "showID": {"type": "boolean"}, "showName": {"type": "boolean"},
            "expandedSubtechniques": {"enum": ["none", "all", "annotated"]}}},
        "techniques": {"type": "array", "items": {
            "type": "object", "required": ["techniqueID"], "additionalProperties": False, "properties": {
                "techniqueID": {"type": "string", "pattern": r"^(AML\.T\d{4}|T\d{4})(\.\d{3})?$"}, "score": {"type": "number"},
                "comment": {"type": "string"}, "enabled": {"type": "boolean"}}}},
        "gradient": {"type": "object", "required": ["colors", "minValue", "maxValue"], "properties": {
            "colors": {"type": "array", "minItems": 2, "items": {"pattern": "^#[0-9a-f]{6}$"}},
            "minValue": {"type": "number"}, "maxValue": {"type": "number", "exclusiveMinimum": 0}}},
    },
}


def info(title: str, level: str, *tags: str, file: str = "/nowhere/one.yml") -> RuleInfo:
    return RuleInfo(id=title, title=title, level=level, tags=tags, file=file)


def one(name: str, id_: str, *infos: RuleInfo) -> Row:
    return next(row for row in rows(name, framework(name), infos) if row.id == id_)


def test_a_rule_counts_where_its_tags_say() -> None:
    row = one("owasp", "LLM01", info("low one", "low", "owasp.llm01"), info("grave one", "high", "OWASP.LLM01", "owasp.llm01"),
              info("another", "high", "owasp.llm02"))
    assert [(rule.title, rule.level) for rule in row.rules] == [("grave one", "high"), ("low one", "low")]
    assert row.covered and row.tag == "owasp.llm01" and row.version == "2025"


def test_tested_means_that_cases_stand_beside_it(tmp_path: Path) -> None:
    (tmp_path / "with.cases.yml").touch()
    row = one("owasp", "LLM01", info("with", "low", "owasp.llm01", file=str(tmp_path / "with.yml")),
              info("without", "low", "owasp.llm01", file=str(tmp_path / "without.yml")))
    assert [(rule.title, rule.tested) for rule in row.rules] == [("with", True), ("without", False)]


def test_a_technique_with_a_rule_for_a_part_of_it_is_no_gap() -> None:
    indirect = info("x", "low", "atlas.aml.t0051.001")
    parent = one("atlas", "AML.T0051", indirect)
    assert parent.covered and parent.rules == () and parent.parts == ("AML.T0051.001",)
    assert not one("atlas", "AML.T0051.000", indirect).covered
    assert one("atlas", "AML.T0051.001", indirect).tactics == ("Execution",)


def test_every_technique_has_its_row_once() -> None:
    found = rows("atlas", framework("atlas"), [])
    assert [row.id for row in found] == [one.id for one in framework("atlas").techniques]
    assert not any(row.covered for row in found)


@pytest.mark.parametrize("name", MAPPED)
def test_a_layer_is_one_that_the_navigator_opens(name: str) -> None:
    tag = {"atlas": "atlas.aml.t0051", "attack": "attack.t1078"}[name]
    infos = [info("a", "high", tag), info("b", "low", tag)]
    made = layer(name, framework(name), rows(name, framework(name), infos))
    jsonschema.Draft202012Validator(LAYER).validate(made)
    [cell] = made["techniques"]
    assert cell["score"] == 2 == made["gradient"]["maxValue"]
    assert cell["comment"] == "high: a (no cases)\nlow: b (no cases)"


@pytest.mark.parametrize("name", MAPPED)
def test_so_is_one_of_no_rules_at_all(name: str) -> None:
    jsonschema.Draft202012Validator(LAYER).validate(layer(name, framework(name), rows(name, framework(name), [])))
