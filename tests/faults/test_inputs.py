"""Inputs that are no files, with a real daemon: killed at random moments, stopped, with its journal locked."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.faults.daemon import Daemon
from tests.integration.servers.process import free_port
from tests.sources.journald.journal import Journal, entry
from tests.sources.otlp.test_body import protobuf, span, spans

TOKEN = "0123456789abcdef"


def daemon(folder: Path, form: str = "json", **source: Any) -> Daemon:
    return Daemon(folder, {"sources": [{"name": "s", "format": form} | source]})


def record(number: int, **more: Any) -> bytes:
    return json.dumps({"time": "2026-11-24T22:00:00Z", "prompt": f"number {number}"} | more).encode()


def numbers(one: Daemon) -> Counter[int]:
    listed = one.run("events", "list", "--json", check=False)  # Fails while there is no journal yet.
    return Counter(int(json.loads(line)["gen_ai.prompt"].split()[1]) for line in listed.splitlines())


def each_once(one: Daemon, count: int) -> None:
    """Every number of `count` has come once."""
    found = numbers(one)
    assert [n for n in range(count) if found[n] != 1] == [] and sum(found.values()) == count, one.said()


def up(one: Daemon) -> None:
    """Start it, and wait until it reads."""
    starts = one.log.read_text().count("reads 1 source") if one.log.exists() else 0
    one.start()
    one.until(lambda: one.log.read_text().count("reads 1 source") > starts, 60)


def kill_now_and_then(one: Daemon, kills: int, dice: random.Random) -> None:
    for _ in range(kills):
        time.sleep(dice.uniform(0.0, 0.8))
        one.kill()
        up(one)


def gaps(one: Daemon) -> list[tuple[str, int]]:
    with sqlite3.connect(f"file:{one.folder / 'state' / 'journal.db'}?mode=ro", uri=True) as db:
        return db.execute("SELECT reason, size FROM gaps").fetchall()


# journald


def test_entries_of_the_journal_once_each_through_five_kills(tmp_path: Path) -> None:
    """With lines that journald cuts into pieces, two processes of the unit writing at the same time."""
    journal, dice = Journal(tmp_path / "journal"), random.Random(4)
    one = daemon(tmp_path / "d", journald={"units": ["litellm"], "directory": str(journal.folder)})
    journal.write(entry(0, record(0)))
    up(one)
    done = threading.Event()
    written = [1]

    def write() -> None:
        while not done.is_set():
            lines: list[bytes] = []
            first, second = ((n, record(n, pad="x" * 60)) for n in range(written[0], written[0] + 2))
            for at in range(0, 200, 50):
                for stream, (_, data) in (("s1", first), ("s2", second)):
                    if piece := data[at:at + 50]:
                        more = {"_LINE_BREAK": "line-max"} if len(data) > at + 50 else {}
                        lines.append(entry(written[0] * 10 + len(lines), piece, unit="litellm.service", _STREAM_ID=stream, **more))
            journal.write(*lines)
            written[0] += 2
            time.sleep(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    kill_now_and_then(one, 5, dice)
    done.set()
    writer.join()
    one.until(lambda: sum(numbers(one).values()) >= written[0] - 1, 30)
    assert one.stop() == 0
    found = numbers(one)
    assert [n for n in range(1, written[0]) if found[n] != 1] == [] and gaps(one) == []


def test_journalctl_ends_with_a_daemon_that_was_killed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(entry(0, record(0)))
    one = daemon(tmp_path / "d", journald={"units": ["vllm"], "directory": str(journal.folder)})
    one.start()
    one.until(lambda: numbers(one) == {0: 1})
    children = subprocess.run(["ps", "--ppid", str(one.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    (pid,) = [int(line.split()[0]) for line in children.splitlines() if "journalctl" in line]
    one.kill()
    journal.write(entry(1, record(1)))
    one.until(lambda: not Path(f"/proc/{pid}").exists(), 10)


# Standard input


def test_standard_input_to_its_end(tmp_path: Path) -> None:
    one = daemon(tmp_path, stdin={})
    end, pipe = os.pipe()
    one.start("--once", stdin=end)
    os.close(end)
    with os.fdopen(pipe, "wb") as writer:
        for number in range(3000):
            writer.write(record(number) + b"\n")
            if number % 1000 == 0:
                writer.flush()
                time.sleep(0.3)
        writer.write(record(3000))
    assert one.wait(60) == 0
    each_once(one, 3001)


def test_a_silent_pipe_does_not_hold_up_the_end(tmp_path: Path) -> None:
    one = daemon(tmp_path, stdin={})
    end, pipe = os.pipe()
    one.start(stdin=end)
    os.close(end)
    os.write(pipe, record(0) + b"\n" + record(1))
    one.until(lambda: numbers(one) == {0: 1})
    began = time.monotonic()
    assert one.stop() == 0 and time.monotonic() - began < 6
    os.close(pipe)
    each_once(one, 2)


# Syslog


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 60)


def locked(one: Daemon, seconds: float, meanwhile: Callable[[], None]) -> None:
    """Hold the journal's lock, as another process may."""
    db = sqlite3.connect(one.folder / "state" / "journal.db", timeout=10, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    until = time.monotonic() + seconds
    meanwhile()
    time.sleep(max(0.0, until - time.monotonic()))
    db.execute("ROLLBACK")
    db.close()


def test_tcp_senders_wait_while_the_journal_is_locked_and_nothing_is_lost(tmp_path: Path) -> None:
    port = free_port()
    one = daemon(tmp_path, syslog={"listen": [f"tcp://127.0.0.1:{port}"]})
    up(one)
    count, blocked = 15_000, threading.Event()
    with connect(port) as sender:
        def send() -> None:
            for at in range(0, count, 100):
                data = b"".join(b"<34>app: " + record(n, pad="x" * 4000) + b"\n" for n in range(at, at + 100))
                began = time.monotonic()
                sender.sendall(data)
                if time.monotonic() - began > 1:
                    blocked.set()

        thread = threading.Thread(target=send)
        locked(one, 4, thread.start)
        thread.join(60)
        assert blocked.is_set()
    one.until(lambda: json.loads(one.run("status", "--json", check=False))["sources"]["s"]["lines"] == count, 60)
    assert one.stop() == 0
    each_once(one, count)
    assert gaps(one) == []


def test_what_was_received_before_the_end_is_written_down(tmp_path: Path) -> None:
    """More than one batch is held while the journal is locked; then comes the signal to end."""
    port = free_port()
    one = daemon(tmp_path, syslog={"listen": [f"tcp://127.0.0.1:{port}"]})
    up(one)
    with connect(port) as sender:
        def send() -> None:
            sender.sendall(b"".join(b"<34>app: " + record(n) + b"\n" for n in range(9000)))
            time.sleep(2)
            one.signal(signal.SIGTERM)

        locked(one, 3, send)
    assert one.wait() == 0
    each_once(one, 9000)


# OTLP


def chat(number: int) -> bytes:
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": f"number {number}"}]}])
    attributes = [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}, {"key": "gen_ai.input.messages", "value": {"stringValue": messages}}]
    return protobuf(spans(span(spanId=f"{number:016x}", attributes=attributes)))


