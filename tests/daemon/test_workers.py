import threading
import time

from sentinel.daemon.workers import Worker
from sentinel.errors import JournalError
from sentinel.telemetry import Metrics


def test_a_turn_that_fails_is_counted_and_the_thread_lives_on(caplog) -> None:
    turns = threading.Semaphore(0)
    failures = iter([ValueError("raw secret text")])

    def turn() -> float:
        turns.release()
        for failure in failures:
            raise failure
        return 3600

    metrics = Metrics()
    worker = Worker("w", turn, metrics)
    worker.start()
    assert turns.acquire(timeout=2)
    until = time.monotonic() + 2
    while not worker.problem and time.monotonic() < until:
        time.sleep(0.01)
    assert worker.problem == "ValueError in w"
    worker.wake()
    assert turns.acquire(timeout=2)
    worker.stop()
    assert worker.join(2)
    assert worker.problem == ""
    assert metrics.registry.get_sample_value("sentinel_extension_faults_total", {"extension": "w"}) == 1
    assert "raw secret text" not in caplog.text
    assert "test_workers.py" in caplog.text


def test_a_journal_that_cannot_be_written_is_said_once(caplog) -> None:
    def turn() -> float:
        raise JournalError("j.db: database or disk is full")

    worker = Worker("w", turn, Metrics())
    for _ in range(3):
        assert worker._guarded() > 0
    assert caplog.text.count("database or disk is full") == 1 and worker.problem


def test_it_is_woken_before_its_time_and_stops_at_once() -> None:
    turns = threading.Semaphore(0)

    def turn() -> float:
        turns.release()
        return 3600

    worker = Worker("w", turn, Metrics())
    worker.start()
    assert turns.acquire(timeout=2)
    assert not turns.acquire(timeout=0.05)
    worker.wake()
    assert turns.acquire(timeout=2)
    worker.stop()
    assert worker.join(2)
    assert not turns.acquire(blocking=False)


def test_one_that_was_never_started_is_joined_at_once() -> None:
    assert Worker("w", lambda: 0, Metrics()).join(0)
