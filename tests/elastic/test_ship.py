from __future__ import annotations

from sentinel.clock import SECOND
from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic.ship import Shipper
from sentinel.journal import alerts, deadletters, events, health, incidents, outbox
from sentinel.journal.database import Journal
from tests import make
from tests.elastic.standin import Standin

INDEX = "sentinel-events-2026.11.24"


def put_events(journal: Journal, count: int, first: int = 0) -> list[str]:
    made = [make.event({"n": n}, offset=n) for n in range(first, first + count)]
    with journal.write() as db:
        events.put(db, [(event, event.fields) for event in made])
    return [event.id for event in made]


def shipped(server: Standin, kind: str = "events") -> list[str]:
    return sorted(number for index, number in server.documents if index.startswith(f"sentinel-{kind}-"))


def drain(shipper: Shipper, clock: make.Clock) -> None:
    for _ in range(100):
        if (due := shipper.due_in()) is None:
            return
        clock.sleep(due)
        shipper.turn()
    raise AssertionError("the queues did not run dry")


def test_everything_goes_once_and_under_its_own_id(shipper: Shipper, server: Standin, journal: Journal, clock: make.Clock) -> None:
    ids = put_events(journal, 12)
    with journal.write() as db:
        alerts.put(db, [(make.alert(), "INC-ABCDEFGHIJ")])
        incidents.put(db, [make.incident()])
    assert shipper.waiting() == 14
    drain(shipper, clock)
    assert (shipped(server), shipped(server, "alerts"), shipped(server, "incidents")) == (
        sorted(ids), ["a1a1a1a1a1a1a1a1"], ["INC-ABCDEFGHIJ"])
    assert shipper.waiting() == 0 and shipper.due_in() is None
    assert server.bulks == [1, 1, 5, 5, 2]


def test_a_full_batch_comes_straight_back_and_a_small_one_lingers(shipper: Shipper, journal: Journal, clock: make.Clock) -> None:
    put_events(journal, 7)
    assert shipper.turn() == 0.0
    rest = shipper.turn()
    assert 0 < rest <= 1
    put_events(journal, 1, first=50)
    assert shipper.turn() <= rest, "woken early by a commit"
    assert shipper.waiting() == 1
    clock.sleep(rest)
    shipper.turn()
    assert shipper.waiting() == 0


def test_templates_come_before_the_first_document(shipper: Shipper, server: Standin, journal: Journal) -> None:
    put_events(journal, 1)
    shipper.turn()
    assert [path.partition("?")[0] for path in server.paths] == [
        "/_component_template/sentinel-common", "/_index_template/sentinel-events", "/_index_template/sentinel-alerts",
        "/_index_template/sentinel-incidents", "/_bulk"]


def test_a_position_moves_only_after_the_answer(shipper: Shipper, server: Standin, journal: Journal, clock: make.Clock) -> None:
    ids = put_events(journal, 3)
    server.whole = lambda path: (503, {}) if path.startswith("/_bulk") else None
    shipper.turn()
    assert outbox.position(journal, "elastic:events") == 0
    server.whole = lambda _: None
    drain(shipper, clock)
    assert shipped(server) == sorted(ids)


def test_a_crash_after_the_answer_sends_again_and_nothing_is_twice(shipper: Shipper, server: Standin, journal: Journal,
                                                                  clock: make.Clock) -> None:
    ids = put_events(journal, 4)
    drain(shipper, clock)
    with journal.write() as db:
        outbox.advance(db, "elastic:events", 1)
    again = Shipper(ElasticsearchConfig(urls=[server.url]), journal, clock)
    again.turn()
    again.close()
    assert shipped(server) == sorted(ids) and again.waiting() == 0
    assert deadletters.listed(journal) == []


def test_down_for_an_hour_is_asked_ever_more_rarely_and_said(shipper: Shipper, server: Standin, journal: Journal,
                                                            clock: make.Clock) -> None:
    ids = put_events(journal, 23)
    server.whole = lambda _: (503, {"error": {"type": "x"}})
    delays = []
    until = clock.at + 3_600 * SECOND
    while clock.at < until:
        delays.append(shipper.turn())
        asked = len(server.paths)
        assert 0 < shipper.turn() < delays[-1] + 0.001 and len(server.paths) == asked, "woken by a commit, it must not ask"
        clock.sleep(delays[-1] + 0.01)
    assert delays[0] <= 1 and all(45 <= delay <= 60 for delay in delays[7:])
    assert len(delays) < 90
    assert health.all_of(journal)["elastic"][1]["error"] == "HTTP 503 x"
    server.whole = lambda _: None
    drain(shipper, clock)
    assert shipped(server) == sorted(ids)
    assert health.all_of(journal)["elastic"][1]["error"] == ""


