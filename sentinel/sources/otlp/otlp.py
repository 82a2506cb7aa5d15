"""OTLP/HTTP: spans and log records, straight from exporters and collectors.

In: POST /v1/traces and /v1/logs, with a token. Out: lines, one a body, in OTLP JSON. A body is answered with 200 once what it
became is in the journal; so nothing is lost by a kill, because the exporter sends it again. And nothing counts twice, because the
digests of the last bodies are committed with them: the same body again is answered and not taken. When the journal cannot be
written, exporters are told to come again later (503).
"""

from __future__ import annotations

import asyncio
import hmac
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Sequence
from hashlib import blake2b

from sentinel.clock import Clock
from sentinel.config.inputs import endpoint
from sentinel.config.model import SourceConfig
from sentinel.errors import Unreadable
from sentinel.records.line import Checkpoint
from sentinel.sources._feed import Feed, Feeds
from sentinel.sources._inbox import Arrival
from sentinel.sources._serve import Connections, Server, listen
from sentinel.sources._split import KEPT
from sentinel.sources.otlp.body import SIGNALS, TooLarge, line_of_json, line_of_protobuf, unpacked
from sentinel.sources.otlp.http import Answer, Conversation, Handler, Head

# Exporters give a request up after ten seconds, if nobody has told them otherwise.
_COMMIT_SECONDS = 8.0
_AGAIN_SECONDS = 5
# Bodies whose digests are kept; a retry comes within seconds.
_REMEMBERED = 512
# Bodies that are read and decoded at the same time.
_AT_ONCE = 4
_PROTOBUF, _JSON = b"application/x-protobuf", b"application/json"


