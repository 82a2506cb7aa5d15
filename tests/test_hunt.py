from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.hunt import Hit, Hunt, Span, longest, reads_text
from sentinel.journal import events
from sentinel.journal.database import Journal
from sentinel.rules.author.pick import Picked, pick_file
from tests import make

RULE = """\
title: T
name: t
logsource: {category: llm}
detection: {s: {gen_ai.request.model: big}, condition: s}
"""
BURST = RULE + """\
---
title: B
name: b
correlation: {type: event_count, rules: [t], group-by: [user.id], timespan: 60s, condition: {gte: 2}}
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "j.db")


def put(journal: Journal, *given: tuple[int, dict[str, Any]], **changed: Any) -> None:
    with journal.write() as db:
        events.put(db, [(e, e.fields) for n, (at, fields) in enumerate(given) if (e := make.event(
            {"gen_ai.request.model": "big", "user.id": "u"} | fields, offset=n, at=make.NOW + at * SECOND, **changed))])


def picked(folder: Path, rules: str) -> Picked:
    (folder / "r.yml").write_text(rules)
    return pick_file(folder / "r.yml")


def hits(chosen: Picked, journal: Journal, span: Span = Span(), forgeable: dict[str, Sequence[str]] | None = None) -> list[Hit]:  # noqa: B008 - frozen
    return list(Hunt(chosen.own, chosen.rules, journal, span, {"gateway": ()} if forgeable is None else forgeable).hits())


def test_it_finds_past_events_of_the_span_and_says_whose_they_are(tmp_path: Path, journal: Journal) -> None:
    put(journal, (0, {}), (1, {"gen_ai.request.model": "small"}), (2, {}), (9, {}))
    found = hits(picked(tmp_path, RULE), journal, Span(make.NOW + SECOND, make.NOW + 5 * SECOND))
    assert [(hit.event.offset, hit.principal.kind, hit.principal.id) for hit in found] == [(2, "user", "u")]


def test_a_field_that_clients_write_names_nobody(tmp_path: Path, journal: Journal) -> None:
    put(journal, (0, {}))
    [hit] = hits(picked(tmp_path, RULE), journal, forgeable={"gateway": ("user.id",)})
    assert (hit.principal.kind, hit.principal.id) == ("source", "gateway")
    [hit] = hits(picked(tmp_path, RULE), journal, forgeable={})
    assert hit.principal.kind == "source"


def test_correlations_run_on_the_time_of_events_and_their_rules_stay_silent(tmp_path: Path, journal: Journal) -> None:
    put(journal, (0, {}), (70, {}), (80, {}), (200, {}))
    found = hits(picked(tmp_path, BURST), journal)
    assert [(hit.firing.rule.name, hit.event.offset, hit.firing.count) for hit in found] == [("b", 2, 2)]


def test_what_comes_meanwhile_is_not_looked_at_and_nothing_is_written(tmp_path: Path, journal: Journal) -> None:
    put(journal, (0, {}))
    chosen = picked(tmp_path, RULE)
    reader = Journal(tmp_path / "j.db", readonly=True)
    hunting = Hunt(chosen.own, chosen.rules, reader, Span(), {})
    before = journal.read().execute("PRAGMA data_version").fetchone()
    put(journal, (5, {}), file=make.file(generation=1))
    assert len(list(hunting.hits())) == 1 and hunting.events == 1
    assert journal.read().execute("PRAGMA data_version").fetchone() == before


def test_it_tells_how_far_it_is(tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentinel import hunt

    monkeypatch.setattr(hunt, "_OFTEN", 2)
    put(journal, *((n, {}) for n in range(5)))
    chosen = picked(tmp_path, RULE)
    told: list[int] = []
    list(Hunt(chosen.own, chosen.rules, journal, Span(), {}).hits(told.append))
    assert told == [2, 4]


@pytest.mark.parametrize(("line", "fields"), [
    ("gen_ai.prompt|contains: x", ["gen_ai.prompt"]), ("gen_ai.request.model: x", []), ("sentinel.completion.pii.types: EMAIL", []),
    ("gen_ai.prompt|exists: true", []), ("url.query|re: x", ["url.query"])])
def test_it_knows_which_rules_read_what_is_stored_redacted(tmp_path: Path, line: str, fields: list[str]) -> None:
    assert reads_text(picked(tmp_path, RULE.replace("gen_ai.request.model: big", line)).rules) == fields


def test_keywords_read_everything(tmp_path: Path) -> None:
    assert reads_text(picked(tmp_path, RULE.replace("{gen_ai.request.model: big}", "[x]")).rules) == ["any field"]


def test_the_longest_window(tmp_path: Path) -> None:
    assert longest(picked(tmp_path, BURST).rules) == 60 * SECOND and longest(picked(tmp_path, RULE).rules) == 0
