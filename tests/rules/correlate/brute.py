"""Windows by brute force: every event of a group is kept, and everything is counted anew at each event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import msgspec
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.rule import Bounds, Correlation, RuleInfo
from sentinel.rules.section import InMemory

# (group, value, time in seconds, base rules that it matched)
Step = tuple[str, Any, int, tuple[str, ...]]
Seen = list[Step]
VALUES = ("u", "v", "w", 1, "1")


def steps(late: bool, bases: Sequence[str] = ("a",), values: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[list[Step]]:
    """A stream of events of a few groups; with `late`, some come after younger ones."""
    one = st.tuples(st.sampled_from("xxxyyz"), values if values is not None else st.sampled_from(VALUES), st.integers(-6 if late else 0, 8),
                    st.lists(st.sampled_from(list(bases)), min_size=1, max_size=2, unique=True).map(tuple))
    return st.lists(one, max_size=40).map(_along)


def _along(given: list[Step]) -> list[Step]:
    at, out = 1_000, []
    for group, value, gap, bases in given:
        at += gap
        out.append((group, value, at, bases))
    return out


class Restarted(InMemory):
    """A section whose owner is started anew before each event: what is remembered goes through the journal's encoding."""

    def put(self, key: str, value: Any, at: int = 0) -> None:
        super().put(key, msgspec.msgpack.decode(msgspec.msgpack.encode(value), strict=False), at)


def firings(rule: Correlation, stream: list[Step], *, whole: bool = False, restarted: bool = False) -> list[int]:
    """Places in the stream at which the engine fires."""
    section = Restarted() if restarted else InMemory()
    engine = correlator(rule, section, whole=whole)
    fired: list[int] = []
    for place, (group, value, at, bases) in enumerate(stream):
        if restarted:
            engine = correlator(rule, section, whole=whole)
        if engine.feed([(base, {"g": group, "v": value}) for base in bases], at * SECOND):
            fired.append(place)
    return fired


def expected(stream: list[Step], span: int, holds: Callable[[Seen], bool], counts: Callable[[Step], bool] = lambda step: True) -> list[int]:
    """The same by definition: the window ends at the newest event that the group has seen, and begins anew after a firing."""
    fired, kept, newest = [], {}, {}  # type: ignore[var-annotated]
    for place, step in enumerate(stream):
        group, _, at, _ = step
        if not counts(step):
            continue
        newest[group] = max(at, newest.get(group, at))
        if at < newest[group] - span:
            continue
        kept.setdefault(group, []).append(step)
        if holds([one for one in kept[group] if newest[group] - span <= one[2]]):
            fired.append(place)
            kept[group] = []
    return fired


def chained(inside: Seen, rules: Sequence[str]) -> bool:
    """Whether some of these events are the rules one after another in time; those of one time are in order as read."""
    ordered = sorted(inside, key=lambda one: one[2])
    return any(all(rule in one[3] for rule, one in zip(rules, some, strict=True)) for some in combinations(ordered, len(rules)))


def correlation(kind: str, **changed: Any) -> Correlation:
    given: dict[str, Any] = {"info": RuleInfo("c", "c", "low", (), kind=kind), "rules": ("a",), "group_by": ("g",),
                             "span": 10 * SECOND, "bounds": Bounds((("gte", 3),))}
    return Correlation(**given | changed)


bounds = st.one_of(
    st.tuples(st.tuples(st.sampled_from(["gte", "gt", "lte", "lt", "eq", "neq"]), st.integers(0, 5))),
    st.tuples(st.tuples(st.just("gte"), st.integers(2, 4)), st.tuples(st.just("lte"), st.integers(4, 6))),
).map(Bounds)
# Numbers as logs have them, and what only looks like them.
numbers = st.one_of(st.integers(-9, 9), st.sampled_from([0.1, 0.2, 0.3, "0.1", "7", 2**53 + 1, 1e300]), st.lists(st.integers(0, 5), max_size=3),
                    st.sampled_from(["x", "07", True, None, float("nan"), {"n": 1}]))
thresholds = st.tuples(st.tuples(st.sampled_from(["gte", "gt", "lte", "lt", "eq", "neq"]),
                                 st.one_of(st.integers(-5, 30), st.sampled_from([0.3, 0.6, 2.5])))).map(Bounds)


def taken(value: Any) -> list[Any]:
    """The numbers that a value brings, as exact fractions, by another way than the engine's."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, (int, float)) and not isinstance(one, bool) and one == one:
            found.append(Fraction(str(one)))
        elif isinstance(one, str) and one not in ("x", "07"):
            found.append(Fraction(one))
    return found
