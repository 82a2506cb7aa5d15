"""What an input needs that others connect to: a thread with an event loop, and connections of which there are never too many.

In: a coroutine that serves. Out: a thread that runs it until it is stopped. Whoever connects may be hostile.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TypeVar

from msgspec import Struct

from sentinel.config.inputs import Endpoint, TlsConfig

_AGAIN_SECONDS = 2.0
_HANDSHAKE_SECONDS = 10.0
_FAREWELL_SECONDS = 0.5

T = TypeVar("T")
Say = Callable[[str, str], None]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


class Server:
    """A thread with an event loop in which `serve` runs until `stop`.

    Args:
        ended: called, in that thread, when it is over.
    """

    def __init__(self, name: str, serve: Callable[[], Coroutine[None, None, None]], ended: Callable[[], None]) -> None:
        self._serve, self._ended = serve, ended
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner, suppress(asyncio.CancelledError):
                runner.run(self._main())
        finally:
            self._ended()

    async def _main(self) -> None:
        self._task = asyncio.current_task()
        if not self._stopped:
            await self._serve()

    def call(self, what: Callable[[], object]) -> None:
        """Have it called in the server's thread; nothing when that has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what)

    def stop(self) -> None:
        """Have it end, soon."""
        self._stopped = True
        self.call(lambda: self._task and self._task.cancel())

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)


class _Slot(Struct):
    """Of one connection. waits: for its peer. spoke: it has said something whole at least once."""

    waits: bool = False
    spoke: bool = False


class Connections:
    """The open connections, at most so many. Used in the server's thread alone.

    When there are too many, one that waits for its peer has to go: the oldest that has never said anything whole, else the one
    that did so longest ago. So neither a thousand that say nothing nor one that says it byte by byte shut anybody out.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[asyncio.Task[None], _Slot] = {}  # Who spoke last stands last.

    def __len__(self) -> int:
        return len(self._open)

    def enter(self) -> bool:
        """The current task is a connection from now on; false: there is no room, and none to be made."""
        if len(self._open) >= self._most:
            waiting = [task for task, slot in self._open.items() if slot.waits]
            if not waiting:
                return False
            goes = next((task for task in waiting if not self._open[task].spoke), waiting[0])
            del self._open[goes]
            goes.cancel()
        self._open[_own()] = _Slot()
        return True

    def leave(self) -> None:
        self._open.pop(_own(), None)

    def spoke(self) -> None:
        """The current connection has said something whole."""
        slot = self._open.pop(_own(), None)
        if slot is not None:
            slot.spoke = True
            self._open[_own()] = slot

    async def read(self, reader: asyncio.StreamReader, size: int) -> bytes:
        """What its peer sends next; while it waits for that, it may be the one that has to go."""
        slot = self._open.get(_own(), _Slot())
        slot.waits = True
        try:
            return await reader.read(size)
        finally:
            slot.waits = False

    async def close(self) -> None:
        """End them all; those that are at work have a moment to finish."""
        open_now = dict(self._open)
        for task in (task for task, slot in open_now.items() if slot.waits):
            task.cancel()
        if open_now:
            _, late = await asyncio.wait(open_now, timeout=_FAREWELL_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _own() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def insist(at: Endpoint, make: Callable[[], Awaitable[T]], say: Say) -> T:
    """What `make` makes, tried again for as long as the address is taken or a file is missing.

    Args:
        say: told the address and why nothing can come in there; an empty reason when all is well.
    """
    place = str(at)
    while True:
        try:
            made = await make()
        except OSError as error:
            say(place, f"cannot listen at {place}: {why(error)}")
            await asyncio.sleep(_AGAIN_SECONDS)
        else:
            say(place, "")
            return made


def why(error: OSError) -> str:
    """In words for a person, with the file's name when it is about one."""
    if isinstance(error, ssl.SSLError):
        return f"its certificate or key cannot be used: {error.reason or error}"
    # asyncio writes a sentence of its own for the number.
    said = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror or error)
    return f"{error.filename}: {said}" if error.filename else said


async def listen(at: Endpoint, tls: TlsConfig | None, connections: Connections, talk: Talk, say: Say) -> None:
    """Take connections until cancelled.

    Args:
        tls: encrypts each connection.
        talk: has the conversation on one connection; what its peer does to that ends it silently.
    """

    async def start() -> asyncio.Server:
        context = server_context(tls) if tls else None

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                if connections.enter():
                    if context:
                        # Not before: a handshake that never ends must cost a slot as well.
                        await writer.start_tls(context, ssl_handshake_timeout=_HANDSHAKE_SECONDS)
                    await talk(reader, writer)
            except (OSError, EOFError, asyncio.CancelledError):
                pass  # Its peer ended it, or `connections` did.
            finally:
                connections.leave()
                writer.close()

        return await asyncio.start_server(connected, at.host, at.port, backlog=128)

    async with await insist(at, start, say) as server:
        await server.serve_forever()


def server_context(tls: TlsConfig) -> ssl.SSLContext:
    """Raises: OSError: a file cannot be read or is no certificate or key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for path in filter(None, (tls.cert, tls.key, tls.client_ca)):
        path.open("rb").close()  # Its error names the file; the ones below do not.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.cert, tls.key)
    if tls.client_ca:
        context.load_verify_locations(tls.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
