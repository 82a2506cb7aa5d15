"""A stand-in for Elasticsearch's bulk endpoint, for answers that a real one gives only when it is in trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]


class Standin:
    """Keeps documents as a real one does: `create` once, external versions only upwards.

    Attributes:
        documents: (index, id) -> (version, source). bulks: sizes in documents of the requests taken.
        whole: answer for whole requests, instead of looking at them. each: (index, id) -> status and error of one document,
            or None to take it. largest: requests with more bytes get 413.
    """

    def __init__(self) -> None:
        self.url = ""
        self.documents: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self.bulks: list[int] = []
        self.paths: list[str] = []
        self.whole: Callable[[str], Answer | None] = lambda path: None
        self.each: Callable[[str, str], Answer | None] = lambda index, number: None
        self.largest = 2**31

    def answer(self, path: str, body: bytes) -> Answer:
        self.paths.append(path)
        if (whole := self.whole(path)) is not None:
            return whole
        if not path.startswith("/_bulk"):
            return 200, {"acknowledged": True}
        if len(body) > self.largest:
            return 413, {"error": {"type": "content_too_long_exception"}}
        lines = [json.loads(line) for line in body.decode().removesuffix("\n").split("\n")]
        self.bulks.append(len(lines) // 2)
        return 200, {"errors": True, "items": [self._one(*pair) for pair in zip(lines[::2], lines[1::2], strict=True)]}

    def _one(self, operation: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
        (verb, target), = operation.items()
        key = (target["_index"], target["_id"])
        if (told := self.each(*key)) is not None:
            return {verb: {"status": told[0], "error": told[1]}}
        version, held = int(target.get("version", 1)), self.documents.get(key)
        if held is not None and (verb == "create" or held[0] >= version):
            return {verb: {"status": 409, "error": {"type": "version_conflict_engine_exception"}}}
        self.documents[key] = (version, source)
        return {verb: {"status": 201}}


@contextmanager
def running() -> Iterator[Standin]:
    standin = Standin()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, reply = standin.answer(self.path, body)
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = _serve

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    standin.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
