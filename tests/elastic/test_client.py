from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from sentinel.config.model import ElasticsearchConfig
from sentinel.elastic.client import Unreachable, connect, probe
from sentinel.errors import SentinelError
from tests.elastic.standin import Standin


def test_a_server_that_is_not_there_is_named(free_port: int) -> None:
    with pytest.raises(Unreachable, match=r"ConnectionError: .*refused"):
        probe(ElasticsearchConfig(urls=[f"http://127.0.0.1:{free_port}"]))


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_probe_says_the_cluster_and_its_state(server: Standin) -> None:
    server.whole = lambda path: (200, {"cluster_name": "c\x1b[31m1", "status": "green"} if "health" in path else
                                 {"nodes": {"a": {"version": "8.19.0"}, "b": {"version": "8.19.0"}}})
    assert probe(ElasticsearchConfig(urls=[server.url])) == r"Elasticsearch cluster c\x1b[31m1 is green, version 8.19.0"


def test_a_key_that_may_only_write_is_let_in(server: Standin) -> None:
    server.whole = lambda _: (403, {"error": {"type": "security_exception"}})
    assert "takes the credentials" in probe(ElasticsearchConfig(urls=[server.url]))


def test_wrong_credentials_say_where_they_are_written(server: Standin) -> None:
    server.whole = lambda _: (401, {"error": {"type": "security_exception"}})
    with pytest.raises(Unreachable, match=r"check elasticsearch.username, password and api_key"):
        probe(ElasticsearchConfig(urls=[server.url], username="u", password=SecretStr("hunter2")))


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_a_ca_file_that_is_none(tmp_path: Path, content: bytes | None) -> None:
    ca = tmp_path / "ca.crt"
    if content is not None:
        ca.write_bytes(content)
    with pytest.raises(SentinelError, match=f"elasticsearch.ca_file {ca}"):
        connect(ElasticsearchConfig(urls=["https://127.0.0.1:1"], ca_file=ca))
