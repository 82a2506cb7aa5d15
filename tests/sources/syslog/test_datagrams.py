from __future__ import annotations

import asyncio
import socket

import pytest

from sentinel.config.inputs import Endpoint
from sentinel.sources.syslog import datagrams as module
from sentinel.sources.syslog.datagrams import Datagram, bound, datagrams
from tests.integration.servers.process import free_port


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_is_sent_arrives_with_its_sender(host: str) -> None:
    async def main() -> list[Datagram]:
        at = Endpoint("udp", host, free_port())
        with await bound(at) as taken:
            with socket.socket(taken.family, socket.SOCK_DGRAM) as sender:
                for data in (b"one", b"", b"x" * 60_000):
                    sender.sendto(data, (host, at.port))
            source = datagrams(taken)
            return [await anext(source) for _ in range(3)]

    assert asyncio.run(main()) == [Datagram(b"one", host, 0), Datagram(b"", host, 0), Datagram(b"x" * 60_000, host, 0)]


def test_what_the_kernel_drops_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BUFFER", 4096)

    async def main() -> tuple[int, int]:
        at = Endpoint("udp", "127.0.0.1", free_port())
        with await bound(at) as taken, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(200):
                sender.sendto(b"x" * 100, ("127.0.0.1", at.port))
            source, came, dropped = datagrams(taken), 0, 0
            while came + dropped < 200:
                try:
                    one = await asyncio.wait_for(anext(source), 0.2)
                except TimeoutError:  # The count comes with the next.
                    sender.sendto(b"last", ("127.0.0.1", at.port))
                    came -= 1
                    source = datagrams(taken)
                    continue
                came, dropped = came + 1, dropped + one.dropped
        return came, dropped

    came, dropped = asyncio.run(main())
    assert came + dropped == 200 and dropped > 50


def test_an_address_that_is_taken() -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            with pytest.raises(OSError, match="in use"):
                await bound(Endpoint("udp", "127.0.0.1", other.getsockname()[1]))

    asyncio.run(main())
