"""Fields that must be there."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from sentinel.rules.match.presence import groups
from sentinel.rules.read.plan import plan
from tests.rules import reference, strategies


@given(strategies.detections(), strategies.events)
def test_an_event_that_lacks_a_group_does_not_match(detection: dict[str, Any], event: dict[str, Any]) -> None:
    if any(group.isdisjoint(event) for group in groups(plan(detection))):
        assert not reference.matches(detection, event)


def of(condition: str, **selections: Any) -> set[str]:
    return {"+".join(sorted(group)) for group in groups(plan({**selections, "condition": condition}))}


def test_groups() -> None:
    assert of("a", a={"f": 1, "g|contains": "x"}) == {"f", "g"}
    assert of("a", a=[{"f": 1}, {"g": 1}]) == {"f+g"}
    assert of("a and b", a=[{"f": 1}, {"g": 1}], b={"h": 1}) == {"f+g", "h"}
    assert of("a or b", a={"f": 1, "g": 1}, b={"f": 2, "h": 1}) == {"f", "f+h", "f+g", "g+h"}


def test_what_may_hold_without_a_field_needs_none() -> None:
    assert of("a", a={"f": None}) == of("not a", a={"f": 1}) == of("a", a={"f": [1, None]}) == of("a", a={"f|exists": False}) == set()
    assert of("a", a=["keyword"]) == of("a", a={"@timestamp|hour": 3}) == set()
    assert of("a or b", a={"f": 1}, b={"f|exists": False}) == set()


def test_alternatives_do_not_multiply_without_end() -> None:
    many = {f"s{n}": {f"{letter}{n}": 1 for letter in "abcdefgh"} for n in range(8)}
    assert len(groups(plan({**many, "condition": "1 of them"}))) <= 16
