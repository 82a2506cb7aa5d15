"""Any JSON object as flat fields."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.match.flat import flat

json = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.text("ab.", max_size=3)),
                    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("ab. ", max_size=3), inner, max_size=3)), max_leaves=10)


def test_paths_through_objects_and_lists() -> None:
    fields = flat({"a": {"b": [{"c": 1}, {"c": [2, 3]}, "x"], "d": None}, "e.f": {"g": 5}})
    assert (fields["a.b.c"], fields["a.d"], fields["e.f.g"]) == ([1, 2, 3], None, 5)
    assert fields["a.b"] == [{"c": 1}, {"c": [2, 3]}, "x"]


def test_a_literal_key_wins() -> None:
    assert flat({"a.b": 1, "a": {"b": 2}})["a.b"] == 1


def test_windows_events() -> None:
    fields = flat({"Event": {"System": {"EventID": {"#text": 4688}, "Channel": "Security", "Provider": {"#attributes": {"Name": "P"}}},
                             "EventData": {"CommandLine ": "x", "Image": None}}})
    assert (fields["CommandLine"], fields["EventID"], fields["Channel"], fields["Provider_Name"]) == ("x", 4688, "Security", "P")
    assert fields["Image"] is None
    assert flat({"EventData.Image": "i", "Image": "own"})["Image"] == "own"
    assert flat({"EventData.Image": "i", "ProcessName ": "p"}) == {"EventData.Image": "i", "Image": "i", "ProcessName": "p"}


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = {"a": [deep]}
    assert len(flat(deep)) < 100


@given(st.dictionaries(st.text("ab. ", max_size=3), json, max_size=4))
def test_every_own_key_stays(document: dict[str, Any]) -> None:
    fields = flat(document)
    assert {key.rstrip() for key in document} <= fields.keys()
