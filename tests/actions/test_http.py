"""Requests: what each failure means, and that nothing of a reply gets out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from sentinel.actions._base import Failed
from sentinel.actions._http import Reply, failure, retry_after, send
from sentinel.clock import SystemClock
from tests import make


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """One connection, answered by hand."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def run() -> None:
            try:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    serve(connection)
            except OSError:
                pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    thread.join(5)


def ask(url: str, *, changes: bool = True, timeout_seconds: float = 0.5, **given: int) -> Reply:
    with httpx.Client() as client:
        return send(client, SystemClock(), "POST", url, what="POST /x", timeout_seconds=timeout_seconds, changes=changes, **given)


def test_nobody_listens_so_nothing_happened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    with pytest.raises(Failed) as caught:
        ask(url)
    assert caught.value.retry and not caught.value.unknown


@pytest.mark.parametrize("serve", [
    lambda c: None, lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    lambda c: c.recv(1), lambda c: c.sendall(b"SSH-2.0\r\n"),
], ids=["closed", "cut", "hangs", "no http"])
def test_an_answer_that_is_lost_leaves_the_outcome_unknown(serve: Callable[[socket.socket], None]) -> None:
    for changes in (True, False):
        with server(serve) as url, pytest.raises(Failed) as caught:
            ask(url, changes=changes)
        assert caught.value.retry and caught.value.unknown is changes


def test_a_reply_that_trickles_ends_in_time() -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            connection.sendall(b"a")
            threading.Event().wait(0.1)

    with server(trickle) as url, pytest.raises(Failed, match="ReadTimeout"):
        ask(url)


def test_a_reply_that_is_too_long_is_not_read() -> None:
    with server(lambda c: c.sendall(b"HTTP/1.1 200 OK\r\n\r\n[" + b"1," * 5000 + b"1]")) as url:
        assert ask(url, largest=1000).body is None


def test_redirects_are_not_followed() -> None:
    with server(lambda c: c.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")) as url:
        reply = ask(url)
    assert reply.status == 302 and "redirects are not followed" in str(failure(reply, "POST /x", changes=True))


@pytest.mark.parametrize(("status", "retry", "unknown"), [
    (400, False, False), (401, False, False), (403, False, False), (404, False, False), (408, True, True), (409, False, False),
    (429, True, False), (500, True, True), (502, True, True), (503, True, False), (504, True, True), (301, False, False)])
def test_what_a_status_means(status: int, retry: bool, unknown: bool) -> None:
    failed = failure(Reply(status, {"secret": "x"}, 7), "POST /x", changes=True)
    assert (failed.retry, failed.unknown) == (retry, unknown) and "secret" not in str(failed)
    assert not failure(Reply(status, None, 7), "GET /x", changes=False).unknown
    assert failed.after_seconds == (7 if retry else 0)


@pytest.mark.parametrize(("header", "seconds"), [
    ("7", 7), ("0.5", 0.5), ("-3", 0), ("", 0), ("soon", 0), ("nan", 0), ("inf", 3600), ("999999", 3600),
    ("Tue, 24 Nov 2026 22:00:30 GMT", 30), ("Tue, 24 Nov 2026 21:00:00 GMT", 0), ("Tue, 99 Nov 2026", 0)])
def test_retry_after(header: str, seconds: float) -> None:
    assert retry_after(header, make.NOW) == seconds
