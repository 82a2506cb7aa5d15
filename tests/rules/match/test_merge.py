from __future__ import annotations

from typing import Any

from hypothesis import given

from sentinel.rules.glob import Text
from sentinel.rules.match.compile import compile_node
from sentinel.rules.match.flat import flat
from sentinel.rules.match.merge import merged
from sentinel.rules.read.plan import plan
from sentinel.rules.tree import All, Any_, Item, Node, Not
from tests.rules import strategies


@given(strategies.detections(placeholders=True), strategies.records)
def test_it_holds_for_the_same_events(detection: dict[str, Any], record: dict[str, Any]) -> None:
    tree, event = plan(detection, strategies.PLACEHOLDERS), flat(record)
    assert compile_node(merged(tree))(event) == compile_node(tree)(event)


def line(field: str, *values: str, every: bool = False) -> Node:
    return Item(field, tuple(Text((value,)) for value in values), every)


def test_exclusions_of_one_field_are_asked_at_once() -> None:
    tree = All((line("f", "a"), Not(line("g", "b")), Not(Any_((line("g", "c", "d"), line("h", "e")))), Not(line("g", "f"))))
    assert merged(tree) == All((line("f", "a"), Not(Any_((line("g", "b", "c", "d", "f"), line("h", "e"))))))


def test_what_must_hold_together_stays_apart() -> None:
    tree = Any_((line("f", "a", "b", every=True), line("f", "c"), All((line("f", "d"), line("g", "e")))))
    assert merged(tree) == Any_((line("f", "c"), line("f", "a", "b", every=True), All((line("f", "d"), line("g", "e")))))
    assert merged(Not(Not(line("f", "a")))) == line("f", "a")
