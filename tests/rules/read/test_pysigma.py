"""A detection in pySigma's form and back is what it was, line by line, unless a pipeline changes it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma import types as sigma
from sigma.rule import SigmaDetectionItem

from sentinel.rules.glob import Text
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read import pysigma
from sentinel.rules.read.modifiers import wants
from sentinel.rules.read.plan import plan
from sentinel.rules.tree import Wrong
from tests.rules.strategies import detections


@given(detections())
def test_untouched_it_is_the_same_tree(detection: dict[str, Any]) -> None:
    try:
        tree = plan(detection)
    except Wrong:
        return
    assert pysigma.tree(pysigma.detections(detection), {}) == tree


@pytest.mark.parametrize("line", [
    {"f|utf16le|base64": "ab"}, {"f|utf16|contains": "ab"}, {"f": 9007199254740993}, {"f|windash|contains": "-a -b -c -d -e"}, {"f|neq": ["a", "b"]},
    {"f|fieldref|startswith|cased": "g"}, {"f|hour|gte": 20}, {"f": []}, {"f|contains|all": ["a", "b"]}, {"|all": ["a", "b"]}, {"f|base64offset|contains|all": ["ab", "cd"]},
    {"f|contains": 40}, {"f|exists": False}, {"f|re|i": "a.b"}, {"f": None},
])
def test_what_pysigma_rounds_loses_or_refuses_is_kept(line: dict[str, Any]) -> None:
    detection = {"s": line, "condition": "s"}
    assert pysigma.tree(pysigma.detections(detection), {}) == plan(detection)


@given(st.text("aA*?\\-x ", max_size=8))
def test_a_string_that_a_pipeline_made_is_read_as_pysigma_means_it(text: str) -> None:
    made = sigma.SigmaString(text)
    [(names, written)] = pysigma._written(made)
    [want] = wants(names, written)
    assert isinstance(want, Text)
    parts = [part if isinstance(part, str) else part.value for part in want.parts]
    mine = "".join(re.sub(r"([\\*?])", r"\\\1", part) if len(part) != 1 or part not in "*?" else part for part in parts)
    # A second star in a row says nothing.
    assert mine == re.sub(r"(?<!\\)((?:\\\\)*)\*+", r"\1*", written) or want == wants(names, re.sub(r"\*+$", "*", written))[0]


@pytest.mark.parametrize(("value", "written"), [
    (sigma.SigmaNumber(5), ((), 5)), (sigma.SigmaBool(True), ((), True)), (sigma.SigmaNull(), ((), None)), (sigma.SigmaExists(False), (("exists",), False)),
    (sigma.SigmaCasedString("a*"), (("cased",), "a*")), (sigma.SigmaString("a\\*"), ((), "a\\*")), (sigma.SigmaCIDRExpression("10.0.0.0/8"), (("cidr",), "10.0.0.0/8")),
    (sigma.SigmaRegularExpression("a\\.b", {sigma.SigmaRegularExpressionFlag.IGNORECASE}), (("re", "i"), "a\\.b")),
    (sigma.SigmaCompareExpression(sigma.SigmaNumber(3), sigma.SigmaCompareExpression.CompareOperators.GTE), (("gte",), 3)),
    (sigma.SigmaFieldReference("g", True, False), (("fieldref", "startswith"), "g")),
    (sigma.SigmaTimestampPart(sigma.TimestampPart.HOUR, 4), (("hour",), 4)),
])
def test_every_kind_of_value_can_be_written(value: sigma.SigmaType, written: Any) -> None:
    assert pysigma._written(value) == [written]


def test_a_query_has_no_meaning_here() -> None:
    with pytest.raises(Wrong, match="only a database can look for"):
        pysigma._written(sigma.SigmaQueryExpression("x", "y"))


def test_a_value_made_anew_stands_beside_those_that_were_left() -> None:
    made = pysigma.detections({"s": {"f|contains|all": ["a", "b"]}, "condition": "s"})
    [line] = made.detections["s"].detection_items
    assert isinstance(line, SigmaDetectionItem)
    line.value = [line.value[0], sigma.SigmaString("c*")]
    match = compile_node(pysigma.tree(made, {}))
    assert match({"f": ["xax", "cd"]}) and not match({"f": ["xax", "xcd"]}) and not match({"f": "cd"})
