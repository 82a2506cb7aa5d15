"""Over real sockets of this host."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from sentinel.sources import _inbox, _serve
from sentinel.sources.syslog import datagrams
from sentinel.sources.syslog.syslog import Syslog
from tests.integration.servers.process import free_port
from tests.sources.certificates import Authority
from tests.sources.feeding import Fed


@contextmanager
def listening(scheme: str, **options: Any) -> Iterator[tuple[Fed, int]]:
    port = free_port()
    one = Fed(Syslog, syslog={"listen": [f"{scheme}://127.0.0.1:{port}"]} | options)
    yield one, port
    one.input.close()


def connect(port: int) -> socket.socket:
    end = time.monotonic() + 5
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except ConnectionRefusedError:
            assert time.monotonic() < end
            time.sleep(0.01)


def send(port: int, *messages: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in messages:
            sender.sendto(message, ("127.0.0.1", port))


def wait_for_udp(port: int) -> None:
    """Until datagrams are taken; empty ones are no messages."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        end, taken = time.monotonic() + 5, 0
        while taken < 2:
            assert time.monotonic() < end
            try:
                sender.send(b"")
                taken += 1
            except ConnectionRefusedError:
                taken = 0
            time.sleep(0.01)


def test_udp_one_message_a_datagram() -> None:
    with listening("udp") as (one, port):
        wait_for_udp(port)
        send(port, b'<165>1 - h app - - - {"a": 1}\n', b"<34>app: two\nlines", b"", b"<34>app: ")
        assert one.until_count(2) == [b'{"a": 1}', b"two\nlines"]
        line = one.lines[-1]
        assert (line.file.path, line.stream, line.whole) == (f"syslog:udp://127.0.0.1:{port}", "127.0.0.1", True)
        assert abs(line.at - time.time_ns()) < 10**10 and one.gaps == []


def test_tcp_in_both_framings_and_a_last_line_without_end() -> None:
    with listening("tcp") as (one, port):
        with connect(port) as sender:
            sender.sendall(b"<34>app: one\n13 <34>app: tw\no\n\n<34>app: three\n")
            assert one.until_count(3) == [b"one", b"tw\no", b"three"]
            sender.sendall(b"<34>app: fo")
            time.sleep(0.05)
            sender.sendall(b"ur")
        assert one.until_count(4)[3] == b"four"


def test_a_message_cut_off_by_a_disconnect_is_a_dead_letter() -> None:
    with listening("tcp") as (one, port):
        with connect(port) as sender:
            sender.sendall(b"100 <34>app: half")
        one.until_count(1)
        assert one.lines[0].flaw == "cut off: 13 of 100 bytes came before the connection closed"


def test_a_reset_connection_keeps_what_was_whole() -> None:
    with listening("tcp") as (one, port):
        sender = connect(port)
        sender.sendall(b"<34>app: one\n")
        one.until_count(1)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sender.close()
        with connect(port) as again:
            again.sendall(b"<34>app: two\n")
            assert one.until_count(2) == [b"one", b"two"]


def test_tls_with_and_without_a_certificate_of_the_client(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    cert, key = authority.sign("server")
    tls = {"cert": str(cert), "key": str(key)}
    client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    with listening("tls", tls=tls) as (one, port), client.wrap_socket(connect(port), server_hostname="localhost") as sender:
        sender.sendall(b"<34>app: one\n" + b"<34>app: " + b"x" * 100_000 + b"\n")
        assert one.until_count(2) == [b"one", b"x" * 100_000]
    with listening("tls", tls=tls | {"client_ca": str(tmp_path / "ca.pem")}) as (one, port):
        with client.wrap_socket(connect(port), server_hostname="localhost") as stranger, suppress(OSError):
            stranger.sendall(b"<34>app: not mine\n")
            assert stranger.recv(1) == b""
        client.load_cert_chain(*authority.sign("sender"))
        with client.wrap_socket(connect(port), server_hostname="localhost") as sender:
            sender.sendall(b"<34>app: mine\n")
            assert one.until_count(1) == [b"mine"]


def test_a_certificate_that_is_missing_is_said_and_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_serve, "_AGAIN_SECONDS", 0.05)
    with listening("tls", tls={"cert": str(tmp_path / "server.pem"), "key": str(tmp_path / "server.key")}) as (one, _):
        one.until(lambda: "server.pem: No such file or directory" in one.problem)
        Authority(tmp_path).sign("server")
        one.until(lambda: not one.problem)


def test_a_plain_sender_at_a_tls_port_harms_nobody(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path).sign("server")
    with listening("tls", tls={"cert": str(cert), "key": str(key)}) as (one, port):
        with connect(port) as plain:
            plain.sendall(b"<34>app: in clear\n" * 10)
            with suppress(ConnectionResetError):
                assert plain.recv(100)[:1] in (b"", b"\x15")  # An alert at most.
        client = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        with client.wrap_socket(connect(port), server_hostname="localhost") as sender:
            sender.sendall(b"<34>app: one\n")
            assert one.until_count(1) == [b"one"]


