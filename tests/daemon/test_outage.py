from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from sentinel.daemon.outage import Outage, Past
from sentinel.telemetry import Metrics
from tests import make


class Bench:
    def __init__(self) -> None:
        self.clock, self.metrics = make.Clock(), Metrics()
        self.notes: list[str] = []
        self.told: list[tuple[Past, Callable[[], bool]]] = []
        self.said = threading.Semaphore(0)
        self.outage = Outage(self.clock, self.metrics, lambda problem, now: self.notes.append(problem), self.tell)

    def tell(self, past: Past, over: Callable[[], bool]) -> None:
        self.told.append((past, over))
        self.said.release()

    def look(self, problem: str, times: int = 1) -> Any:
        for _ in range(times):
            self.clock.sleep(1)
            found = self.outage.look(problem)
        return found

    @property
    def gauge(self) -> float | None:
        return self.metrics.registry.get_sample_value("sentinel_journal_unwritable")


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_people_are_told_once_after_five_seconds(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.look("full", 5)
    assert bench.gauge == 1 and bench.told == [] and bench.notes == ["full"] * 5
    bench.look("full", 20)
    assert bench.said.acquire(timeout=5)
    assert [past for past, _ in bench.told] == [Past(make.NOW + 10**9, "full")]
    assert caplog.text.count("reading pauses, nothing is lost") == 1


def test_when_it_is_over_it_is_told_how_long_it_was(bench: Bench) -> None:
    bench.look("full", 10)
    assert bench.said.acquire(timeout=5) and not bench.told[0][1]()
    assert bench.look("") == Past(make.NOW + 10**9, "full")
    assert bench.told[0][1](), "a message that is still tried is given up"
    assert bench.look("") is None and bench.gauge == 0 and bench.notes[-1] == ""


def test_a_moment_is_not_worth_a_word(bench: Bench) -> None:
    bench.look("locked", 4)
    assert bench.look("") is None
    bench.look("locked", 4)
    assert bench.look("") is None and bench.told == []


def test_the_next_outage_is_told_again(bench: Bench) -> None:
    for _ in range(2):
        bench.look("full", 10)
        assert bench.said.acquire(timeout=5)
        assert bench.look("")
    assert len(bench.told) == 2
