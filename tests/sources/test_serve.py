from __future__ import annotations

import asyncio
import errno
import threading
from pathlib import Path

import pytest

from sentinel.config.inputs import Endpoint, TlsConfig
from sentinel.sources import _serve
from sentinel.sources._serve import Connections, Server, insist, server_context
from tests.sources.certificates import Authority


def test_a_server_runs_until_it_is_stopped_and_then_says_so() -> None:
    began, ended, called = threading.Event(), threading.Event(), threading.Event()

    async def serve() -> None:
        began.set()
        await asyncio.sleep(3600)

    server = Server("test", serve, ended.set)
    server.start()
    assert began.wait(5)
    server.call(called.set)
    assert called.wait(5) and not ended.is_set()
    server.stop()
    assert ended.wait(5)
    server.join(5)
    server.call(called.set)
    server.stop()


def test_one_that_is_stopped_before_it_began_does_not_begin() -> None:
    ended, served = threading.Event(), []

    async def serve() -> None:
        served.append(1)
        await asyncio.sleep(3600)

    server = Server("test", serve, ended.set)
    server.stop()
    server.start()
    assert ended.wait(5) and served == []
    server.join(5)


class Talk:
    """Connections that wait for their peer until they have to go."""

    def __init__(self, most: int) -> None:
        self.connections, self.reader, self.gone = Connections(most), asyncio.StreamReader(), list[str]()

    async def connect(self, name: str, *, spoke: bool = False, waits: bool = True) -> asyncio.Task[None]:
        task = asyncio.create_task(self._talk(name, spoke, waits))
        await asyncio.sleep(0)
        return task

    async def _talk(self, name: str, spoke: bool, waits: bool) -> None:
        if not self.connections.enter():
            self.gone.append(f"{name} refused")
            return
        try:
            if spoke:
                self.connections.spoke()
            await (self.connections.read(asyncio.StreamReader(), 1) if waits else asyncio.sleep(3600))
        except asyncio.CancelledError:
            self.gone.append(name)
        finally:
            self.connections.leave()


def test_who_has_to_go() -> None:
    async def main() -> None:
        one = Talk(3)
        for name, spoke in (("early", True), ("mute", False), ("later", True), ("new", True), ("newer", True)):
            await one.connect(name, spoke=spoke)
        await asyncio.sleep(0)
        assert one.gone == ["mute", "early"] and len(one.connections) == 3
        await one.connections.close()
        assert len(one.connections) == 0

    asyncio.run(main())


def test_one_that_is_at_work_need_not_go() -> None:
    async def main() -> None:
        one = Talk(1)
        await one.connect("busy", waits=False)
        await one.connect("late")
        assert one.gone == ["late refused"]
        await one.connections.close()

    asyncio.run(main())


def test_it_insists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_serve, "_AGAIN_SECONDS", 0.01)
    said: list[tuple[str, str]] = []
    errors = [OSError(errno.EADDRINUSE, "a sentence of asyncio's"), FileNotFoundError(errno.ENOENT, "x", "a.pem")]

    async def make() -> str:
        if errors:
            raise errors.pop(0)
        return "made"

    assert asyncio.run(insist(Endpoint("tcp", "::1", 514), make, lambda *what: said.append(what))) == "made"
    place = "tcp://[::1]:514"
    assert said == [(place, f"cannot listen at {place}: Address already in use"),
                    (place, f"cannot listen at {place}: a.pem: No such file or directory"), (place, "")]


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    cert, key = Authority(tmp_path).sign("server")
    assert server_context(TlsConfig(cert=cert, key=key))
    key.write_text("no key")
    said: list[str] = []

    async def make() -> object:
        return server_context(TlsConfig(cert=cert, key=key))

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(insist(Endpoint("tls", "h", 1), make, lambda _, problem: said.append(problem)), 0.05)

    asyncio.run(main())
    assert "its certificate or key cannot be used" in said[0]
