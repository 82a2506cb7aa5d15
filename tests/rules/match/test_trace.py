"""What matched, and what did not."""

from __future__ import annotations

from sentinel.rules.match.trace import Trace
from sentinel.rules.read.plan import plan

TRACE = Trace(plan({
    "a": {"f|contains": ["x", "y"], "g": 5}, "b": {"h": "z"}, "k": ["boom"], "n": {"i": 1},
    "condition": "(a or b or k) and not n"}))


def test_only_what_held_counts() -> None:
    assert TRACE.matched({"f": "axb", "g": 5, "h": "other"}) == (("f", "axb"), ("g", 5))
    assert TRACE.matched({"h": "z", "g": 5}) == (("h", "z"),)
    assert TRACE.matched({"p": "BOOM", "q": "no", "r": ["x", "boom"]}) == (("p", "BOOM"), ("r", ["x", "boom"]))
    assert TRACE.matched({"h": "z", "i": 1}) == ()


def test_it_tells_the_tree() -> None:
    assert TRACE.tell({"f": "x", "g": 4, "h": "z"}) == [
        "+ all of", "  + any of", "    - all of", "      + a.f|contains", "      - a.g", "    + b.h", "    - k", "  + not", "    - n.i"]
