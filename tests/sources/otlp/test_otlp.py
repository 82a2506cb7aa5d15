from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from sentinel.sources import _inbox, _serve
from sentinel.sources.otlp import otlp
from sentinel.sources.otlp.otlp import Otlp
from tests.integration.servers.process import free_port
from tests.sources.certificates import Authority
from tests.sources.feeding import Fed
from tests.sources.otlp.test_body import protobuf, span, spans

TOKEN = "0123456789abcdef"
JSON, PROTOBUF = "application/json", "application/x-protobuf"


class Receiver(Fed):
    """A source, and an exporter that sends to it."""

    def __init__(self, **options: Any) -> None:
        self.port = free_port()
        self.answers: list[httpx.Response] = []
        self.client = httpx.Client(verify=False, timeout=20)  # Loading authorities takes longer than all the rest.
        listen = {"listen": f"http://127.0.0.1:{self.port}", "token": TOKEN}
        super().__init__(Otlp, otlp=listen | options.pop("otlp", {}), **options)

    def post(self, body: bytes, path: str = "/v1/traces", kind: str = PROTOBUF, token: str = TOKEN, **headers: str) -> httpx.Response:
        sent = {"content-type": kind, "authorization": f"Bearer {token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        end = time.monotonic() + 5
        while True:
            try:
                return self.client.post(f"http://127.0.0.1:{self.port}{path}", content=body, headers=sent)
            except httpx.ConnectError:
                assert time.monotonic() < end
                time.sleep(0.01)

    def begin(self, *given: Any, **headers: str) -> threading.Thread:
        """Post in a thread; the answer goes to `answers`."""
        def post() -> None:
            with suppress(httpx.RemoteProtocolError, httpx.ReadError):  # The connection ends without an answer at a kill.
                self.answers.append(self.post(*given, **headers))

        thread = threading.Thread(target=post)
        thread.start()
        return thread

    def wait_until_held(self) -> None:
        while not self.held():
            time.sleep(0.01)

    def accepted(self, *given: Any, **headers: str) -> httpx.Response:
        """Post, and read until it is answered."""
        before = len(self.answers)
        thread = self.begin(*given, **headers)
        self.until(lambda: len(self.answers) > before)
        thread.join()
        return self.answers[-1]

    def held(self) -> int:
        return len(self.input._feeds[0].inbox)


@contextmanager
def receiving(**options: Any) -> Iterator[Receiver]:
    one = Receiver(**options)
    yield one
    one.client.close()
    one.input.close()


REQUEST = spans(span())


def test_spans_and_log_records_in_either_encoding_are_lines_of_otlp_json() -> None:
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]}
    with receiving() as one:
        answers = [one.accepted(protobuf(REQUEST)), one.accepted(json.dumps(REQUEST, indent=1).encode(), "/v1/traces", JSON),
                   one.accepted(gzip.compress(json.dumps(logs).encode()), "/v1/logs?x=y", "application/json; charset=utf-8", content_encoding="gzip")]
        assert [(a.status_code, a.content, a.headers["content-type"]) for a in answers] == [
            (200, b"", PROTOBUF), (200, b"{}", JSON), (200, b"{}", JSON)]
        assert [json.loads(text) for text in one.texts()] == [REQUEST, REQUEST, logs]
        assert {line.file.path for line in one.lines} == {"otlp"} and one.problem == ""


def test_nothing_is_answered_before_it_is_committed() -> None:
    with receiving() as one:
        thread = one.begin(protobuf(REQUEST))
        one.wait_until_held()
        one.poll(commit=False)
        time.sleep(0.1)
        assert one.answers == []
        one.input.committed(None)  # type: ignore[arg-type]
        thread.join(5)
        assert one.answers[0].status_code == 200


def test_a_kill_before_the_commit_loses_nothing_and_one_behind_it_doubles_nothing() -> None:
    with receiving() as one:
        thread = one.begin(protobuf(REQUEST))
        one.wait_until_held()
        one.poll(commit=False)
        one.restart()
        thread.join()
        assert one.accepted(protobuf(REQUEST)).status_code == 200 and len(one.lines) == 1
        one.restart()
        assert one.post(protobuf(REQUEST)).status_code == 200
        one.poll()
        assert len(one.lines) == 1
        assert one.accepted(protobuf(spans(span(name="another")))).status_code == 200 and len(one.lines) == 2


def test_the_same_body_while_the_first_still_waits() -> None:
    with receiving() as one:
        threads = [one.begin(protobuf(REQUEST)) for _ in range(3)]
        one.wait_until_held()
        time.sleep(0.3)
        assert one.held() == 1
        one.until(lambda: len(one.answers) == 3)
        for thread in threads:
            thread.join()
        assert [answer.status_code for answer in one.answers] == [200] * 3 and len(one.lines) == 1


