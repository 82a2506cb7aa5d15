"""As much of an HTTP/1.1 server as an exporter needs, with a bound on everything: h11 reads and writes, this waits and counts.

In: a connection. Out: requests to a handler, its answers back. Who sends is asked for its right to do so before a byte of its
body is taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import h11
from msgspec import Struct

from sentinel.sources._serve import Connections

_HEAD_BYTES = 16 * 1024
_HEAD_SECONDS = 75.0
_BODY_SECONDS = 30.0
_FAREWELL_SECONDS = 5.0
_CHUNK = 64 * 1024


class Head(Struct):
    """What stands before the body. path: without its query. headers: by lower-case name; of several of one name, the last."""

    method: bytes
    path: bytes
    headers: dict[bytes, bytes]


class Answer(Struct):
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Handler(Struct):
    """Who answers.

    Attributes:
        admit: judges a request by its head; an answer refuses it.
        take: gets what was admitted, with its body.
        too_large: told, with the head and the size it says (0: none), that its body is more than `most` bytes.
    """

    most: int
    admit: Callable[[Head], Answer | None]
    take: Callable[[Head, bytes], Awaitable[Answer]]
    too_large: Callable[[Head, int], Answer]


class _TooLarge(Exception):
    pass


class Conversation:
    """One connection. Requests of its peer are answered one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connections: Connections, handler: Handler) -> None:
        self._reader, self._writer, self._connections, self._handler = reader, writer, connections, handler
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_BYTES)

    async def run(self) -> None:
        """Until one of the two has enough. Raises: OSError."""
        goes_on = True
        while goes_on:
            try:
                answer = await self._next()
            except h11.RemoteProtocolError as error:
                answer = Answer(error.error_status_hint)
            except TimeoutError:
                return
            if answer is None or self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                return
            await self._send(answer)
            goes_on = self._over()
            if goes_on:
                self._connections.spoke()
                self._http.start_next_cycle()
            else:
                await self._let_finish()

    def _over(self) -> bool:
        """Request and answer are whole, and another may follow."""
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _let_finish(self) -> None:
        """Many a client reads no answer before it has sent all; closed meanwhile, it would only see a broken connection."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                while await self._connections.read(self._reader, _CHUNK):
                    pass

    async def _next(self) -> Answer | None:
        """The answer to the next request; None: there is none."""
        async with asyncio.timeout(_HEAD_SECONDS):
            event = await self._event()
        if not isinstance(event, h11.Request):
            return None
        head = Head(event.method, event.target.partition(b"?")[0], dict(event.headers))
        refused = self._handler.admit(head)
        if refused is not None:
            return refused
        length = int(head.headers.get(b"content-length", b"0"))  # h11 has seen to it that it is a number.
        if length > self._handler.most:
            return self._handler.too_large(head, length)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await self._body()
        except _TooLarge:
            return self._handler.too_large(head, 0)
        return await self._handler.take(head, body)

    async def _body(self) -> bytes:
        body = bytearray()
        if self._http.they_are_waiting_for_100_continue:
            self._write(h11.InformationalResponse(status_code=100, headers=[]))
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > self._handler.most:
                raise _TooLarge
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError
        return bytes(body)

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._connections.read(self._reader, _CHUNK))
        return event

    async def _send(self, answer: Answer) -> None:
        headers = [("Content-Length", str(len(answer.body))), *answer.headers]
        if self._http.their_state is not h11.DONE:
            headers.append(("Connection", "close"))  # Nobody reads the rest of its body.
        self._write(h11.Response(status_code=answer.status, headers=headers))
        self._write(h11.Data(data=answer.body))
        self._write(h11.EndOfMessage())
        await self._writer.drain()

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
