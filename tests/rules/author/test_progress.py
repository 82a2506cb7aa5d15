from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.rules.author.pick import pick_file
from sentinel.rules.author.progress import Progress, follow
from sentinel.rules.rule import Correlation
from tests import make

BASES = """\
title: Refused
name: refused
logsource: {category: llm}
detection: {s: {f: "no"}, condition: s}
---
title: Served
name: served
logsource: {category: llm}
detection: {s: {f: "yes"}, condition: s}
---
title: T
name: top
"""


def over(folder: Path, correlation: str, *given: tuple[float, dict[str, Any]]) -> Progress:
    (folder / "r.yml").write_text(BASES + correlation)
    picked = pick_file(folder / "r.yml")
    rule = next(rule for rule in picked.own if rule.info.name == "top")
    assert isinstance(rule, Correlation)
    events = [(f"e{n}", make.event(fields, offset=n, at=make.NOW + int(at * SECOND))) for n, (at, fields) in enumerate(given)]
    return follow(rule, picked.rules, events)


COUNT = "correlation: {type: event_count, rules: [refused], group-by: [u], timespan: 60s, condition: {gte: 3}}"
NO, YES = {"f": "no", "u": "a"}, {"f": "yes", "u": "a"}


def test_it_tells_what_is_missing_and_what_fell_out_by_how_much(tmp_path: Path) -> None:
    found = over(tmp_path, COUNT, (0, NO), (30, NO), (70, NO), (71, {"f": "yes"}))
    [told] = found.groups
    assert (found.events, found.matched["refused"], told.group, told.fired) == (4, 3, (("u", "a"),), 0)
    assert told.window is not None and told.window.count == 2 and "gte 3" in told.window.missing
    assert [(one.label, by) for one, by in told.gone] == [("e0", 10 * SECOND)]
    assert [one.label for one in told.inside] == ["e1", "e2"]


def test_a_firing_keeps_what_completed_it_and_counts_afresh(tmp_path: Path) -> None:
    [told] = over(tmp_path, COUNT, (0, NO), (1, NO), (2, NO), (3, NO)).groups
    assert (told.fired, [one.label for one in told.completed], [one.label for one in told.moments]) == (1, ["e0", "e1", "e2"], ["e3"])


def test_events_without_the_group_are_counted_by_what_they_lack(tmp_path: Path) -> None:
    found = over(tmp_path, COUNT, (0, {"f": "no"}), (1, NO))
    assert found.ungrouped == {"u": 1} and len(found.groups) == 1


def test_the_group_that_came_furthest_is_first(tmp_path: Path) -> None:
    groups = over(tmp_path, COUNT, (0, NO), *((n, {"f": "no", "u": "b"}) for n in range(2))).groups
    assert [told.group[0][1] for told in groups] == ["b", "a"]


def test_counted_values_are_told(tmp_path: Path) -> None:
    rule = "correlation: {type: value_count, rules: [refused], group-by: [u], timespan: 60s, condition: {gte: 3, field: ip}}"
    [told] = over(tmp_path, rule, (0, {**NO, "ip": "x"}), (1, {**NO, "ip": "y"})).groups
    assert [one.values for one in told.moments] == [("x",), ("y",)]


@pytest.mark.parametrize(("given", "fired"), [([NO, YES], 1), ([YES, NO], 0), ([NO], 0)])
def test_of_an_order_it_tells_which_rules_matched(tmp_path: Path, given: list[dict[str, Any]], fired: int) -> None:
    rule = "correlation: {type: temporal_ordered, rules: [refused, served], group-by: [u], timespan: 60s}"
    [told] = over(tmp_path, rule, *enumerate(given)).groups
    assert told.fired == fired
    assert [one.rules for one in (told.completed or told.moments)] == [("refused",) if one is NO else ("served",) for one in given]


def test_a_correlation_of_correlations_is_fed_by_firings(tmp_path: Path) -> None:
    rule = ("correlation: {type: temporal_ordered, rules: [three, served], group-by: [u], timespan: 60s}\n---\ntitle: Three\nname: three\n"
            "correlation: {type: event_count, rules: [refused], group-by: [u], timespan: 60s, condition: {gte: 3}}")
    found = over(tmp_path, rule, (0, NO), (1, NO), (2, NO), (3, YES))
    assert found.matched == {"three": 1, "served": 1} and found.groups[0].fired == 1