def test_digests_of_the_last_bodies_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "_REMEMBERED", 3)
    with receiving() as one:
        bodies = [protobuf(spans(span(name=f"{n}"))) for n in range(5)]
        for body in bodies:
            one.accepted(body)
        one.restart()
        (checkpoint,) = one.checkpoints.values()
        assert len(checkpoint.cursor.split()) == 3
        for body in bodies[2:]:
            assert one.post(body).status_code == 200
        one.poll()
        assert len(one.lines) == 5 and len(one.input._feeds[0]._taken) == 3
        one.accepted(bodies[0])
        assert len(one.lines) == 6


@pytest.mark.parametrize(("given", "headers", "status"), [
    ((b"", "/v1/traces", PROTOBUF, "wrong"), {}, 401),
    ((b"",), {"authorization": "Basic " + TOKEN}, 401),
    ((b"",), {"authorization": TOKEN}, 401),
    ((b"", "/v1/metrics"), {}, 404),
    ((b"", "/v1/traces", "text/plain"), {}, 415),
    ((b"",), {"content_encoding": "br"}, 415),
])
def test_who_is_refused(given: tuple[Any, ...], headers: dict[str, str], status: int) -> None:
    with receiving() as one:
        assert one.post(*given, **headers).status_code == status
        one.poll()
        assert one.lines == [] and one.gaps == []


def test_other_methods_and_what_a_refusal_says() -> None:
    with receiving() as one:
        one.post(b"")
        url, right = f"http://127.0.0.1:{one.port}/v1/traces", {"authorization": f"bearer {TOKEN}"}
        answer = one.client.get(url, headers=right)
        assert (answer.status_code, answer.headers["allow"], answer.json()) == (405, "POST", {"message": "only POST is taken"})
        answer = one.post(b"", token="x")
        assert answer.headers["www-authenticate"] == "Bearer" and answer.content == b"\x12\x11a token is needed"


def test_nothing_in_a_body_is_answered_at_once() -> None:
    with receiving() as one:
        assert one.post(b"").status_code == one.post(b"{}", "/v1/logs", JSON).status_code == 200
        assert one.held() == 0


def test_what_cannot_be_read_is_a_dead_letter_and_is_not_sent_again() -> None:
    with receiving() as one:
        answer = one.accepted(b"x" * 10_000, "/v1/traces", JSON)
        assert (answer.status_code, answer.json()["message"]) == (400, "the body is no JSON object")
        (line,) = one.lines
        assert (line.flaw, len(line.data), line.size) == ("the body is no JSON object", 4096, 10_000)
        assert one.accepted(b"x" * 10_000, "/v1/traces", JSON).status_code == 400 and len(one.lines) == 1


def test_what_is_too_large_is_a_gap() -> None:
    with receiving(max_line_bytes=1024) as one:
        assert one.post(b"x" * 2000).status_code == 413
        assert one.post(gzip.compress(b"x" * 100_000), content_encoding="gzip").status_code == 413
        one.poll()
        assert [(gap.size, gap.reason.partition(";")[0]) for gap in one.gaps] == [(2000, "a body of more than 1024 bytes was refused"),
                                                                                 (0, "a body of more than 1024 bytes was refused")]


def test_while_nothing_can_be_written_exporters_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_inbox, "_MOST", 1)
    monkeypatch.setattr(otlp, "_COMMIT_SECONDS", 0.2)
    with receiving() as one:
        late = one.post(protobuf(REQUEST))
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        full = one.post(protobuf(spans(span(name="another"))))
        assert full.status_code == 503 and one.held() == 1
        one.poll()
        assert one.post(protobuf(REQUEST)).status_code == 200
        assert one.accepted(protobuf(spans(span(name="another")))).status_code == 200 and len(one.lines) == 2


def test_stopping_answers_who_waits_and_sends_others_away() -> None:
    with receiving() as one:
        thread = one.begin(protobuf(REQUEST))
        one.wait_until_held()
        one.input.stop()
        assert one.post(protobuf(spans(span(name="late")))).status_code == 503
        assert len(one.stop()) == 1
        one.input.close()
        thread.join(5)
        assert one.answers[0].status_code == 200


def test_over_tls(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path).sign("server")
    one = Receiver(otlp={"listen": f"https://127.0.0.1:{(port := free_port())}", "tls": {"cert": str(cert), "key": str(key)}})
    one.until(lambda: not one.problem)
    client = httpx.Client(verify=ssl.create_default_context(cafile=tmp_path / "ca.pem"))
    end = time.monotonic() + 5
    while True:
        try:
            answer = client.post(f"https://localhost:{port}/v1/traces", content=b"", headers={"content-type": PROTOBUF, "authorization": f"Bearer {TOKEN}"})
            break
        except httpx.ConnectError:
            assert time.monotonic() < end
            time.sleep(0.02)
    assert answer.status_code == 200
    client.close()
    one.input.close()


def test_a_taken_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_serve, "_AGAIN_SECONDS", 0.05)
    with receiving() as one:
        one.post(b"")
        other = Fed(Otlp, otlp={"listen": f"http://127.0.0.1:{one.port}", "token": TOKEN})
        other.until(lambda: other.problem == f"cannot listen at http://127.0.0.1:{one.port}: Address already in use")
        one.input.close()
        other.until(lambda: not other.problem)
        other.input.close()
