"""Any JSON object as flat fields."""

from __future__ import annotations

from typing import Any

import pytest
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


@pytest.mark.parametrize("document", [
    {"Event": {"System": {"EventID": 7, "Execution": {"#attributes": {"ProcessID": 4}}}, "EventData": {"Tool Name ": "t"}}},
    {"Event": {"System": {"EventID": {"#text": 7, "@Qualifiers": 0}, "Execution": {"@ProcessID": 4}},
               "EventData": {"Data": [{"@Name": "Tool Name", "#text": "t"}, {"@Name": "None"}]}}},
    {"System": {"EventID": 7, "Execution": {"@attributes": {"ProcessID": 4}}},
     "EventData": {"Data": [{"#attributes": {"Name": "Tool Name"}, "#text": "t"}]}},
    {"Event": {"System": {"EventID": 7, "Execution": {"#attributes": {"ProcessID": 4}}},
               "UserData": {"Operation_Failed": {"#attributes": {"xmlns": "x"}, "Tool Name": "t"}}}},
    {"winlog": {"event_id": 7, "event_data": {"Tool Name": "t"}}, "Execution_ProcessID": 4},
    {"winlog.event_id": 7, "winlog.user_data.Tool Name": "t", "Execution_ProcessID": 4},
    {"EventID": 7, "Tool Name": "t", "Execution_ProcessID": 4},
])
def test_a_windows_event_however_it_was_exported(document: dict[str, Any]) -> None:
    fields = flat(document)
    assert (fields["EventID"], fields["Tool Name"], fields["ToolName"], fields["Execution_ProcessID"]) == (7, "t", "t", 4)


def test_windows_data_without_names() -> None:
    assert flat({"Event": {"EventData": {"Data": ["a", "b"]}}})["Data"] == ["a", "b"]
    assert flat({"Event": {"EventData": {"Data": {"#text": ["a", "b"]}}}})["Data"] == ["a", "b"]


def test_lists_in_lists_are_one_list() -> None:
    fields = flat({"a": [[1, [2]], 3], "b": {"c": [["x"]]}})
    assert (fields["a"], fields["b.c"]) == ([1, 2, 3], ["x"])


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = {"a": [deep]}
    assert len(flat(deep)) < 100


@given(st.dictionaries(st.text("ab. ", max_size=3), json, max_size=4))
def test_every_own_key_stays(document: dict[str, Any]) -> None:
    fields = flat(document)
    assert {key.rstrip() for key in document} <= fields.keys()


def test_a_name_with_a_space_behind_it_hides_nothing() -> None:
    """Who writes the log could otherwise put a harmless value over the true one."""
    for document in ({"Image": "true", "Image ": "other"}, {"Image ": "other", "Image": "true"}):
        fields = flat(document)
        assert (fields["Image"], fields["Image "]) == ("true", "other")


def test_lists_in_lists_without_end() -> None:
    value: Any = "deep"
    for _ in range(900):
        value = [value, "x"]
    assert "deep" in flat({"a": value})["a"]


def test_a_long_key_over_many_members_is_bounded() -> None:
    fields = flat({"k" * 100_000: {str(number): number for number in range(1_000)}, "a": {"b": 1}})
    assert fields["a.b"] == 1 and sum(map(len, fields)) < 500_000
    assert any(isinstance(value, list) and 999 in value for value in fields.values()) or any(value == 999 for value in fields.values())
