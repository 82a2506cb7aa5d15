"""Windows by brute force: every event of a group is kept, and everything is counted anew at each event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.rule import Bounds, Correlation, RuleInfo
from sentinel.rules.section import Kept

# (group, value, time in seconds, base rules that it matched)
Step = tuple[str, Any, int, tuple[str, ...]]
Seen = list[Step]


def steps(late: bool, bases: Sequence[str] = ("a",)) -> st.SearchStrategy[list[Step]]:
    """A stream of events of two groups; with `late`, some come after younger ones."""
    one = st.tuples(st.sampled_from("xy"), st.sampled_from(["u", "v", "w", 1, "1"]), st.integers(-6 if late else 0, 8),
                    st.lists(st.sampled_from(list(bases)), min_size=1, max_size=2, unique=True).map(tuple))
    return st.lists(one, max_size=30).map(_along)


def _along(given: list[Step]) -> list[Step]:
    at, out = 1_000, []
    for group, value, gap, bases in given:
        at += gap
        out.append((group, value, at, bases))
    return out


def firings(rule: Correlation, stream: list[Step]) -> list[int]:
    """Places in the stream at which the engine fires."""
    engine = correlator(rule, Kept())
    fired: list[int] = []
    for place, (group, value, at, bases) in enumerate(stream):
        if engine.feed([(base, {"g": group, "v": value}) for base in bases], at * SECOND):
            fired.append(place)
    return fired


def expected(stream: list[Step], span: int, holds: Callable[[Seen], bool]) -> list[int]:
    """The same by definition: the window ends at the newest event that the group has seen, and begins anew after a firing."""
    fired, kept, newest = [], {}, {}  # type: ignore[var-annotated]
    for place, step in enumerate(stream):
        group, _, at, _ = step
        newest[group] = max(at, newest.get(group, at))
        if at <= newest[group] - span:
            continue
        kept.setdefault(group, []).append(step)
        inside = [one for one in kept[group] if newest[group] - span < one[2] <= newest[group]]
        if holds(inside):
            fired.append(place)
            kept[group] = []
    return fired


def correlation(kind: str, **changed: Any) -> Correlation:
    given: dict[str, Any] = {"info": RuleInfo("c", "c", "low", (), kind=kind), "rules": ("a",), "group_by": ("g",),
                             "span": 10 * SECOND, "bounds": Bounds((("gte", 3),))}
    return Correlation(**given | changed)


bounds = st.one_of(
    st.tuples(st.tuples(st.sampled_from(["gte", "gt", "lte", "lt", "eq", "neq"]), st.integers(0, 5))),
    st.tuples(st.tuples(st.just("gte"), st.integers(2, 4)), st.tuples(st.just("lte"), st.integers(4, 6))),
).map(Bounds)
