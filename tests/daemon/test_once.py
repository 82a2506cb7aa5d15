from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sentinel.daemon import once
from sentinel.sources.reader import Reading
from tests import make


def test_reads_to_the_end_and_tells_of_each_batch() -> None:
    batches: list[Any] = [Reading(), Reading(), None]
    finished: list[str] = []
    seen: list[Reading] = []
    reader: Any = SimpleNamespace(finish=lambda: finished.append("reader"), at_end=True)
    pipeline: Any = SimpleNamespace(finish=lambda: finished.append("pipeline"), turn=lambda stopping: batches.pop(0))
    once.read(reader, pipeline, seen.append)
    assert finished == ["reader", "pipeline"] and len(seen) == 2 and batches == []


def test_waits_for_what_is_still_to_come() -> None:
    batches: list[Any] = [None, Reading(), None]
    reader: Any = SimpleNamespace(finish=lambda: None, at_end=False)
    reader.wait = lambda seconds: setattr(reader, "at_end", True)
    seen: list[Reading] = []
    once.read(reader, SimpleNamespace(finish=lambda: None, turn=lambda stopping: batches.pop(0)), seen.append)  # type: ignore[arg-type]
    assert len(seen) == 1 and batches == []


def test_stops_between_batches() -> None:
    pipeline: Any = SimpleNamespace(finish=lambda: None, turn=lambda stopping: Reading())
    asked = iter([False, False, True])
    seen: list[Reading] = []
    once.read(SimpleNamespace(finish=lambda: None), pipeline, seen.append, lambda: next(asked))  # type: ignore[arg-type]
    assert len(seen) == 2


def test_queues_run_dry_and_what_is_far_from_due_is_left() -> None:
    clock, waiting = make.Clock(), [3, 0]
    woken: list[int] = []

    def wake() -> None:
        woken.append(1)
        waiting[0] = max(0, waiting[0] - 1)

    assert once.drain([lambda: 0.0 if waiting[0] else None, lambda: 3600.0], wake, clock)
    assert len(woken) == 3


def test_a_queue_that_never_ends_is_given_up() -> None:
    assert not once.drain([lambda: 0.0], lambda: None, make.Clock())


def test_what_was_read_and_found_meanwhile_is_said() -> None:
    before = {"lines:web": 5, "events": 5}
    after = {"lines:web": 1_205, "lines:gateway": 2, "events": 1_206, "alerts": 3, "deadletters:web": 1}
    assert once.summary(before, after) == (
        "1,202 line(s) read, 1 that could not be read (`sentinel deadletters list`); 1,201 event(s), 3 alert(s) (`sentinel incidents list`)")
    assert once.summary(after, after) == "0 line(s) read; 0 event(s), 0 alert(s)"
