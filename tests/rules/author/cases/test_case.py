"""Whether a case came out as written."""

from __future__ import annotations

import pytest

from sentinel.records.event import Event
from sentinel.records.line import File
from sentinel.rules.author.cases.case import Case, problem
from sentinel.rules.rule import Firing, RuleInfo

EVENT = Event(File("0", "cases", "cases"), 0, 0, "llm", {})
INFO = RuleInfo("r", "R", "low", ())


def said(fires: bool | int, count: int, *, more: bool = False, **group: str) -> str:
    case = Case("c", "f", 1, [EVENT], fires, frozenset({"r"}), group, more=more)
    return problem(case, [Firing(INFO, (("user", "ann"),), 1, (("f", 1),), EVENT, 0)] * count)


@pytest.mark.parametrize(("fires", "count", "more", "told"), [
    (True, 1, False, ""), (True, 0, False, "it must fire and does not"), (False, 0, False, ""),
    (False, 2, False, "it must not fire and does, 2 times, first on f"), (3, 3, False, ""), (0, 0, False, ""),
    (3, 4, False, "it must fire 3 times and fires 4 times"), (3, 4, True, ""), (3, 2, True, "it must fire 3 times and fires 2 times"),
])
def test_how_often(fires: bool | int, count: int, more: bool, told: str) -> None:
    assert said(fires, count, more=more) == told


def test_for_whom() -> None:
    assert said(1, 1, user="ann") == ""
    assert said(1, 1, user="ben") == "no firing has the group {'user': 'ben'}; they have [{'user': 'ann'}]"
