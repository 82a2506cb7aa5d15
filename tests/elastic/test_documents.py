from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.elastic.documents import Calendar, Document, day_of, of_alert, of_event, of_incident
from sentinel.elastic.schema import known
from sentinel.records.incident import Seen
from tests import make

DAY = 86_400 * SECOND
TODAY = Calendar("s", day_of(make.NOW))


def body(document: Document) -> dict[str, Any]:
    shaped: dict[str, Any] = json.loads(document.body)
    return shaped


def test_an_event_goes_to_the_day_it_happened_under_its_own_id() -> None:
    event = make.event({"source.ip": "203.0.113.7", "gen_ai.usage.input_tokens": 12})
    document = of_event(event, TODAY, "host-1")
    assert (document.index, document.id, document.version) == ("s-events-2026.11.24", event.id, None)
    assert body(document) == event.document() | {"event.kind": "event", "agent.name": "host-1"}
    assert json.loads(document.operation[0]) == {"create": {"_index": document.index, "_id": event.id}}


def test_times_that_cannot_be_share_one_index() -> None:
    def index(days: int) -> str:
        return of_event(make.event(at=make.NOW + days * DAY), TODAY, "").index

    assert [index(n) for n in (2, 0, -400)] == ["s-events-2026.11.26", "s-events-2026.11.24", "s-events-2025.10.20"]
    assert {index(n) for n in (3, -401, -40_000, 80_000)} == {"s-events-undated"}


def test_a_calendar_knows_what_may_change_while_a_batch_waits() -> None:
    assert [TODAY.sure(make.NOW + n * DAY) for n in (0, -1, -300, -301, 1)] == [True, True, True, False, False]


def test_what_is_not_mapped_cannot_touch_the_mapping() -> None:
    hostile = {"a": 1, "a.b": 2, "source.ip.x": 3, "sentinel": 4, "": 5, "nul\0": 6, "k" * 50_000: 7}
    shaped = body(of_event(make.event(hostile), TODAY, ""))
    extra = shaped.pop("sentinel.extra")
    assert set(shaped) <= known("events")
    assert sorted(extra.values()) == [1, 2, 3, 4, 5, 6, 7]
    assert all(0 < len(key) <= 210 and "\0" not in key for key in extra)


def test_what_is_nested_becomes_text() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = {"d": deep}
    shaped = body(of_event(make.event({"deep": deep, "source.ip": {"a": 1}, "list": [[1]], "flat": [1, "a"]}), TODAY, ""))
    assert shaped["sentinel.extra"] == {
        "deep": json.dumps(deep, separators=(",", ":")), "source.ip": '{"a":1}', "list": "[[1]]", "flat": [1, "a"]}


JSON = st.recursive(st.none() | st.booleans() | st.integers(-2**63, 2**63 - 1) | st.floats() | st.text(st.characters(codec="utf-8")),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3))
NAMES = st.text(st.characters(codec="utf-8")) | st.sampled_from([*sorted(known("events")), "sentinel.extra"])


@given(st.dictionaries(NAMES, JSON, max_size=8))
def test_any_fields_give_mapped_names_and_flat_values(fields: dict[str, Any]) -> None:
    shaped = body(of_event(make.event(fields), TODAY, ""))
    extra = shaped.pop("sentinel.extra", {})
    assert set(shaped) <= known("events")
    assert not any(isinstance(value, dict) for value in (*extra.values(), *shaped.values()))
    assert len(extra) >= len(set(fields) - set(shaped)), "nothing is lost"


def test_an_alert_says_who_why_and_which_incident() -> None:
    alert = make.alert(group=(("user.id", "u-1"),))
    document = of_alert(alert, "INC-1", TODAY, "host-1")
    shaped = body(document)
    assert (document.index, document.id) == ("s-alerts-2026.11.24", alert.id)
    assert shaped["source.ip"] == "203.0.113.7"
    assert (shaped["rule.id"], shaped["sentinel.incident.id"], shaped["event.id"]) == (alert.rule, "INC-1", alert.event)
    assert shaped["sentinel.alert.reasons"] == [{"field": r.field, "value": r.value} for r in alert.reasons]
    assert shaped["sentinel.alert.group"] == {"user.id": "u-1"}
    assert shaped["sentinel.principal"]["id"] == make.KEY


def test_an_incident_is_versioned_and_goes_to_the_month_it_was_opened() -> None:
    incident = make.incident(version=7, opened_at=make.NOW, last_at=0, rules={"r.1": Seen("t", "high", 2, 0, SECOND)})
    document = of_incident(incident, "s", "host-1")
    shaped = body(document)["sentinel.incident"]
    assert (document.index, document.id, document.version) == ("s-incidents-2026.11", incident.id, 7)
    assert json.loads(document.operation[0])["index"]["version_type"] == "external"
    assert shaped["rules"] == [{"id": "r.1", "title": "t", "level": "high", "count": 2,
                                "first_at": "1970-01-01T00:00:00Z", "last_at": "1970-01-01T00:00:01Z"}]
    assert (shaped["opened_at"], shaped["entities"]) == ("2026-11-24T22:00:00Z", {"source.ip": ["203.0.113.7"]})
