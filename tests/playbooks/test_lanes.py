from __future__ import annotations

import threading

import pytest

from sentinel.playbooks.lanes import Lanes


def test_one_job_of_a_key_at_a_time_and_lanes_beside_each_other() -> None:
    hang, ran = threading.Event(), threading.Semaphore(0)
    lanes = Lanes(threads=True, after=ran.release)
    assert lanes.submit("slow", "a", lambda: hang.wait(10) and None)
    assert not lanes.submit("slow", "a", lambda: None) and lanes.holds("a")
    assert lanes.submit("slow", "b", lambda: None)
    assert lanes.submit("fast", "c", lambda: None)
    assert ran.acquire(timeout=5)
    assert lanes.holds("a") and lanes.holds("b") and not lanes.holds("c")
    hang.set()
    assert lanes.close(5) and not lanes.busy()


def test_a_lane_that_hangs_is_left_behind() -> None:
    hang = threading.Event()
    lanes = Lanes(threads=True, after=lambda: None)
    lanes.submit("slow", "a", lambda: hang.wait(10) and None)
    assert not lanes.close(0.05)
    hang.set()


def test_without_threads_a_job_is_done_at_once_and_its_error_is_the_callers() -> None:
    done: list[int] = []
    lanes = Lanes(threads=False, after=lambda: done.append(0))
    assert lanes.submit("a", "a", lambda: done.append(1)) and done == [1, 0]
    with pytest.raises(KeyboardInterrupt):
        lanes.submit("a", "a", _interrupt)
    assert not lanes.busy() and lanes.close(1)


def _interrupt() -> None:
    raise KeyboardInterrupt
