from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest

from sentinel import formats
from sentinel.cli.rules import _events
from sentinel.errors import ConfigError
from sentinel.records.event import Event


def labels(given: _events.Events) -> list[str]:
    return [label for label, _ in given.events]


def test_json_lines_are_events_of_any_origin() -> None:
    given = _events.read([b'{"a": {"b": 1}, "ts": 5}\n', b"\n", b"nonsense\n", b'{"event.category": "llm"}\n'], "x")
    events = list(given.events)
    assert given.everywhere and [label for label, _ in events] == ["line 1", "line 4"]
    assert (events[0][1].fields["a.b"], events[0][1].category, events[1][1].category) == (1, "", "llm")
    # Without a time of its own it happens at the time of the one before.
    assert events[0][1].at == events[1][1].at == 5_000_000_000


@pytest.mark.parametrize(("lines", "label"), [
    ([b"{\n", b'  "a": 1\n', b"}\n"], "line 1"), ([b"[\n", b'{"a": 1}\n', b"]\n"], "line 2"), ([b'[{"a": 1}]'], "event 1"),
    ([b'{"a":\n', b"1}\n"], "event 1")])
def test_a_document_over_many_lines_and_a_list(lines: list[bytes], label: str) -> None:
    [(said, event)] = _events.read(lines, "x").events
    assert said == label and event.fields == {"a": 1}


def test_documents_that_were_printed_go_by_the_lines_that_eval_names() -> None:
    assert labels(_events.read([b"{\n", b'  "a": 1\n', b"}\n", b"{\n", b'  "a": 2\n', b"}\n"], "x")) == ["line 1", "line 4"]


def test_json_as_typed() -> None:
    [(_, event)] = _events.typed('{"a": 1}').events
    assert event.fields == {"a": 1}


@pytest.mark.parametrize(("lines", "said"), [([], "no event"), ([b"\n"], "no event"), ([b"nonsense"], "--format")])
def test_what_holds_no_event_is_a_mistake(lines: Iterable[bytes], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        labels(_events.read(lines, "x"))


def test_a_log_by_its_format_passes_the_detectors() -> None:
    def enrich(event: Event) -> None:
        event.fields["sentinel.x"] = 1

    line = b'203.0.113.7 - - [24/Nov/2026:23:06:29 +0000] "GET /x HTTP/1.1" 200 82 "-" "curl/8"\n'
    given = _events.formatted(formats.load()["nginx"], [b"no log line\n", line], enrich)
    [(label, event)] = given.events
    assert not given.everywhere and label == "line 2" and event.fields["sentinel.x"] == 1 and event.category == "webserver"


def test_any_event_can_be_enriched() -> None:
    seen: list[Event] = []
    given = _events.enriched(_events.typed('{"a": 1}'), seen.append)
    assert seen == [] and labels(given) == ["line 1"] and len(seen) == 1


def test_a_word_of_any_length_is_no_file() -> None:
    assert _events.is_file("-") and not _events.is_file("x" * 5_000) and not _events.is_file('{"a": 1}')


def test_what_never_ends_is_not_held() -> None:
    with pytest.raises(ConfigError, match="as a whole"):
        labels(_events.read(itertools.repeat(b"x" * 100_000 + b"\n"), "x"))