def test_a_taken_port_is_said_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_serve, "_AGAIN_SECONDS", 0.05)
    for scheme, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            one = Fed(Syslog, syslog={"listen": [f"{scheme}://127.0.0.1:{port}"]})
            if kind == socket.SOCK_STREAM:
                other.listen()
            one.until(lambda port=port, scheme=scheme, one=one: one.problem == f"cannot listen at {scheme}://127.0.0.1:{port}: Address already in use")
        one.until(lambda one=one: not one.problem)
        one.input.close()


def test_when_nothing_is_taken_tcp_waits_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_inbox, "_MOST", 10)
    messages = [b"%05d %s" % (n, b"x" * 1000) for n in range(12_000)]
    with listening("tcp") as (one, port), connect(port) as sender:
        sender.settimeout(0.3)
        data, sent = b"".join(b"<34>app: " + m + b"\n" for m in messages), 0
        with pytest.raises(TimeoutError):
            while sent < len(data):
                sent += sender.send(data[sent:sent + 65536])
        assert len(one.input._feeds[0].inbox) <= 10
        sender.settimeout(None)
        sender.setblocking(False)
        monkeypatch.setattr(_inbox, "_MOST", 1000)

        def go_on() -> bool:
            nonlocal sent
            try:
                sent += sender.send(data[sent:sent + 65536])
            except BlockingIOError:
                pass
            return len(one.lines) >= len(messages)

        one.until(go_on, 60)
        assert one.texts() == messages


def test_when_nothing_is_taken_udp_counts_what_it_loses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_inbox, "_MOST", 10)
    monkeypatch.setattr(datagrams, "_BUFFER", 20_000)
    with listening("udp") as (one, port):
        wait_for_udp(port)
        sent = 0

        def lost() -> int:
            """Sends one more: the count comes with the next that has room."""
            nonlocal sent
            send(port, b"<34>app: %d" % sent)
            sent += 1
            return sum(int(gap.reason.split()[0]) for gap in one.gaps)

        for _ in range(500):
            lost()
        one.until(lambda: lost() and len(one.lines) + lost() >= sent - 3)
        assert lost() > 100 and "have the senders use tcp://" in one.gaps[0].reason
        assert len(set(one.texts())) == len(one.lines)


def test_a_thousand_idle_connections_leave_room_for_one_that_speaks() -> None:
    with listening("tcp", max_connections=20) as (one, port):
        speaker = connect(port)
        speaker.sendall(b"<34>app: one\n")
        one.until_count(1)
        idle = [connect(port) for _ in range(19)]
        for number in range(100):
            idle.append(connect(port))
            if number % 10 == 0:
                speaker.sendall(b"<34>app: again\n")
                one.until_count(2 + number // 10)
        assert len(one.input._feeds[0]._connections) <= 20
        with connect(port) as late:
            late.sendall(b"<34>app: late\n")
            one.until(lambda: b"late" in one.texts())
        for other in (*idle, speaker):
            other.close()


def test_one_that_drips_is_the_first_to_go() -> None:
    with listening("tcp", max_connections=2) as (one, port), connect(port) as slow, connect(port) as honest:
        slow.sendall(b"<34>never ")
        honest.sendall(b"<34>app: one\n")
        one.until_count(1)
        slow.sendall(b"end")
        time.sleep(0.05)
        with connect(port) as late:
            late.sendall(b"<34>app: two\n")
            honest.sendall(b"<34>app: three\n")
            assert sorted(one.until_count(3)) == [b"one", b"three", b"two"]
        one.until(lambda: one.gaps)
        assert (one.gaps[0].size, one.gaps[0].reason) == (13, "a connection was closed from here within a message")


def test_stopping_hands_over_what_has_come() -> None:
    with listening("tcp") as (one, port), connect(port) as sender:
        sender.sendall(b"<34>app: one\n<34>app: two\n")
        one.until(lambda: one.input.lag()["s"].bytes == 6 or one.poll(1))
        assert one.stop() == [b"one", b"two"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 1)


def test_several_addresses_of_one_source() -> None:
    udp, tcp = free_port(), free_port()
    one = Fed(Syslog, syslog={"listen": [f"udp://127.0.0.1:{udp}", f"tcp://127.0.0.1:{tcp}"]})
    with connect(tcp) as sender:
        sender.sendall(b"<34>app: one\n")
        wait_for_udp(udp)
        send(udp, b"<34>app: two")
        assert sorted(one.until_count(2)) == [b"one", b"two"]
    assert {line.file.path for line in one.lines} == {f"syslog:udp://127.0.0.1:{udp}", f"syslog:tcp://127.0.0.1:{tcp}"}
    assert len(one.ids()) == len(one.lines)
    one.input.close()
