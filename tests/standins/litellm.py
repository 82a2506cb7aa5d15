"""A LiteLLM proxy's key management, for tests that count calls or need faults; real ones are in tests/integration.

Written from its documented contract: admin only, 64 hex digits or `sk-...`, 404 for an unknown key.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_KEY = re.compile(r"sk-[A-Za-z0-9_-]+|[0-9a-fA-F]{64}")


@dataclass
class Gateway:
    """Attributes: blocked: hash of every key for which a block was carried out, each time. calls: (method, path)."""

    url: str
    keys: dict[str, bool]
    master_key: str = "sk-master-of-the-stand-in"
    blocked: list[str] = field(default_factory=list)
    unblocked: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def running(keys: set[str]) -> Iterator[Gateway]:
    """Serve on loopback until the block ends. Args: keys: hashes it knows."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    gateway = Gateway(f"http://127.0.0.1:{server.server_address[1]}", dict.fromkeys(keys, False))
    server.gateway = gateway  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != "/key/info":
            return self._answer(404, {"detail": "Not Found"})
        self._with_key((parse_qs(parts.query).get("key") or [""])[0], lambda gateway, key: {
            "key": key, "info": {"blocked": gateway.keys[key], "status": "active", "key_alias": None}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        blocked = {"/key/block": True, "/key/unblock": False}.get(self.path)
        if blocked is None or set(body) != {"key"}:
            return self._answer(422, {"detail": "unprocessable"})

        def carry_out(gateway: Gateway, key: str) -> dict[str, Any]:
            gateway.keys[key] = blocked
            (gateway.blocked if blocked else gateway.unblocked).append(key)
            return {"token": key, "blocked": blocked, "key_alias": None}

        self._with_key(body["key"], carry_out)

    def _with_key(self, key: str, answer: Any) -> None:
        gateway: Gateway = self.server.gateway  # type: ignore[attr-defined]
        gateway.calls.append((self.command, urlsplit(self.path).path))
        if self.headers.get("Authorization") != f"Bearer {gateway.master_key}":
            return self._error(401, "auth_error", "Authentication Error")
        if not _KEY.fullmatch(key):
            return self._error(400, "bad_request_error", "Malformed API Key")
        if key not in gateway.keys:
            return self._error(404, "not_found_error", "Key not found.")
        self._answer(200, answer(gateway, key))

    def _error(self, status: int, kind: str, message: str) -> None:
        self._answer(status, {"error": {"message": message, "type": kind, "param": None, "code": str(status)}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
