"""Events as cases write them."""

from __future__ import annotations

import pytest

from sentinel.clock import SECOND, iso
from sentinel.rules.author.cases.beside import START, distance, events
from sentinel.rules.tree import Wrong


def test_events_are_written_out() -> None:
    given = [{"f": 1}, {"at": "+20s", "f": 2}, {"f": 3}, {"@timestamp": "2026-01-05T10:01:00Z", "f": 4, "event.category": "llm"},
             {"repeat": 2, "every": "500ms", "fields": {"f": "n{i}", "g": ["{i}", 7]}}, {"at": 5, "f": "{i}"}]
    found = list(events(given, "webserver"))
    assert [(one.at - START) / SECOND for one in found] == [0, 20, 21, 60, 61, 61.5, 5]
    assert [one.fields["f"] for one in found] == [1, 2, 3, 4, "n1", "n2", "{i}"]
    assert found[5].fields["g"] == ["2", 7]
    assert [one.category for one in found] == ["webserver"] * 3 + ["llm"] + ["webserver"] * 3
    assert iso(found[0].at) == "2026-01-05T10:00:00Z"
    with pytest.raises(Wrong):
        list(events("x", "llm"))


@pytest.mark.parametrize(("text", "seconds"), [("+20s", 20), ("20s", 20), (7, 7), ("+500ms", 0.5), ("2m", 120), ("1h", 3600), ("1d", 86400)])
def test_distances(text: object, seconds: float) -> None:
    assert distance(text, "at") == seconds * SECOND


@pytest.mark.parametrize("text", ["soon", "", "1w", "-1s", True, None])
def test_what_is_no_distance(text: object) -> None:
    with pytest.raises(Wrong, match="no distance in time"):
        distance(text, "at")
