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
title: Much
name: much
correlation: {type: value_sum, rules: [refused], group-by: [source.ip], timespan: 60s, condition: {field: http.response.status_code, gte: 1200}}
---
title: High
name: high
correlation: {type: value_median, rules: [refused], group-by: [source.ip], timespan: 20s, condition: {field: http.response.status_code, gt: 402}}
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
    run = Runner(RuleSet([one for one in rules(tmp_path, BASE) if one.info.name not in ("much", "high")]))
    refused, served = {"source.ip": "192.0.2.1", "http.response.status_code": 401}, {"source.ip": "192.0.2.1", "http.response.status_code": 200}
    assert [run(served, 0), run(refused, 1), run(refused, 2), run(served, 3), run(refused, 4)] == [[], [], [], [], []]
    [firing] = run(served, 5)
    assert (firing.rule.name, firing.group, firing.count) == ("found", (("source.ip", "192.0.2.1"),), 2)
    assert firing.matched == (("source.ip", "192.0.2.1"), ("http.response.status_code", 200))
    assert firing.at == 5 * SECOND
    assert run(served, 6) == []


@pytest.mark.parametrize(("generate", "spoken"), [("false", [[], [], ["burst"]]), ("true", [["refused"], ["refused"], ["refused", "burst"]])])
def test_base_rules_are_silent_unless_generate(tmp_path: Path, generate: str, spoken: list[list[str]]) -> None:
    head = BASE.split("---\ntitle: Much")[0].replace("timespan: 60s", f"timespan: 60s, generate: {generate}")
    run = Runner(RuleSet(rules(tmp_path, head)))
    refused = {"source.ip": "192.0.2.1", "http.response.status_code": 403}
    assert [names(run(refused, at)) for at in range(3)] == spoken


def test_groups_are_tuples_and_a_missing_field_is_none(tmp_path: Path) -> None:
    run = Runner(RuleSet(rules(tmp_path, BASE.split("---\ntitle: Much")[0].replace("[source.ip]", "[a, b]").replace("gte: 3", "gte: 2"))))
    refused = {"http.response.status_code": 401}
    assert run({**refused, "a": "x", "b": "y|z"}) == run({**refused, "a": "x|y", "b": "z"}) == []
    assert run({**refused, "a": "x"}) == run({**refused, "a": "x"}) == run({**refused, "a": "x", "b": None}) == []
    assert run({**refused, "a": 1, "b": ["p", "q"]}) == []
    assert run({**refused, "a": 1, "b": ["p", "q"]})[0].group == (("a", "1"), ("b", '["p","q"]'))


NESTED = """
title: Sent
name: sent
logsource: {category: webserver}
detection: {s: {kind: sent}, condition: s}
---
title: Got
name: got
logsource: {category: webserver}
detection: {s: {kind: got}, condition: s}
---
title: Both ways
name: both
correlation: {type: temporal, rules: [sent, got], group-by: [port], aliases: {port: {sent: to.port, got: from.port}}, timespan: 1m}
---
title: Both ways, twice
name: twice
correlation: {type: event_count, rules: [both], group-by: [port], timespan: 5m, condition: {gte: 2}}
---
title: Twice, after something was got
name: after
correlation: {type: temporal_ordered, rules: [got, twice], group-by: [where], aliases: {where: {got: from.port, twice: port}}, timespan: 5m}
"""


def test_aliases_go_through_levels_and_keep_their_values(tmp_path: Path) -> None:
    run = Runner(RuleSet(rules(tmp_path, NESTED)))
    sent, got = {"kind": "sent", "to.port": 443, "from.port": 9}, {"kind": "got", "to.port": 9, "from.port": 443}
    assert [run(fields, at) for at, fields in enumerate((got, sent, got))] == [[], [], []]
    [firing] = run(sent, 3)
    assert (firing.rule.name, firing.group) == ("after", (("where", "443"),))


def test_one_event_that_completes_several_groups_is_told_upwards_for_each(tmp_path: Path) -> None:
    text = NESTED.split("---\ntitle: Twice, after")[0].replace("rules: [sent, got]", "rules: [sent, got], condition: {gte: 1}").replace("kind: got", "kind: sent")
    run = Runner(RuleSet(rules(tmp_path, text)))
    fields = {"kind": "sent", "to.port": 1, "from.port": 2}
    assert run(fields, 0) == []
    assert [one.group for one in run(fields, 1)] == [(("port", "1"),), (("port", "2"),)]


def test_in_a_file_an_event_is_nothing_but_its_fields(tmp_path: Path) -> None:
    text = BASE.split("---\ntitle: Much")[0].replace("source.ip", "log.file.path")
    refused = {"http.response.status_code": 401}
    for everywhere, fires in ((False, True), (True, False)):
        run = Runner(RuleSet(rules(tmp_path, text), everywhere=everywhere))
        assert bool([run(refused, at) for at in range(3)][-1]) == fires


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
