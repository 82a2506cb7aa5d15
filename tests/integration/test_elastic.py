"""Shipping to a real Elasticsearch: what was in the journal is there, once, whatever happened on the way."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sentinel.clock import SECOND, SystemClock
from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic.client import Unreachable, probe
from sentinel.elastic.ship import Shipper
from sentinel.journal import alerts, deadletters, events, health, incidents, outbox
from sentinel.journal.database import Journal
from tests import make
from tests.integration.servers import elasticsearch as es
from tests.integration.servers.elasticsearch import Elasticsearch
from tests.integration.servers.process import free_port

prefixes = itertools.count()
NOW = SystemClock().now()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "journal.db")
    yield made
    made.close()


@pytest.fixture
def config(elasticsearch: Elasticsearch) -> ElasticsearchConfig:
    return ElasticsearchConfig(urls=[elasticsearch.url], index_prefix=f"ship-{next(prefixes)}")


def put(journal: Journal, count: int, first: int = 0, **fields: Any) -> set[str]:
    made = [make.event({"n": n, **fields}, offset=n, at=NOW + n) for n in range(first, first + count)]
    with journal.write() as db:
        events.put(db, [(event, event.fields) for event in made])
    return {event.id for event in made}


def drain(shipper: Shipper, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while (due := shipper.due_in()) is not None:
        assert time.monotonic() < until, "the queues did not run dry"
        time.sleep(due)
        shipper.turn()


def ship(config: ElasticsearchConfig, journal: Journal) -> None:
    shipper = Shipper(config, journal, SystemClock(), "host-1")
    try:
        drain(shipper)
    finally:
        shipper.close()


def ids(server: Elasticsearch, config: ElasticsearchConfig, kind: str) -> list[str]:
    return sorted(str(hit["_id"]) for hit in server.search(f"{config.index_prefix}-{kind}-*"))


def test_what_the_journal_holds_is_there_with_its_ids(elasticsearch: Elasticsearch, config: ElasticsearchConfig,
                                                      journal: Journal) -> None:
    expected = put(journal, 1_200, **{"source.ip": "203.0.113.7", "gen_ai.usage.output_tokens": 17})
    with journal.write() as db:
        alerts.put(db, [(make.alert(id=f"{n:016x}"), "INC-ABCDEFGHIJ") for n in range(3)])
        incidents.put(db, [make.incident(version=2)])
    ship(config, journal)
    assert ids(elasticsearch, config, "events") == sorted(expected)
    assert ids(elasticsearch, config, "alerts") == [f"{n:016x}" for n in range(3)]
    (incident,) = elasticsearch.search(f"{config.index_prefix}-incidents-*")
    assert (incident["_id"], incident["_version"]) == ("INC-ABCDEFGHIJ", 2)
    tokens = {"bool": {"filter": [{"term": {"source.ip": "203.0.113.0/24"}}, {"range": {"gen_ai.usage.output_tokens": {"gt": 16}}},
                                  {"term": {"sentinel.extra.n": "7"}}]}}
    assert len(elasticsearch.search(f"{config.index_prefix}-events-*", tokens)) == 1


def test_sent_again_from_the_start_nothing_is_twice(elasticsearch: Elasticsearch, config: ElasticsearchConfig,
                                                    journal: Journal) -> None:
    expected = put(journal, 30)
    with journal.write() as db:
        incidents.put(db, [make.incident(version=5, score=99)])
    ship(config, journal)
    with journal.write() as db:
        outbox.advance(db, "elastic:events", 0)
        incidents.put(db, [make.incident(version=4, score=1)])  # a stale copy
    ship(config, journal)
    hits = elasticsearch.search(f"{config.index_prefix}-events-*")
    assert sorted(str(hit["_id"]) for hit in hits) == sorted(expected)
    assert {hit["_version"] for hit in hits} == {1}
    (incident,) = elasticsearch.search(f"{config.index_prefix}-incidents-*")
    assert incident["_source"]["sentinel.incident"]["score"] == 99  # type: ignore[index]
    assert deadletters.listed(journal) == []


def test_down_and_up_again_nothing_lost_nothing_twice(elasticsearch_home: Path, servers: Path, journal: Journal) -> None:
    """A real node, stopped while lines come in and started again with its data."""
    folder, port = servers / "comes-and-goes", free_port()
    folder.mkdir(mode=0o755)
    config = ElasticsearchConfig(urls=[f"http://127.0.0.1:{port}"])
    shipper = Shipper(config, journal, SystemClock(), "host-1")
    try:
        with es.running(elasticsearch_home, folder, port=port):
            expected = put(journal, 700)
            drain(shipper)
        expected |= put(journal, 3_000, first=700)
        with journal.write() as db:
            incidents.put(db, [make.incident()])
        for _ in range(3):
            wait = shipper.turn()
            assert wait > 0
            time.sleep(wait)
        assert "refused" in health.all_of(journal)["elastic"][1]["error"]
        assert shipper.waiting() == 3_001
        with es.running(elasticsearch_home, folder, port=port) as server:
            drain(shipper)
            assert ids(server, config, "events") == sorted(expected)
            assert ids(server, config, "incidents") == ["INC-ABCDEFGHIJ"]
        assert health.all_of(journal)["elastic"][1]["error"] == ""
        assert deadletters.listed(journal) == []
    finally:
        shipper.close()


def test_a_refused_document_is_a_dead_letter_and_the_rest_goes_on(elasticsearch: Elasticsearch, config: ElasticsearchConfig,
                                                                 journal: Journal) -> None:
    with elasticsearch.http() as http:  # an operator's own mapping that does not fit what is logged
        http.put(f"/_component_template/{config.index_prefix}-custom", json={"template": {"mappings": {"properties": {
            "gen_ai.request.model": {"type": "date", "ignore_malformed": False}}}}}).raise_for_status()
    put(journal, 10)
    (bad,) = put(journal, 1, first=10, **{"gen_ai.request.model": "mira-holt-model"})
    expected = put(journal, 10, first=11)
    ship(config, journal)
    found = ids(elasticsearch, config, "events")
    assert len(found) == 20 and expected <= set(found) and bad not in found
    (letter,) = deadletters.listed(journal)
    assert (letter.kind, letter.place) == ("document", bad)
    assert letter.reason.startswith("HTTP 400 document_parsing_exception: field gen_ai.request.model of type date")
    assert "mira" not in letter.reason


HOSTILE = [
    {f"key {n}": n for n in range(10_000)},
    {"a": 1, "a.b": 2, "a.b.c": [3], "source": "x", "source.ip.x": 1, "event": {"id": 1}, "": 0, ".": 1, "x.": 2, "a..b": 3, " ": 4},
    {"nul\0key": "nul\0value", "\u202e": "\ud7ff\x1b[31m", "k" * 60_000: "v" * 60_000},
    {"source.ip": "no address", "gen_ai.usage.input_tokens": 2**63, "gen_ai.request.stream": "perhaps", "user.id": {"a": {"b": 1}}},
    {"gen_ai.prompt": "x" * 2_000_000, "url.path": "\U0001f600" * 20_000},
]


def test_hostile_fields_are_taken_and_the_mapping_does_not_grow(elasticsearch: Elasticsearch, config: ElasticsearchConfig,
                                                               journal: Journal) -> None:
    def fields_mapped() -> int:
        with elasticsearch.http() as http:
            return http.get(f"/{config.index_prefix}-events-*/_mapping").text.count('"type"')

    put(journal, 1)
    ship(config, journal)
    before = fields_mapped()
    expected = {event for n, fields in enumerate(HOSTILE, 1) for event in put(journal, 1, first=n, **fields)}
    ship(config, journal)
    assert expected <= set(ids(elasticsearch, config, "events"))
    assert deadletters.listed(journal) == []
    assert fields_mapped() == before


def test_hostile_times_do_not_make_indices(elasticsearch: Elasticsearch, config: ElasticsearchConfig, journal: Journal) -> None:
    year = 365 * 86_400 * SECOND
    made = [make.event({"n": n}, offset=n, at=NOW + n * year) for n in range(-60, 230, 3) if n]
    with journal.write() as db:
        events.put(db, [(event, event.fields) for event in made])
    ship(config, journal)
    assert deadletters.listed(journal) == []
    hits = elasticsearch.search(f"{config.index_prefix}-events-*")
    assert len(hits) == len(made)
    assert {hit["_index"] for hit in hits} == {f"{config.index_prefix}-events-undated"}


# TLS and credentials

Secured = Callable[..., ElasticsearchConfig]


@pytest.fixture
def secured(elasticsearch_secured: Elasticsearch) -> Secured:
    prefix = f"tls-{next(prefixes)}"

    def make_config(**changed: Any) -> ElasticsearchConfig:
        return ElasticsearchConfig(**{"urls": [elasticsearch_secured.url], "ca_file": elasticsearch_secured.ca,
                                      "index_prefix": prefix} | changed)

    return make_config


def test_ships_over_tls_with_a_password_and_with_an_api_key(elasticsearch_secured: Elasticsearch, secured: Secured,
                                                           journal: Journal) -> None:
    basic = secured(username=elasticsearch_secured.user, password=SecretStr(elasticsearch_secured.password))
    expected = put(journal, 5)
    ship(basic, journal)
    expected |= put(journal, 5, first=5)
    ship(secured(api_key=SecretStr(elasticsearch_secured.api_key("shipper"))), journal)
    assert ids(elasticsearch_secured, basic, "events") == sorted(expected)
    assert "version 8.19" in probe(basic)


def test_the_rights_that_the_docs_name_are_enough(elasticsearch_secured: Elasticsearch, secured: Secured, journal: Journal) -> None:
    prefix = secured().index_prefix
    key = elasticsearch_secured.api_key("documented", {"w": {
        "cluster": ["monitor", "manage_index_templates"],
        "indices": [{"names": [f"{prefix}-*"], "privileges": ["index", "create_index"]}]}})
    config = secured(api_key=SecretStr(key))
    expected = put(journal, 2)
    ship(config, journal)
    assert ids(elasticsearch_secured, config, "events") == sorted(expected)
    with elasticsearch_secured.http() as http:
        assert http.get(f"/_index_template/{prefix}-events").status_code == 200
    assert "version 8.19" in probe(config)


def test_a_key_that_may_only_write_ships(elasticsearch_secured: Elasticsearch, secured: Secured, journal: Journal) -> None:
    admin = secured(username=elasticsearch_secured.user, password=SecretStr(elasticsearch_secured.password))
    expected = put(journal, 2)
    ship(admin, journal)  # puts the templates
    key = elasticsearch_secured.api_key("least", {"w": {"indices": [{"names": [f"{admin.index_prefix}-*"],
                                                                      "privileges": ["index", "create_index"]}]}})
    least = secured(api_key=SecretStr(key))
    expected |= put(journal, 2, first=2)
    with journal.write() as db:
        incidents.put(db, [make.incident()])
    ship(least, journal)
    assert ids(elasticsearch_secured, admin, "events") == sorted(expected)
    assert ids(elasticsearch_secured, admin, "incidents") == ["INC-ABCDEFGHIJ"]
    assert probe(least).startswith("Elasticsearch")


@pytest.mark.parametrize(("changed", "said"), [
    ({"username": "admin", "password": SecretStr("wrong")}, "HTTP 401 security_exception; check elasticsearch.username"),
    ({}, "HTTP 401 security_exception"),
    ({"ca_file": None}, "TlsError: .*certificate verify failed"),
])
def test_what_is_wrong_with_the_connection_is_said_and_nothing_is_lost(secured: Secured, journal: Journal,
                                                                      changed: dict[str, Any], said: str) -> None:
    put(journal, 1)
    shipper = Shipper(secured(**changed), journal, SystemClock())
    assert shipper.turn() > 0
    shipper.close()
    assert shipper.waiting() == 1
    error = health.all_of(journal)["elastic"][1]["error"]
    with pytest.raises(Unreachable, match=said):
        probe(secured(**changed))
    assert error == error.strip() and "wrong" not in error and error


def test_an_unencrypted_request_is_no_way_in(secured: Secured, journal: Journal, elasticsearch_secured: Elasticsearch) -> None:
    plain = secured(urls=[elasticsearch_secured.url.replace("https", "http")], username="admin", password=SecretStr("x"))
    with pytest.raises(Unreachable):
        probe(plain)
    with pytest.raises(httpx.TransportError):
        httpx.get(plain.urls[0])
