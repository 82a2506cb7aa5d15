from __future__ import annotations

from typing import Any

import pytest
from sigma.conditions import ConditionAND, ConditionFieldEqualsValueExpression, ConditionNOT, ConditionOR
from sigma.types import SigmaCIDRExpression, SigmaExists, SigmaNumber, SigmaRegularExpression, SigmaString

from sentinel.rules.convert.condition import Index, Place, condition
from sentinel.rules.convert.pattern import Cannot
from sentinel.rules.read.plan import plan

INDEX = Index({
    "k": Place("k", "keyword"), "t": Place("t.keyword", "wildcard", "t"), "n": Place("n", "long"), "ip": Place("ip", "ip"),
    "b": Place("b", "boolean"), "sentinel.found": Place("sentinel.found", "keyword")}, lambda name: Place(f"extra.{name}", "flattened"))


def made(selection: Any, index: Index = INDEX) -> Any:
    return condition(plan({"s": selection, "condition": "s"}), index)


def value(selection: dict[str, Any]) -> Any:
    found = made(selection)
    assert isinstance(found, ConditionFieldEqualsValueExpression)
    return found.value


def test_and_or_and_not_stay() -> None:
    found = condition(plan({"a": {"k": 1, "n": 2}, "b": {"k": 3}, "condition": "a or not b"}), INDEX)
    assert isinstance(found, ConditionOR) and isinstance(found.args[0], ConditionAND) and isinstance(found.args[1], ConditionNOT)


def test_a_field_is_named_as_the_index_names_it() -> None:
    assert made({"t": "1"}).field == "t.keyword"
    assert made({"t|exists": True}).field == made({"t": None}).field == made({"t": "*"}).field == "t"
    assert made({"labels.x|cased": "a"}).field == "extra.labels.x"


def test_values_are_of_the_kind_that_the_index_holds() -> None:
    assert isinstance(value({"k": "a"}), SigmaRegularExpression)
    assert isinstance(value({"k|cased": "a"}), SigmaString)
    assert isinstance(value({"k": "*"}), SigmaExists)
    assert isinstance(value({"n": "5"}), SigmaNumber)
    assert isinstance(value({"ip": "10.0.0.1"}), SigmaCIDRExpression)
    assert value({"b": "TRUE"}).boolean is True
    assert value({"n": 9007199254740993}).number == 9007199254740993


def test_all_and_any_of_a_list() -> None:
    assert isinstance(made({"k|contains|all": ["a", "b"]}), ConditionAND)
    assert isinstance(made({"k|contains": ["a", "b"]}), ConditionOR)


def test_a_keyword_is_looked_for_in_all_but_findings() -> None:
    assert [one.field for one in made(["word"]).args] == ["k", "t.keyword"]
    assert [one.field for one in made([5]).args] == ["k", "t.keyword", "n"]


@pytest.mark.parametrize(("selection", "why"), [
    ({"n|contains": "5"}, "indexed as long"), ({"n": "x"}, "'x' is none"), ({"ip|startswith": "10."}, r"write `\|cidr`"),
    ({"ip": "home"}, "'home' is none"), ({"k|gte": 5}, "numbers have no order"), ({"k|cidr": "10.0.0.0/8"}, "take source.ip"),
    ({"n|re": "5"}, "no pattern"), ({"labels.x": "a"}, "with its case alone"), ({"k|fieldref": "t"}, "two fields"),
    ({"k|hour": 5}, "part of a time"), ({"k|contains": "x" * 300}, "takes 1204 characters"), ({"b|contains": "t"}, "indexed as boolean")])
def test_what_an_index_cannot_say_is_said_with_the_field(selection: dict[str, Any], why: str) -> None:
    with pytest.raises(Cannot, match=why) as raised:
        made(selection)
    assert str(raised.value).startswith(next(iter(selection)).split("|")[0])


def test_a_field_that_is_nowhere() -> None:
    with pytest.raises(Cannot, match="no index has the field z"):
        made({"z": 1}, Index({}))