class Exporter:
    """Sends a body until it is accepted, as exporters do."""

    def __init__(self, port: int) -> None:
        self.url, self.refused = f"http://127.0.0.1:{port}/v1/traces", Counter[int]()
        self.client = httpx.Client(verify=False, timeout=10)

    def send(self, body: bytes, seconds: float = 60) -> None:
        headers = {"content-type": "application/x-protobuf", "authorization": f"Bearer {TOKEN}"}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                answer = self.client.post(self.url, content=body, headers=headers)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                return
            self.refused[answer.status_code] += 1
            time.sleep(0.2)
        raise AssertionError(self.refused)


def test_bodies_once_each_through_six_kills(tmp_path: Path) -> None:
    """Killed before the commit, between the commit and the answer, and behind the answer."""
    port = free_port()
    one = daemon(tmp_path, "otel", otlp={"listen": f"http://127.0.0.1:{port}", "token": TOKEN})
    up(one)
    left, sent, done = itertools.count(), list[int](), threading.Event()

    def export() -> None:
        exporter = Exporter(port)
        while not done.is_set():
            number = next(left)
            exporter.send(chat(number))
            sent.append(number)
            time.sleep(0.03)  # The daemon shares the cores.
        exporter.client.close()

    threads = [threading.Thread(target=export) for _ in range(4)]
    for thread in threads:
        thread.start()
    kill_now_and_then(one, 6, random.Random(8))
    done.set()
    for thread in threads:
        thread.join(60)
    assert one.stop() == 0 and len(sent) > 50
    each_once(one, len(sent))


def test_while_the_journal_is_locked_exporters_come_again_later(tmp_path: Path) -> None:
    port = free_port()
    one = daemon(tmp_path, "otel", otlp={"listen": f"http://127.0.0.1:{port}", "token": TOKEN})
    up(one)
    exporter = Exporter(port)
    exporter.send(chat(0))
    thread = threading.Thread(target=exporter.send, args=(chat(1),))
    locked(one, 9.5, thread.start)
    thread.join(30)
    exporter.client.close()
    assert exporter.refused == {503: 1}
    assert one.stop() == 0
    each_once(one, 2)
