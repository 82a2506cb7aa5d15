"""Rules over lines of any origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sentinel.rules.author.evaluate import Hit, read
from sentinel.rules.read.load import load
from tests.rules import over

RULES = """
title: Shell
id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53
name: shell
logsource: {category: process_creation, product: windows}
detection: {s: {Image|endswith: '\\cmd.exe', user.name: ann}, condition: s}
---
title: Three
name: three
correlation: {type: event_count, rules: [shell], group-by: [user.name], timespan: 60s, generate: true, condition: {gte: 3}}
"""


def hits(folder: Path, *documents: Any, rules: str = RULES) -> list[Hit]:
    (folder / "r.yml").write_text(rules)
    loaded = load([folder])
    assert not loaded.mistakes
    return over.hits(loaded.rules, [d if isinstance(d, bytes) else json.dumps(d).encode() for d in documents])


SHELL = {"Image": "C:\\Windows\\CMD.exe", "user": {"name": "ann"}}
ID = "6b13f121-07b7-4ed5-a9d2-ccc419442d53"


def test_lines_count_from_one_and_bad_ones_count(tmp_path: Path) -> None:
    assert hits(tmp_path, b"not json", SHELL, b"", [1], b"[" * 100_000, {"user": 5}, SHELL) == [
        Hit(2, ID, "Shell"), Hit(7, ID, "Shell"), ]


def test_correlations_run_on_the_records_time(tmp_path: Path) -> None:
    def at(time: Any, key: str = "@timestamp") -> dict[str, Any]:
        return {**SHELL, key: time}

    assert [h.line for h in hits(tmp_path, *(at(f"2026-01-01T00:00:{s:02}Z") for s in (0, 30, 59))) if h.rule == "three"] == [3]
    late = [at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:30Z"), at("2026-01-01T00:01:00.001Z")]
    assert [h for h in hits(tmp_path, *late) if h.rule == "three"] == []
    assert [h.line for h in hits(tmp_path, *(at(1795557600 + s, "timestamp") for s in (0, 30, 59))) if h.rule == "three"] == [3]
    assert [h.line for h in hits(tmp_path, SHELL, SHELL, SHELL) if h.rule == "three"] == [3]


def test_what_strict_json_refuses(tmp_path: Path) -> None:
    line = b'\xef\xbb\xbf{"Image": "\\ud800\\\\cmd.exe", "user.name": "ann", "n": NaN, "b": "\xff"}'
    assert [h.line for h in hits(tmp_path, line)] == [1]
    assert read(b'{"n": 9007199254740993}') == {"n": 9007199254740993}
    assert read(b'{"a":' * 100_000) is None


def test_our_own_categories_keep_to_their_events(tmp_path: Path) -> None:
    rules = "title: T\nname: t\nlogsource: {category: llm}\ndetection: {s: {f: x}, condition: s}"
    found = hits(tmp_path, {"f": "x"}, {"f": "x", "event.category": "llm"}, {"f": "x", "event.category": "webserver"}, rules=rules)
    assert [h.line for h in found] == [1, 2]


def test_a_record_is_nothing_but_its_fields(tmp_path: Path) -> None:
    rules = "title: T\nname: t\nlogsource: {category: x}\ndetection: {s: {log.file.path|exists: true}, condition: s}"
    assert [h.line for h in hits(tmp_path, {"f": "x"}, {"log": {"file": {"path": None}}}, rules=rules)] == [2]


def test_a_time_beyond_all_times_is_none(tmp_path: Path) -> None:
    wild = [{**SHELL, "@timestamp": value} for value in (1795557600, 1e300, "9999-12-31T00:00:00Z", -1e300, 10**40)]
    assert [h.line for h in hits(tmp_path, *wild) if h.rule == "three"] == [3]


def test_hostile_groups(tmp_path: Path) -> None:
    """Half surrogate pairs, no numbers, lists and objects are group values as they are."""
    rules = RULES.replace("user.name: ann", "n: 1").replace("[user.name]", "[a, b]")
    odd = b'{"Image": "\\\\cmd.exe", "n": 1, "a": "\\ud800", "b": [NaN, {"c": 1e999}]}'
    assert [h.line for h in hits(tmp_path, odd, odd, odd, rules=rules) if h.rule == "three"] == [3]


@pytest.mark.parametrize("beside", [
    "1" * 5_000, "-" + "1" * 100_000, "[" * 2_000 + "]" * 2_000, '{"a":' * 50_000 + "1" + "}" * 50_000, "[" * 3_000 + '"]\\"[",{}' + "]" * 3_000,
    "[NaN," + "[" * 2_000 + "]" * 2_000 + "]", "[" + ",".join(["[" * 200 + "1" + "]" * 200] * 3) + "]"], ids=lambda given: given[:9])
def test_nothing_beside_it_hides_a_value(tmp_path: Path, beside: str) -> None:
    """What no parser reads, an endless number or nesting without end, is left out, and the rest of the line is read."""
    for place in ('{"Image": "c:\\\\cmd.exe", "user": {"name": "ann"}, "x": %s}', '{"x": %s, "Image": "c:\\\\cmd.exe", "user.name": "ann"}'):
        fields = read((place % beside).encode())
        assert fields is not None and (fields["Image"], fields["user.name"]) == ("c:\\cmd.exe", "ann")


def test_zeros_around_a_record_hide_nothing() -> None:
    assert read(b"\0" * 5_000 + b'{"a": 1}\n') == read(b'{"a": 1}\0\n') == {"a": 1}
