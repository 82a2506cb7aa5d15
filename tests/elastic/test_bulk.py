from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic.bulk import TAKEN, send
from sentinel.elastic.client import Unreachable, connect
from sentinel.elastic.documents import Document
from tests.elastic.standin import Standin


@pytest.fixture
def client(server: Standin) -> Iterator[Elasticsearch]:
    made = connect(ElasticsearchConfig(urls=[server.url]))
    yield made
    made.close()


def documents(count: int, size: int = 10) -> list[Document]:
    return [Document("s-events-2026.11.24", f"e{n}", b'{"gen_ai.prompt":"%s"}' % (b"x" * size)) for n in range(count)]


def test_what_is_there_already_counts_as_taken(server: Standin, client: Elasticsearch) -> None:
    assert send(client, documents(3)) == [TAKEN] * 3
    assert send(client, documents(4)) == [TAKEN] * 4
    assert len(server.documents) == 4


@pytest.mark.parametrize(("status", "kind", "verdict"), [
    (400, "document_parsing_exception", "refused"), (400, "illegal_argument_exception", "refused"), (413, "x", "refused"),
    (429, "es_rejected_execution_exception", "again"), (503, "unavailable_shards_exception", "again"), (500, "x", "again"),
    (403, "cluster_block_exception", "again"), (403, "security_exception", "again"), (404, "index_not_found_exception", "again"),
    (400, "validation_exception", "again"), (400, "index_closed_exception", "again"),
])
def test_only_what_is_wrong_with_the_document_is_refused(server: Standin, client: Elasticsearch, status: int, kind: str,
                                                         verdict: str) -> None:
    server.each = lambda _, number: (status, {"type": kind}) if number == "e1" else None
    assert [v.kind for v in send(client, documents(3))] == ["taken", verdict, "taken"]


def test_the_reason_names_the_field_and_never_its_value(server: Standin, client: Elasticsearch) -> None:
    server.each = lambda *_: (400, {
        "type": "document_parsing_exception",
        "reason": "[1:9] failed to parse field [source.ip] of type [ip] in document with id 'mira'. Preview of field's value: "
                  "'mira@example.com'",
        "caused_by": {"type": "illegal_argument_exception", "reason": "'mira@example.com' is not an IP string literal."}})
    (verdict,) = send(client, documents(1))
    assert verdict.reason == "HTTP 400 document_parsing_exception: field source.ip of type ip: illegal_argument_exception"


def test_a_name_from_the_log_is_left_out_of_the_reason(server: Standin, client: Elasticsearch) -> None:
    server.each = lambda *_: (400, {"type": "document_parsing_exception", "reason": "failed to parse field [mira@example.com]"})
    assert send(client, documents(1))[0].reason == "HTTP 400 document_parsing_exception"


def test_too_large_a_request_is_halved_until_it_fits(server: Standin, client: Elasticsearch) -> None:
    server.largest = 1_000
    batch = [*documents(7, 200), Document("s-events-2026.11.24", "big", b'{"gen_ai.prompt":"%s"}' % (b"x" * 5_000))]
    assert [v.kind for v in send(client, batch)] == ["taken"] * 7 + ["refused"]
    assert len(server.documents) == 7


@pytest.mark.parametrize(("status", "sentence"), [
    (401, "HTTP 401 security_exception; check elasticsearch.username, password and api_key"),
    (503, "HTTP 503 security_exception"), (429, "HTTP 429 security_exception; it is busy")])
def test_a_request_that_fails_as_a_whole(server: Standin, client: Elasticsearch, status: int, sentence: str) -> None:
    server.whole = lambda _: (status, {"error": {"type": "security_exception", "reason": "mira@example.com"}})
    with pytest.raises(Unreachable) as caught:
        send(client, documents(2))
    assert str(caught.value) == sentence
