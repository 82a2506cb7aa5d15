"""Each type by its name, on one stream that tells them apart."""

from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.rules.correlate import TYPES, correlator
from sentinel.rules.rule import Bounds
from sentinel.rules.section import Kept
from tests.rules.correlate import brute

# a, a, b, a: the same value twice, a new one, the first again.
STREAM = [("x", "u", 1, ("a",)), ("x", "u", 2, ("a",)), ("x", "v", 3, ("b",)), ("x", "u", 4, ("a",))]


@pytest.mark.parametrize(("kind", "changed", "places"), [
    ("event_count", {"bounds": Bounds((("gte", 2),))}, [1, 3]),
    ("value_count", {"bounds": Bounds((("gte", 2),)), "fields": ("v",)}, [2]),
    ("temporal", {"bounds": None}, [2]),
    ("temporal_ordered", {"bounds": None, "rules": ("b", "a")}, [3]),
])
def test_each_type_fires_where_it_should(kind: str, changed: dict[str, object], places: list[int]) -> None:
    assert brute.firings(brute.correlation(kind, **{"rules": ("a", "b")} | changed), STREAM) == places


def test_no_type_is_left_out_above() -> None:
    [mark] = test_each_type_fires_where_it_should.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_its_memory_is_the_section_alone(kind: str) -> None:
    """Made anew from its section in the middle, as after a restart, it goes on as if nothing had been."""
    rule = brute.correlation(kind, rules=("a", "b"), bounds=Bounds((("gte", 2),)), fields=("v",))
    section, fired = Kept(), []
    for place, (group, value, at, bases) in enumerate(STREAM):
        if correlator(rule, section).feed([(base, {"g": group, "v": value}) for base in bases], at * SECOND):
            fired.append(place)
    assert fired == brute.firings(rule, STREAM) != []
