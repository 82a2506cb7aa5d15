from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.clock import SECOND
from sentinel.rules.author.pick import pick_file
from sentinel.rules.author.progress import follow
from sentinel.rules.rule import Correlation
from sentinel.views import progress
from tests import make

RULES = """\
title: Refused
name: refused
logsource: {category: llm}
detection: {s: {f: 1}, condition: s}
---
title: T
name: top
correlation: {type: value_count, rules: [refused], group-by: [u], timespan: 60s, condition: {gte: 3, field: ip}}
"""


def told(folder: Path, *given: tuple[float, str, str]) -> list[str]:
    (folder / "r.yml").write_text(RULES)
    picked = pick_file(folder / "r.yml")
    [rule] = picked.own
    assert isinstance(rule, Correlation)
    assert progress.asks(rule) == "value_count of ip gte 3 over 1 rule(s) within 1 min, per u"
    events = [(f"e{n}", make.event({"f": 1, "u": user, "ip": ip} if user else {"f": 1}, offset=n, at=make.NOW + int(at * SECOND)))
              for n, (at, user, ip) in enumerate(given)]
    titles = {one.info.id: one.info.title for one in picked.rules}
    return [(head + line).plain for head, line in progress.lines(rule, follow(rule, picked.rules, events), titles)]


def test_what_is_counted_what_is_missing_what_fell_out(tmp_path: Path) -> None:
    lines = told(tmp_path, (0, "a", "x"), (60.5, "a", "y"), (70, "", ""))
    assert lines[:2] == ["3 of 3 event(s) match Refused", "1 of these have no u, belong to no group and are not counted"]
    assert lines[3] == "u a: 1 counted, must be gte 3; 1 fell out of the window"
    assert lines[4] == "  2026-11-24 22:00:00Z  e0  x  out of the window by 0.5 s"
    assert lines[5] == "  2026-11-24 22:01:00Z  e1  y"


def test_a_firing_shows_what_completed_it(tmp_path: Path) -> None:
    lines = told(tmp_path, (0, "a", "x"), (1, "a", "y"), (2, "a", "z"))
    assert lines[2] == "u a: fired 1 time(s), last at e2" and len(lines) == 6


def test_of_rules_that_must_come_together_the_missing_is_named_by_its_title(tmp_path: Path) -> None:
    other = RULES.split("---")[0].replace("Refused", "Then served").replace("refused", "served").replace("f: 1", "f: 2") + "---"
    rules = other + RULES[:RULES.index("correlation:")] + "correlation: {type: temporal, rules: [refused, served], group-by: [u], timespan: 60s}\n"
    (tmp_path / "r.yml").write_text(rules.replace("---title", "---\ntitle"))
    picked = pick_file(tmp_path / "r.yml")
    [rule] = picked.own
    assert isinstance(rule, Correlation)
    found = follow(rule, picked.rules, [("e0", make.event({"f": 1, "u": "a"}))])
    lines = [line.plain for _, line in progress.lines(rule, found, {one.info.id: one.info.title for one in picked.rules})]
    assert lines[1] == "0 of 1 event(s) match Then served" and lines[3] == "u a: 1 counted, no match of Then served"
    assert lines[4] == "e0  Refused"


def test_long_histories_and_many_groups_are_cut(tmp_path: Path) -> None:
    lines = told(tmp_path, *((n / 10, "a", "x") for n in range(12)), *((2, f"u{n}", "x") for n in range(9)))
    assert "  … 4 before" in lines and lines[-1] == "and 5 more group(s), which came less far"


@pytest.mark.parametrize(("span", "text"), [(SECOND, "1 s"), (SECOND // 2, "0.5 s"), (61 * SECOND, "1 min"), (1_000_000, "0.001 s"), (5, "5 ns")])
def test_fractions_are_told_where_they_decide(span: int, text: str) -> None:
    assert progress.precise(span) == text
