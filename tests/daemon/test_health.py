from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sentinel.daemon.health import Health
from sentinel.journal import counts, health
from sentinel.journal.database import Journal
from sentinel.telemetry import Metrics
from tests import make


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.db")
    yield made
    made.close()


def say(one: Health, lines: int = 0, **lags: Any) -> None:
    parts: Any = SimpleNamespace(config=SimpleNamespace(playbooks=SimpleNamespace(mode="act")), rules=[1, 2], broken=["rule.yml:3: bad"])
    pipeline: Any = SimpleNamespace(lines=lines, problem="the disk is full", evicted={"rule-id": (3, 4)})
    reader: Any = SimpleNamespace(lag=lambda: lags)
    one.say(pipeline, parts, reader, state="running")


def test_says_how_it_is_in_the_journal(journal: Journal) -> None:
    clock, metrics = make.Clock(), Metrics()
    with journal.write() as db:
        counts.add(db, {"lines:gateway": 7, "deadletters:gateway": 2})
    say(Health(journal, clock, metrics, dry_run=True), 7, gateway=SimpleNamespace(bytes=99, seconds=1.5, files=2, problem="gone", note="slow"))
    said = {name: body for name, (at, body) in health.all_of(journal).items() if at == make.NOW}
    assert said["source:gateway"] == {"bytes": 99, "seconds": 1.5, "files": 2, "problem": "gone", "note": "slow", "lines": 7, "deadletters": 2}
    assert said["rules"] == {"loaded": 2, "broken": ["rule.yml:3: bad"], "evicted": {"rule-id": [3, 4]}}
    assert metrics.registry.get_sample_value("sentinel_correlation_groups_evicted", {"rule": "rule-id"}) == 3
    assert metrics.registry.get_sample_value("sentinel_correlation_entries_evicted", {"rule": "rule-id"}) == 4
    assert {"state": "running", "mode": "act", "dry_run": True, "problem": "the disk is full"}.items() <= said["daemon"].items()
    assert metrics.registry.get_sample_value("sentinel_source_lag_bytes", {"source": "gateway"}) == 99
    assert metrics.registry.get_sample_value("sentinel_source_lag_seconds", {"source": "gateway"}) == 1.5


def test_caught_up_until_there_is_something_to_read(journal: Journal) -> None:
    one = Health(journal, make.Clock(), Metrics(), dry_run=False)

    def caught_up() -> tuple[bool, int]:
        say(one)
        body = health.all_of(journal)["daemon"][1]
        return body["caught_up"], body["caught_up_at"]

    assert caught_up() == (False, 0)
    one.idle_since(make.NOW - 5)
    assert caught_up() == (True, make.NOW - 5)
    one.busy()
    assert caught_up() == (False, 0)


def test_events_per_second_are_those_since_it_last_said(journal: Journal) -> None:
    clock = make.Clock()
    one = Health(journal, clock, Metrics(), dry_run=False)
    clock.sleep(2)
    say(one, lines=100)
    assert health.all_of(journal)["daemon"][1]["events_per_second"] == 50
    clock.sleep(4)
    say(one, lines=120)
    assert health.all_of(journal)["daemon"][1]["events_per_second"] == 5
