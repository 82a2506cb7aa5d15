from __future__ import annotations

import pytest

from sentinel.clock import SECOND
from sentinel.elastic.bulk import TAKEN, Verdict
from sentinel.elastic.queues import Changing, Growing
from sentinel.journal import alerts, counts, deadletters, events, incidents, outbox
from sentinel.journal.database import Journal
from tests import make

DAY = 86_400 * SECOND
AGAIN, REFUSED = Verdict("again", "busy"), Verdict("refused", "bad")


def growing(journal: Journal, clock: make.Clock, kind: str = "events") -> Growing:
    return Growing(kind, journal, clock, "s", "host-1")


def put_events(journal: Journal, *times: int) -> None:
    with journal.write() as db:
        events.put(db, [(make.event({"n": n}, at=at, offset=n), {"n": n}) for n, at in enumerate(times)])


def test_takes_the_oldest_and_says_whether_there_is_more(journal: Journal, clock: make.Clock) -> None:
    put_events(journal, *[make.NOW] * 5)
    queue = growing(journal, clock)
    batch = queue.take(3)
    assert (len(batch.documents), batch.full, queue.depth()) == (3, True, 5)
    assert queue.take(3).documents == batch.documents, "the same until they are settled"
    queue.settle(batch.documents, [TAKEN] * 3)
    assert (len(queue.take(3).documents), queue.take(3).full, queue.depth()) == (2, False, 2)


def test_settles_up_to_the_first_that_is_tried_again(journal: Journal, clock: make.Clock) -> None:
    put_events(journal, *[make.NOW] * 5)
    queue = growing(journal, clock)
    queue.settle(queue.take(5).documents, [TAKEN, REFUSED, AGAIN, TAKEN, REFUSED])
    assert queue.depth() == 3
    assert [letter.reason for letter in deadletters.listed(journal)] == ["bad"]
    assert counts.all_of(journal) == {"deadletters:elastic": 1}
    queue.settle(queue.take(5).documents, [AGAIN, TAKEN, REFUSED])
    assert queue.depth() == 3


def test_a_batch_is_no_larger_than_five_megabytes_and_never_empty(journal: Journal, clock: make.Clock) -> None:
    with journal.write() as db:
        events.put(db, [(make.event(offset=n), {"gen_ai.prompt": "x" * size}) for n, size in enumerate((3_000_000,) * 3 + (9_000_000,))])
    queue, sizes = growing(journal, clock), []
    while documents := queue.take(500).documents:
        sizes.append(len(documents))
        queue.settle(documents, [TAKEN] * len(documents))
    assert sizes == [2, 2]


def test_alerts_have_a_position_of_their_own(journal: Journal, clock: make.Clock) -> None:
    put_events(journal, make.NOW)
    with journal.write() as db:
        alerts.put(db, [(make.alert(), "INC-1")])
    queue = growing(journal, clock, "alerts")
    batch = queue.take(5)
    assert [document.id for document in batch.documents] == ["a1a1a1a1a1a1a1a1"]
    queue.settle(batch.documents, [TAKEN])
    assert (queue.depth(), growing(journal, clock).depth()) == (0, 1)


@pytest.mark.parametrize("days", [-390, 3])
def test_an_impossible_time_keeps_its_index_until_it_is_settled(journal: Journal, clock: make.Clock, days: int) -> None:
    """A month later the same time would belong elsewhere, and a batch that was answered but not settled would be there twice."""
    put_events(journal, make.NOW, make.NOW + days * DAY)
    before = [document.index for document in growing(journal, clock).take(5).documents]
    clock.sleep(30 * 86_400)
    queue = growing(journal, clock)  # as after a crash
    batch = queue.take(5)
    assert [document.index for document in batch.documents] == before
    queue.settle(batch.documents, [TAKEN, AGAIN])
    assert queue.take(5).documents[0].index == before[1]
    queue.settle(queue.take(5).documents, [TAKEN])
    assert outbox.position(journal, "elastic:events:day") == 0


def test_usual_times_cost_no_extra_write(journal: Journal, clock: make.Clock) -> None:
    put_events(journal, make.NOW, make.NOW - 10 * DAY)
    growing(journal, clock).take(5)
    assert outbox.position(journal, "elastic:events:day") == 0


def test_an_incident_that_retention_dropped_is_forgotten(journal: Journal, clock: make.Clock) -> None:
    with journal.write() as db:
        outbox.put(db, "incidents", "INC-GONE", 1)
        incidents.put(db, [make.incident()])
    queue = Changing(journal, clock, "s", "host-1")
    assert [document.id for document in queue.take(5).documents] == ["INC-ABCDEFGHIJ"]
    assert queue.depth() == 1


def test_incidents_are_settled_one_by_one(journal: Journal, clock: make.Clock) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(id=f"INC-{n}", version=n) for n in (1, 2, 3)])
    queue = Changing(journal, clock, "s", "host-1")
    batch = queue.take(5)
    with journal.write() as db:
        incidents.put(db, [make.incident(id="INC-1", version=9)])
    queue.settle(batch.documents, [TAKEN, AGAIN, REFUSED])
    assert [(d.id, d.version) for d in queue.take(5).documents] == [("INC-1", 9), ("INC-2", 2)]
    assert [letter.place for letter in deadletters.listed(journal)] == ["INC-3"]
