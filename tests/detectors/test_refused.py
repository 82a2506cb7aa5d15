"""A refused request's two records are paired by when it was, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.detectors import _refused
from sentinel.detectors._refused import Refusals, refusal
from sentinel.records.event import Event
from sentinel.records.line import File
from tests.make import KEY

MS = 1_000_000
AT = 1_795_561_596 * SECOND
FILE = File("ab" * 8, "s", "/x")
OTHER_KEY = "f" * 64


def event(category: str, at: int, **fields: Any) -> Event:
    names = {"status": "http.response.status_code", "took": "event.duration", "key": "sentinel.key.hash", "request": "http.request.id",
             "call": "sentinel.call.id", "ip": "source.ip"}
    return Event(FILE, at, AT + at, category, {names[name]: value for name, value in fields.items()})


def access(at: int, took: int, status: int = 401, **fields: Any) -> Event:
    """An access line: its time is the end's."""
    return event("webserver", at, took=took, status=status, **{"request": "r", "ip": "192.0.2.66", **fields})


def call(at: int, status: int = 401, **fields: Any) -> Event:
    """The gateway's record: its time is the begin's."""
    return event("llm", at, took=MS // 2, status=status, call="c", **fields)


def other(known: list[Event], asked: Event) -> Event | None:
    refusals = Refusals[Event]()
    for one in known:
        refused = refusal(one)
        assert refused is not None
        refusals.add(refused, one)
    wanted = refusal(asked)
    assert wanted is not None
    return refusals.other(wanted)


def test_a_call_lies_within_the_request_whichever_comes_first() -> None:
    line, record = access(30 * MS, took=22 * MS), call(15 * MS)
    assert other([line], record) is line
    assert other([record], line) is record
    assert other([line], call(35 * MS)) is None
    assert other([line], call(5 * MS)) is None
    assert other([call(35 * MS)], line) is None
    assert other([line], call(15 * MS, status=400)) is None


def test_it_may_begin_in_the_second_before() -> None:
    line, record = access(5 * MS, took=20 * MS), call(-10 * MS)
    assert other([line], record) is line
    assert other([record], line) is record


def test_web_servers_round_their_times() -> None:
    assert other([access(30 * MS, took=MS)], call(28 * MS)) is not None
    assert other([access(0, took=0)], call(2 * MS)) is not None


def test_of_two_that_would_fit_none_is_taken() -> None:
    lines = [access(30 * MS, took=22 * MS), access(40 * MS, took=30 * MS)]
    assert other(lines, call(15 * MS)) is None
    assert other([call(15 * MS), call(16 * MS)], lines[0]) is None


def test_the_key_decides_where_both_know_it() -> None:
    lines = [access(30 * MS, took=22 * MS), access(40 * MS, took=30 * MS, key=KEY), access(41 * MS, took=30 * MS, key=OTHER_KEY)]
    assert other(lines, call(15 * MS, key=KEY)) is lines[1]
    assert other(lines[2:], call(15 * MS, key=KEY)) is None
    assert other(lines[:1], call(15 * MS, key=KEY)) is lines[0]


@pytest.mark.parametrize("one", [
    access(0, took=MS, status=200), access(0, took=2 * SECOND), access(0, took=MS, call="c"), call(0, request="r"), call(0, ip="192.0.2.1"),
    event("webserver", 0, took=MS, status=401), event("webserver", 0, request="r", status=401), event("llm", 0, took=MS),
    event("cloud", 0, took=MS, status=401)])
def test_what_is_no_refusal(one: Event) -> None:
    assert refusal(one) is None


def test_what_was_paired_is_used() -> None:
    refusals = Refusals[str]()
    line, record = refusal(access(30 * MS, took=22 * MS)), refusal(call(15 * MS))
    assert line
    assert record
    refusals.add(line, "line")
    refusals.remove(line, "line")
    assert refusals.other(record) is None
    refusals.remove(line, "line")


def test_a_flood_of_refusals_pairs_nothing_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_refused, "_MOST_A_SECOND", 2)
    line = access(30 * MS, took=MS)
    assert other([line], call(29 * MS)) is line
    assert other([line, access(500 * MS, took=MS), access(600 * MS, took=MS)], call(29 * MS)) is None
    monkeypatch.setattr(_refused, "_MOST_SECONDS", 2)
    assert other([line, access(5 * SECOND, took=MS), access(9 * SECOND, took=MS)], call(29 * MS)) is None
