"""Rules together: categories, silence, correlations of correlations, and that batches and crashes change nothing."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.journal.batch import Batch, Decided, commit
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.read.load import load
from sentinel.rules.rule import Rule
from sentinel.scan import Scan, text_of
from tests import make


def rules(folder: Path, text: str) -> list[Rule]:
    (folder / "rules.yml").write_text(textwrap.dedent(text))
    loaded = load([folder])
    assert not loaded.mistakes, loaded.mistakes
    return loaded.rules


BASE = """
title: Refused
name: refused
logsource: {category: webserver}
detection: {s: {http.response.status_code: [401, 403]}, condition: s}
---
title: Served
name: served
logsource: {category: webserver}
detection: {s: {http.response.status_code: 200}, condition: s}
---
title: Burst
name: burst
level: high
correlation: {type: event_count, rules: [refused], group-by: [source.ip], timespan: 60s, condition: {gte: 3}}
---
title: Burst and then in
name: found
level: critical
correlation: {type: temporal_ordered, rules: [burst, served], group-by: [source.ip], timespan: 5m}
"""


class Runner:
    """Events through the scan and the rules, as the pipeline does it."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset, self._scan = ruleset, Scan(ruleset.patterns)

    def __call__(self, fields: dict[str, Any], at: float = 0, category: str = "webserver") -> list[Any]:
        event = make.event(fields, at=int(at * SECOND), category=category, offset=int(at))
        return self.ruleset.evaluate(event, self._scan.hits(text_of(event.fields)))


def names(firings: list[Any]) -> list[str]:
    return [one.rule.name for one in firings]


def test_a_correlation_of_a_correlation(tmp_path: Path) -> None:
    run = Runner(RuleSet(rules(tmp_path, BASE)))
    refused, served = {"source.ip": "192.0.2.1", "http.response.status_code": 401}, {"source.ip": "192.0.2.1", "http.response.status_code": 200}
    assert [run(served, 0), run(refused, 1), run(refused, 2), run(served, 3), run(refused, 4)] == [[], [], [], [], []]
    [firing] = run(served, 5)
    assert (firing.rule.name, firing.group, firing.count) == ("found", (("source.ip", "192.0.2.1"),), 2)
    assert firing.matched == (("source.ip", "192.0.2.1"), ("http.response.status_code", 200))
    assert firing.at == 5 * SECOND
    assert run(served, 6) == []


@pytest.mark.parametrize(("generate", "spoken"), [("false", [[], [], ["burst"]]), ("true", [["refused"], ["refused"], ["refused", "burst"]])])
def test_base_rules_are_silent_unless_generate(tmp_path: Path, generate: str, spoken: list[list[str]]) -> None:
    head = BASE.split("---\ntitle: Burst and")[0].replace("timespan: 60s", f"timespan: 60s, generate: {generate}")
    run = Runner(RuleSet(rules(tmp_path, head)))
    refused = {"source.ip": "192.0.2.1", "http.response.status_code": 403}
    assert [names(run(refused, at)) for at in range(3)] == spoken


def test_groups_are_tuples_and_a_missing_field_is_none(tmp_path: Path) -> None:
    run = Runner(RuleSet(rules(tmp_path, BASE.split("---\ntitle: Burst and")[0].replace("[source.ip]", "[a, b]").replace("gte: 3", "gte: 2"))))
    refused = {"http.response.status_code": 401}
    assert run({**refused, "a": "x", "b": "y|z"}) == run({**refused, "a": "x|y", "b": "z"}) == []
    assert run({**refused, "a": "x"}) == run({**refused, "a": "x"}) == run({**refused, "a": "x", "b": None}) == []
    assert run({**refused, "a": 1, "b": ["p", "q"]}) == []
    assert run({**refused, "a": 1, "b": ["p", "q"]})[0].group == (("a", "1"), ("b", '["p","q"]'))


CATEGORIES = """
title: Any
name: any
logsource: {product: windows}
detection: {s: {f: mimikatz}, condition: s}
---
title: Process
name: process
logsource: {category: process_creation, product: windows}
detection: {s: {f: mimikatz}, condition: s}
---
title: Model
name: model
logsource: {category: llm}
detection: {s: {f: mimikatz}, condition: s}
"""


def test_categories(tmp_path: Path) -> None:
    loaded = rules(tmp_path, CATEGORIES)
    fields = {"f": "Mimikatz"}
    daemon, anywhere = Runner(RuleSet(loaded)), Runner(RuleSet(loaded, everywhere=True))
    assert names(daemon(fields, category="llm")) == ["model"]
    assert names(daemon(fields, category="webserver")) == []
    assert names(anywhere(fields, category="")) == ["any", "process", "model"]
    assert names(anywhere(fields, category="webserver")) == ["any", "process"]


def test_what_stands_around_the_fields(tmp_path: Path) -> None:
    run = Runner(RuleSet(rules(tmp_path, """
        title: At night, from this file
        logsource: {category: llm}
        detection: {s: {"@timestamp|hour": 3, log.file.path|endswith: /log.jsonl, f: x}, condition: s}
    """)))
    assert run({"f": "x"}, 3 * 3600 + 5, "llm")[0].matched == (
        ("@timestamp", "1970-01-01T03:00:05Z"), ("log.file.path", "/var/log/litellm/log.jsonl"), ("f", "x"))
    assert run({"f": "x"}, 4 * 3600, "llm") == []


def test_no_alert_without_a_rule() -> None:
    assert Runner(RuleSet([]))({"f": "x"}) == []


steps = st.lists(st.tuples(st.sampled_from(["192.0.2.1", "192.0.2.2"]), st.sampled_from([200, 401, 403]), st.integers(-20, 30)), max_size=60)


@settings(max_examples=15, deadline=None)
@given(steps, st.data())
def test_batches_and_crashes_change_nothing(tmp_path_factory: pytest.TempPathFactory, given_steps: list[Any], data: st.DataObject) -> None:
    """kill -9 at any moment between commits: what was not committed is read again, and the same comes out."""
    folder = tmp_path_factory.mktemp("crash")
    loaded, at, events = rules(folder, BASE), 10_000, []
    for ip, status, gap in given_steps:
        at += gap
        events.append(({"source.ip": ip, "http.response.status_code": status}, at))
    undisturbed = Runner(RuleSet(loaded))
    expected = [names(undisturbed(fields, when)) for fields, when in events]
    journal = Journal(folder / "journal.db")
    state = State(journal)
    run, done, fired = Runner(RuleSet(loaded, state.section)), 0, []
    while done < len(events):
        size = data.draw(st.integers(1, 20))
        batch = [names(run(fields, when)) for fields, when in events[done:done + size]]
        if data.draw(st.booleans()):
            state = State(journal)
            run = Runner(RuleSet(loaded, state.section))
        else:
            commit(journal, Batch(), state, lambda db, alerts: Decided())
            fired += batch
            done += size
    journal.close()
    assert fired == expected
