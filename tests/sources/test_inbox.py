from __future__ import annotations

import threading
import time

import pytest

from sentinel.sources import _inbox
from sentinel.sources._inbox import Arrival, Inbox


def arrival(number: int, size: int = 1) -> Arrival:
    return Arrival(b"x" * size, number)


def test_what_is_offered_is_taken_in_order_and_in_portions() -> None:
    inbox = Inbox(threading.Event())
    for number in range(5):
        assert inbox.offer(arrival(number, 10))
    assert (len(inbox), inbox.bytes, inbox.oldest()) == (5, 50, 0)
    assert [a.at for a in inbox.take(2, 1000)] == [0, 1]
    assert [a.at for a in inbox.take(100, 11)] == [2, 3]
    assert [a.at for a in inbox.take(1, 1)] == [4]
    assert inbox.take(1, 1) == [] and (len(inbox), inbox.bytes, inbox.oldest()) == (0, 0, 0)


@pytest.mark.parametrize(("bound", "most"), [("_MOST", 3), ("_MOST_BYTES", 3)])
def test_when_full_it_refuses_until_something_is_taken(monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(_inbox, bound, most)
    told: list[int] = []
    inbox = Inbox(threading.Event(), lambda: told.append(1))
    assert [inbox.offer(arrival(n)) for n in range(5)] == [True, True, True, False, False] and inbox.full()
    inbox.take(1, 1)
    assert told == [1] and not inbox.full() and inbox.offer(arrival(5))


def test_a_single_one_always_fits() -> None:
    assert Inbox(threading.Event()).offer(arrival(0, _inbox._MOST_BYTES * 2))


def test_whoever_puts_waits_for_room_and_is_let_go_when_it_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_inbox, "_MOST", 1)
    inbox, results = Inbox(threading.Event()), []
    thread = threading.Thread(target=lambda: results.extend(inbox.put(arrival(n)) for n in range(3)))
    thread.start()
    while len(inbox) < 1:
        time.sleep(0.001)
    assert [a.at for a in inbox.take(9, 9)] == [0]
    while len(inbox) < 1:
        time.sleep(0.001)
    inbox.close()
    thread.join(5)
    assert results == [True, True, False] and [a.at for a in inbox.take(9, 9)] == [1]


def test_it_wakes_whoever_takes_when_the_first_comes() -> None:
    woken = threading.Event()
    inbox = Inbox(woken)
    inbox.offer(arrival(0))
    assert woken.is_set()
    woken.clear()
    inbox.take(1, 1)
    inbox.offer(arrival(1))
    assert woken.is_set()


def test_a_length_counts_the_line_end_and_what_was_cut() -> None:
    assert (Arrival(b"abc", 0).length, Arrival(b"abc", 0, size=100).length) == (4, 100)
