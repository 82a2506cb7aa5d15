"""Syslog: messages that others send over UDP, TCP or TLS.

In: what arrives at the addresses a source listens at. Out: lines, one a message, without the syslog header. Lines of one sender are
a stream of their own: records of several lines are put together though others send at the same time.

When the journal cannot be written, or not as fast as messages come: over TCP the sender has to wait; over UDP the kernel drops
datagrams and counts them, and they are reported as a gap. Syslog has no acknowledgement: what had arrived and was not committed
when the daemon was killed is lost.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from sentinel.clock import Clock
from sentinel.config.inputs import Endpoint, endpoint
from sentinel.config.model import SourceConfig
from sentinel.records.line import Checkpoint
from sentinel.sources._feed import Feed, Feeds
from sentinel.sources._inbox import Arrival
from sentinel.sources._serve import Connections, Server, insist, listen
from sentinel.sources._split import Cut, cut
from sentinel.sources.syslog.datagrams import bound, datagrams
from sentinel.sources.syslog.frames import Frames
from sentinel.sources.syslog.message import text_of

_CHUNK = 64 * 1024


class Messages(Feed):
    """One source."""

    kind = "syslog"

    def __init__(self, config: SourceConfig, known: Sequence[Checkpoint], host: str, clock: Clock, woken: threading.Event) -> None:
        super().__init__(config, known, host, clock, woken)
        assert config.syslog is not None
        self._asked = config.syslog
        self._problems: dict[str, str] = {}
        self._connections = Connections(self._asked.max_connections)
        self._has_room = asyncio.Event()
        self._server = Server(f"syslog {config.name}", self._serve, self._over)
        self._server.start()

    def room(self) -> None:
        self._server.call(self._has_room.set)

    def finish(self) -> None:
        """Nobody sends a last message: what has arrived is all there is."""
        self.stop()

    def stop(self) -> None:
        super().stop()
        self._server.stop()

    def close(self) -> None:
        super().close()
        self._server.stop()
        self._server.join(5.0)

    # The server's thread

    async def _serve(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for address in self._asked.listen:
                    at = endpoint(address)
                    group.create_task(self._udp(at, address) if at.scheme == "udp" else self._tcp(at, address))
        finally:
            await self._connections.close()

    def _over(self) -> None:
        self.ended = True
        self.woken.set()

    def _say(self, place: str, problem: str) -> None:
        self._problems[place] = problem
        self.problem = "; ".join(filter(None, self._problems.values()))

    async def _udp(self, at: Endpoint, name: str) -> None:
        with await insist(at, lambda: bound(at), self._say) as taken:
            async for one in datagrams(taken):
                if one.dropped:
                    await self._put(Arrival(b"", self.clock.now(), name=name, lost=f"{one.dropped} datagrams came faster than they could be taken; "
                                            "have the senders use tcp://, which waits"))
                await self._hand_over(cut(one.data, len(one.data), self._asked.max_message_bytes), one.peer, name)

    async def _tcp(self, at: Endpoint, name: str) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = str(writer.get_extra_info("peername")[0])
            frames = Frames(self._asked.max_message_bytes)
            try:
                while data := await self._connections.read(reader, _CHUNK):
                    for message in frames.feed(data):
                        await self._hand_over(message, peer, name)
                        self._connections.spoke()
            except asyncio.CancelledError:
                if frames.unfinished:
                    self.inbox.offer(Arrival(b"", self.clock.now(), name=name, lost="a connection was closed from here within a message",
                                             lost_bytes=frames.unfinished))
                raise
            except OSError:
                pass  # Its peer is gone; what came before that counts.
            for message in frames.end():
                await self._hand_over(message, peer, name)

        await listen(at, self._asked.tls if at.scheme == "tls" else None, self._connections, talk, self._say)

    async def _hand_over(self, message: Cut, peer: str, name: str) -> None:
        text = message.data if message.flaw else text_of(message.data)
        if text:
            await self._put(Arrival(text, self.clock.now(), message.size + 1, message.flaw, peer, name=name))

    async def _put(self, arrival: Arrival) -> None:
        while not self.inbox.offer(arrival):
            self._has_room.clear()
            await self._has_room.wait()


class Syslog(Feeds):
    """Sources with `syslog:`."""

    section, feed = "syslog", Messages