class Bodies(Feed):
    """One source. Its cursor is the digests of the bodies taken last."""

    kind = "otlp"

    def __init__(self, config: SourceConfig, known: Sequence[Checkpoint], host: str, clock: Clock, woken: threading.Event) -> None:
        super().__init__(config, known, host, clock, woken)
        assert config.otlp is not None
        self._asked = config.otlp
        self._digests = deque(self.cursor.split(), _REMEMBERED)
        # The same, and those not committed yet: set once they are. Used in the server's thread alone.
        self._taken = {digest: asyncio.Event() for digest in self._digests}
        for committed in self._taken.values():
            committed.set()
        self._connections = Connections(self._asked.max_connections)
        self._decoding = asyncio.Semaphore(_AT_ONCE)
        self._handler = Handler(config.max_line_bytes, self._admit, self._take, self._too_large)
        self._server = Server(f"otlp {config.name}", self._serve, lambda: None)
        self._server.start()

    def moved(self, arrivals: Sequence[Arrival]) -> str:
        self._digests.extend(arrival.cursor for arrival in arrivals if arrival.cursor)
        return " ".join(self._digests)

    def committed(self) -> None:
        digests = [arrival.cursor for arrival in self._handed if arrival.cursor]
        super().committed()
        if digests:
            self._server.call(lambda: self._acknowledge(digests))

    def finish(self) -> None:
        """Nobody sends a last body: what has been taken is all there is."""
        self.stop()

    def stop(self) -> None:
        """Who sends now is told to come again later; who waits for a commit still gets its answer."""
        super().stop()
        self.inbox.close()
        self.ended = True

    def close(self) -> None:
        super().close()
        self._server.stop()
        self._server.join(5.0)

    # The server's thread

    async def _serve(self) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await Conversation(reader, writer, self._connections, self._handler).run()

        at = endpoint(self._asked.listen)
        try:
            await listen(at, self._asked.tls if at.scheme == "https" else None, self._connections, talk, self._say)
        finally:
            await self._connections.close()

    def _say(self, place: str, problem: str) -> None:
        self.problem = problem

    def _acknowledge(self, digests: Sequence[str]) -> None:
        for digest in digests:
            if digest in self._taken:
                self._taken[digest].set()

    def _admit(self, head: Head) -> Answer | None:
        given = head.headers.get(b"authorization", b"")
        scheme, _, token = given.partition(b" ")
        wanted = self._asked.token.get_secret_value().encode()
        if not hmac.compare_digest(token.strip(), wanted) or scheme.lower() != b"bearer":
            return _refusal(head, 401, "a token is needed", ("WWW-Authenticate", "Bearer"))
        if head.path not in SIGNALS:
            return _refusal(head, 404, "spans go to /v1/traces, log records to /v1/logs; nothing else is taken")
        if head.method != b"POST":
            return _refusal(head, 405, "only POST is taken", ("Allow", "POST"))
        if _kind(head) not in (_PROTOBUF, _JSON):
            return _refusal(head, 415, "send application/x-protobuf or application/json")
        if head.headers.get(b"content-encoding", b"identity") not in (b"identity", b"gzip"):
            return _refusal(head, 415, "send it as it is or in gzip")
        return None

    def _too_large(self, head: Head, size: int) -> Answer:
        """An exporter does not send such a body again, so it is lost here and now."""
        if not self.inbox.offer(Arrival(b"", self.clock.now(), lost=f"a body of more than {self.config.max_line_bytes} bytes was refused; have the "
                                        "exporter send smaller batches, or set max_line_bytes", lost_bytes=size)):
            return _later(head)
        return _refusal(head, 413, f"a body may have {self.config.max_line_bytes} bytes")

    async def _take(self, head: Head, body: bytes) -> Answer:
        async with self._decoding:
            try:
                arrival = self._arrival(head, body)
            except TooLarge:
                return self._too_large(head, 0)
        if not arrival.data:
            return _accepted(head)
        committed = self._taken.get(arrival.cursor)
        if committed is None:
            if not self.inbox.offer(arrival):
                return _later(head)
            committed = self._remember(arrival.cursor)
        try:
            async with asyncio.timeout(_COMMIT_SECONDS):
                await committed.wait()
        except TimeoutError:
            return _later(head)
        return _refusal(head, 400, arrival.flaw) if arrival.flaw else _accepted(head)

    def _arrival(self, head: Head, body: bytes) -> Arrival:
        """Raises: TooLarge."""
        data, line, flaw = body, b"", ""
        try:
            if head.headers.get(b"content-encoding") == b"gzip":
                data = unpacked(body, self.config.max_line_bytes)
            line = (line_of_json if _kind(head) == _JSON else line_of_protobuf)(SIGNALS[head.path], data)
        except Unreadable as error:
            line, flaw = data[:KEPT] or b"-", str(error)
        digest = b64encode(blake2b(head.path + b"\0" + data, digest_size=12).digest()).decode()
        return Arrival(line, self.clock.now(), len(data) if flaw else 0, flaw, cursor=digest)

    def _remember(self, digest: str) -> asyncio.Event:
        committed = self._taken[digest] = asyncio.Event()
        while len(self._taken) > _REMEMBERED and self._taken[oldest := next(iter(self._taken))].is_set():
            del self._taken[oldest]
        return committed


def _kind(head: Head) -> bytes:
    return head.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()


def _accepted(head: Head) -> Answer:
    json = _kind(head) == _JSON
    return Answer(200, b"{}" if json else b"", (("Content-Type", (_JSON if json else _PROTOBUF).decode()),))


def _later(head: Head) -> Answer:
    return _refusal(head, 503, "it cannot be written down yet; send it again", ("Retry-After", str(_AGAIN_SECONDS)))


def _refusal(head: Head, status: int, why: str, *headers: tuple[str, str]) -> Answer:
    """With a `Status` message, as OTLP wants it: in protobuf, its second field is the text."""
    text = why.encode()[:127]
    if _kind(head) == _PROTOBUF:
        return Answer(status, b"\x12" + bytes([len(text)]) + text, (("Content-Type", _PROTOBUF.decode()), *headers))
    return Answer(status, b'{"message":"%s"}' % text, (("Content-Type", _JSON.decode()), *headers))


class Otlp(Feeds):
    """Sources with `otlp:`."""

    section, feed = "otlp", Bodies
