"""The gateway's and the web server's record of one request complete each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.detectors import link
from sentinel.detectors.link import Link
from sentinel.errors import Unreadable
from sentinel.formats import load
from sentinel.records.event import Event
from sentinel.records.line import File
from tests.make import KEY

SAMPLES = Path(__file__).parents[1] / "formats/samples"
FILE = File("ab" * 8, "s", "/x")


class Log:
    def __init__(self) -> None:
        self.link, self.events = Link(), list[Event]()

    def add(self, category: str, **fields: Any) -> dict[str, Any]:
        names = {"call": "sentinel.call.id", "request": "http.request.id", "ip": "source.ip", "key": "sentinel.key.hash",
                 "status": "http.response.status_code", "outcome": "event.outcome", "took": "event.duration"}
        event = Event(FILE, len(self.events), 1, category, {names[name]: value for name, value in fields.items()})
        self.events.append(event)
        assert self.link.inspect(event, frozenset(), {}) == []  # type: ignore[arg-type]
        return event.fields


def test_whichever_comes_second_learns_what_the_first_knew() -> None:
    log = Log()
    assert "sentinel.linked.event" not in log.add("webserver", request="r-1", ip="203.0.113.7", status=401)
    refused = log.add("llm", request="r-1", key="f" * 64, outcome="failure", status=401)
    assert (refused["sentinel.linked.event"], refused["source.ip"]) == (log.events[0].id, "203.0.113.7")
    log.add("llm", call="c-2", request="r-2", key=KEY, ip="192.0.2.1", outcome="success")
    access = log.add("webserver", call="c-2", request="r-2", ip="203.0.113.9", status=200)
    assert (access["sentinel.linked.event"], access["sentinel.key.hash"]) == (log.events[2].id, KEY)
    assert access["source.ip"] == "203.0.113.9"


def test_a_refused_key_is_a_claim_and_is_handed_to_nobody() -> None:
    log = Log()
    log.add("llm", request="r", key=KEY, outcome="failure", status=401)
    access = log.add("webserver", request="r", ip="203.0.113.7", status=401)
    assert access["sentinel.linked.event"] == log.events[0].id
    assert "sentinel.key.hash" not in access


def test_an_id_links_once_and_never_within_one_kind() -> None:
    log = Log()
    log.add("webserver", request="r", ip="203.0.113.7")
    assert "sentinel.linked.event" not in log.add("webserver", request="r", ip="192.0.2.66")
    assert log.add("llm", request="r")["source.ip"] == "203.0.113.7"
    assert "source.ip" not in log.add("llm", request="r"), "sent again"


def test_one_of_the_two_ids_is_enough() -> None:
    log = Log()
    log.add("webserver", call="c", request="r", ip="203.0.113.7")
    assert log.add("llm", call="c")["source.ip"] == "203.0.113.7"
    assert "source.ip" not in log.add("llm", request="r"), "the other id of a linked record is used too"


def test_a_refused_request_gets_its_address_and_hands_over_no_key() -> None:
    log = Log()
    log.add("webserver", request="r", ip="192.0.2.66", status=401, took=20_000_000, outcome="failure")
    refused = log.add("llm", call="c", key=KEY, status=401, took=500_000, outcome="failure")
    assert (refused["sentinel.linked.event"], refused["source.ip"]) == (log.events[0].id, "192.0.2.66")
    assert "sentinel.linked.event" not in log.add("llm", request="r"), "what was paired by its time is used, id and all"
    log.add("llm", call="d", key=KEY, status=400, took=500_000, outcome="failure")
    access = log.add("webserver", request="s", ip="192.0.2.66", status=400, took=20_000_000, outcome="failure")
    assert access["sentinel.linked.event"] == log.events[3].id
    assert "sentinel.key.hash" not in access


@pytest.mark.parametrize("first", ["nginx", "litellm"])
def test_each_call_of_a_real_gateway_is_linked_to_its_access_line(first: str) -> None:
    logs = {"litellm": "litellm/proxy.log", "nginx": "nginx/json.log"}
    detector, linked, seen, formats = Link(), dict[str, Event](), dict[str, Event](), load()
    for name in sorted(logs, key=lambda name: name != first):
        for offset, line in enumerate((SAMPLES / logs[name]).read_bytes().split(b"\n")):
            try:
                found = formats[name].decode(line)
            except Unreadable:
                continue
            for record in found:
                event = Event(File(name, name, name), offset, record.at, formats[name].category, record.fields)
                detector.inspect(event, frozenset(), {})  # type: ignore[arg-type]
                seen[event.id] = event
                if other := event.fields.get("sentinel.linked.event"):
                    linked[event.id] = seen[other]
    calls = [event for event in seen.values() if event.category == "llm" and "url.path" in event.fields]
    pairs = {frozenset((event, other.id)) for event, other in linked.items()}
    assert len(pairs) == len(linked) == len(calls) > 30
    for event in calls:
        other = linked.get(event.id) or next(seen[id] for id, call in linked.items() if call is event)
        assert event.fields.get("http.response.status_code", 200) == other.fields["http.response.status_code"] or "error.code" in event.fields
        if first == "nginx":
            assert event.fields["source.ip"] == other.fields["source.ip"]


def test_after_a_restart_it_goes_on_from_the_journal() -> None:
    log = Log()
    log.add("webserver", request="a", ip="203.0.113.7")
    log.add("webserver", request="b", ip="203.0.113.8")
    log.add("llm", request="a")
    log.link = Link()
    log.link.recall(log.events)
    assert "source.ip" not in log.add("llm", request="a")
    assert log.add("llm", request="b")["source.ip"] == "203.0.113.8"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_MOST", 2)
    log = Log()
    for name in ("a", "b", "c"):
        log.add("webserver", request=name, ip="203.0.113.7")
    assert "source.ip" not in log.add("llm", request="a")
    log.add("webserver", request="x" * 1000, ip="203.0.113.7")
    assert "source.ip" not in log.add("llm", request="x" * 1000)