def test_what_is_refused_is_a_dead_letter_and_the_rest_goes_on(shipper: Shipper, server: Standin, journal: Journal,
                                                              clock: make.Clock) -> None:
    ids = put_events(journal, 8)
    server.each = lambda _, number: (400, {"type": "document_parsing_exception"}) if number == ids[2] else None
    drain(shipper, clock)
    assert shipped(server) == sorted(set(ids) - {ids[2]})
    (letter,) = deadletters.listed(journal)
    assert (letter.kind, letter.origin, letter.place) == ("document", INDEX, ids[2])
    assert letter.reason == "HTTP 400 document_parsing_exception" and '"n":2' in letter.preview


def test_refused_behind_one_that_is_tried_again_is_buried_once(shipper: Shipper, server: Standin, journal: Journal,
                                                              clock: make.Clock) -> None:
    ids = put_events(journal, 5)
    busy = {ids[1]}
    server.each = lambda _, number: ((429, {"type": "es_rejected_execution_exception"}) if number in busy else
                                     (400, {"type": "x"}) if number == ids[3] else None)
    shipper.turn()
    assert outbox.position(journal, "elastic:events") == 1
    assert deadletters.listed(journal) == []
    assert "es_rejected_execution_exception" in health.all_of(journal)["elastic"][1]["error"]
    busy.clear()
    drain(shipper, clock)
    assert shipped(server) == sorted(set(ids) - {ids[3]})
    assert [letter.place for letter in deadletters.listed(journal)] == [ids[3]]


def test_one_index_in_trouble_does_not_hold_up_the_others(shipper: Shipper, server: Standin, journal: Journal) -> None:
    ids = put_events(journal, 2)
    with journal.write() as db:
        incidents.put(db, [make.incident()])
    server.each = lambda index, _: (403, {"type": "cluster_block_exception"}) if "incidents" in index else None
    shipper.turn()
    assert shipped(server) == sorted(ids)
    assert shipper.waiting() == 1


def test_an_old_copy_of_an_incident_never_wins(shipper: Shipper, server: Standin, journal: Journal, clock: make.Clock) -> None:
    for version in (3, 4):
        with journal.write() as db:
            incidents.put(db, [make.incident(version=version)])
        drain(shipper, clock)
    with journal.write() as db:
        incidents.put(db, [make.incident(version=2)])
    drain(shipper, clock)
    assert server.documents[("sentinel-incidents-2026.11", "INC-ABCDEFGHIJ")][0] == 4


def test_an_incident_that_changes_while_it_is_sent_is_sent_again(shipper: Shipper, server: Standin, journal: Journal,
                                                                clock: make.Clock) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(version=1)])

    def meanwhile(index: str, number: str) -> None:
        if number == "INC-ABCDEFGHIJ" and not server.documents:
            with journal.write() as db:
                incidents.put(db, [make.incident(version=2, score=99)])

    server.each = meanwhile
    drain(shipper, clock)
    version, source = server.documents[("sentinel-incidents-2026.11", "INC-ABCDEFGHIJ")]
    assert (version, source["sentinel.incident"]["score"]) == (2, 99)


def test_credentials_that_may_not_put_templates_may_still_ship(shipper: Shipper, server: Standin, journal: Journal) -> None:
    ids = put_events(journal, 1)
    server.whole = lambda path: None if path.startswith("/_bulk") else (403, {"error": {"type": "security_exception"}})
    shipper.turn()
    assert shipped(server) == ids


def test_templates_that_are_not_taken_stop_everything(shipper: Shipper, server: Standin, journal: Journal) -> None:
    """Without them the server would guess at types, and every hostile key would be a field."""
    put_events(journal, 1)
    server.whole = lambda path: None if path.startswith("/_bulk") else (400, {"error": {"type": "illegal_argument_exception"}})
    shipper.turn()
    assert server.documents == {}
    assert health.all_of(journal)["elastic"][1]["error"] == "HTTP 400 illegal_argument_exception"


def test_it_says_that_it_is_well_from_the_start(shipper: Shipper, journal: Journal) -> None:
    shipper.turn()
    assert health.all_of(journal)["elastic"][1] == {"error": "", "waiting": 0}
