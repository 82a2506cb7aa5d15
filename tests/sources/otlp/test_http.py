"""The server's half of HTTP, spoken to through a socket, byte by byte where that matters."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sentinel.config.inputs import Endpoint
from sentinel.sources._serve import Connections, Server, listen
from sentinel.sources.otlp import http
from sentinel.sources.otlp.http import Answer, Conversation, Handler, Head
from tests.integration.servers.process import free_port

MOST = 1000


@contextmanager
def server(most_connections: int = 10) -> Iterator[int]:
    """Echoes; who has no `x-key` is refused."""
    port, connections = free_port(), Connections(most_connections)

    def admit(head: Head) -> Answer | None:
        return None if head.headers.get(b"x-key") else Answer(401, b"no")

    async def take(head: Head, body: bytes) -> Answer:
        return Answer(200, head.method + b" " + head.path + b" " + body, (("X-Seen", "1"),))

    def too_large(head: Head, size: int) -> Answer:
        return Answer(413, b"%d" % size)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Conversation(reader, writer, connections, Handler(MOST, admit, take, too_large)).run()

    async def serve() -> None:
        try:
            await listen(Endpoint("http", "127.0.0.1", port), None, connections, talk, lambda *_: None)
        finally:
            await connections.close()

    running = Server("http", serve, lambda: None)
    running.start()
    yield port
    running.stop()
    running.join(5)


def connect(port: int) -> socket.socket:
    end = time.monotonic() + 5
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except ConnectionRefusedError:
            assert time.monotonic() < end
            time.sleep(0.01)


def exchange(client: socket.socket, *pieces: bytes) -> tuple[int, bytes]:
    """Status and body of one answer."""
    for piece in pieces:
        client.sendall(piece)
    data = b""
    while b"\r\n\r\n" not in data:
        data += (more := client.recv(1))
        if not more:
            return 0, data
    status = int(data.split()[1])
    if status == 100:
        return 100, b""
    length = next(int(line.split(b":")[1]) for line in data.lower().split(b"\r\n") if line.startswith(b"content-length"))
    body = b""
    while len(body) < length:
        body += client.recv(length - len(body))
    return status, body


HEAD = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Key: 1\r\n"


def test_requests_one_after_the_other_on_one_connection() -> None:
    with server() as port, connect(port) as client:
        for body in (b"one", b"", b"three"):
            assert exchange(client, HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body) == (200, b"POST /a " + body)
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        assert exchange(client, *(chunked[n:n + 1] for n in range(len(chunked)))) == (200, b"POST /a abcde")
        assert exchange(client, HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n") == (100, b"")
        assert exchange(client, b"ok") == (200, b"POST /a ok")


def test_who_may_not_is_told_before_sending_its_body() -> None:
    with server() as port, connect(port) as client:
        assert exchange(client, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n") == (401, b"no")
        client.sendall(b"x" * 900)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""


@pytest.mark.parametrize(("rest", "said"), [
    (b"Content-Length: 1001\r\n\r\n", b"1001"),
    (b"Content-Length: 99999999999999999999\r\n\r\n", b"99999999999999999999"),
    (b"Transfer-Encoding: chunked\r\n\r\n" + b"1f4\r\n" + b"x" * 500 + b"\r\n1f5\r\n" + b"x" * 501 + b"\r\n", b"0"),
])
def test_a_body_that_is_too_large(rest: bytes, said: bytes) -> None:
    with server() as port, connect(port) as client:
        assert exchange(client, HEAD + rest) == (413, said)


def test_a_client_that_sends_all_before_it_reads_gets_its_answer() -> None:
    with server() as port, connect(port) as client:
        client.sendall(HEAD + b"Content-Length: 20000000\r\n\r\n" + b"x" * 20_000_000)
        assert exchange(client)[0] == 413


@pytest.mark.parametrize("bytes_", [b"\x16\x03\x01 hello\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                                    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"])
def test_what_is_no_http_is_refused(bytes_: bytes) -> None:
    with server() as port, connect(port) as client:
        assert exchange(client, bytes_)[0] == 400


def test_a_head_without_end_is_refused() -> None:
    with server() as port, connect(port) as client:
        assert exchange(client, HEAD + b"X-Long: " + b"x" * 20_000)[0] == 431


def test_silence_and_slowness_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http, "_BODY_SECONDS", 0.2)
    with server() as port, connect(port) as silent, connect(port) as slow:
        slow.sendall(HEAD + b"Content-Length: 100\r\n\r\nx")
        assert silent.recv(1) == b"" and slow.recv(1) == b""


def test_a_thousand_idle_connections_shut_nobody_out() -> None:
    with server(most_connections=8) as port:
        idle = [connect(port) for _ in range(100)]
        with connect(port) as client:
            assert exchange(client, HEAD + b"Content-Length: 2\r\n\r\nok") == (200, b"POST /a ok")
        assert threading.active_count() < 20
        for one in idle:
            one.close()


def test_a_peer_that_goes_away_in_the_middle_harms_nobody() -> None:
    with server() as port:
        for piece in (b"", HEAD, HEAD + b"Content-Length: 9\r\n\r\nx"):
            with connect(port) as client:
                client.sendall(piece)
        with connect(port) as client:
            assert exchange(client, HEAD + b"Content-Length: 2\r\n\r\nok") == (200, b"POST /a ok")
