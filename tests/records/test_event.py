from sentinel.clock import SECOND
from sentinel.records.event import ENVELOPE
from tests import make


def test_the_id_says_which_line_and_nothing_else_changes_it() -> None:
    event = make.event({"user.id": "u"}, offset=255, file=make.file(generation=3))
    assert event.id == "00aa11bb22cc33dd-3-ff"
    moved = make.event({"user.id": "v"}, offset=255, file=make.file(generation=3, path="/var/log/litellm/log.jsonl.1"), at=make.NOW + SECOND)
    assert moved.id == event.id
    assert make.event(offset=256, file=make.file(generation=3)).id != event.id != make.event(offset=255).id


def test_rules_see_the_envelope_as_fields() -> None:
    event = make.event({"user.id": "u", "http.response.status_code": 0}, offset=16)
    assert {name: event.get(name) for name in ENVELOPE} == {
        "@timestamp": "2026-11-24T22:00:00Z", "event.id": event.id, "event.category": "llm",
        "log.file.path": "/var/log/litellm/log.jsonl", "log.offset": 16, "sentinel.source": "gateway"}
    assert event.get("user.id") == "u" and event.get("http.response.status_code") == 0
    assert event.get("user.name") is None


def test_the_document_holds_all_that_a_rule_can_see() -> None:
    event = make.event({"user.id": "u"})
    assert event.document() == {name: event.get(name) for name in (*ENVELOPE, "user.id")}
    assert event.fields == {"user.id": "u"}, "the envelope is not stored with each event"
