"""A stand-in for Slack's Web API, strict where the real one is: it refuses what Slack's documents say that Slack refuses.

In: calls by the real slack-sdk (`base_url=slack.base_url`). Out: what a workspace would hold: `messages`, `calls`, and the
texts that would have paged or linked. Faults are switched on per call: `slack.fail("chat.postMessage", "lost")`.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN, CHANNEL, SCOPES = "xoxb-test-0001", "C0123456789", frozenset({"chat:write", "channels:history"})
# What Slack would act on: pages, mentions, dates, links. Our own messages hold none.
_CONTROL = re.compile(r"<[!@#a-z]")
_NEEDS = {"chat.postMessage": "chat:write", "chat.update": "chat:write", "conversations.history": "channels:history",
          "conversations.replies": "channels:history", "auth.test": ""}
_TAKES = {
    "chat.postMessage": {"channel", "text", "blocks", "thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "metadata",
                         "mrkdwn", "parse", "link_names"},
    "chat.update": {"channel", "ts", "text", "blocks", "metadata", "parse", "link_names"},
    "conversations.history": {"channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
    "conversations.replies": {"channel", "ts", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"},
    "auth.test": set(),
}
FAULTS = ("429", "500", "html", "hang", "close", "lost", "internal_error", "invalid_blocks", "msg_too_long")


class Refused(Exception):
    """Slack's `error` word."""


@dataclass
class Slack:
    """The running stand-in.

    Attributes:
        base_url: what slack-sdk is given. calls: (method, arguments) in order of arrival, refused ones too. messages: what the channel
            holds, oldest first, each with its `edits`. refused: (method, Slack's word) of what was refused on its merits.
        hang_seconds: how long the fault "hang" lasts.
    """

    base_url: str = ""
    token: str = TOKEN
    channel: str = CHANNEL
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    scopes: frozenset[str] = SCOPES
    hang_seconds: float = 30.0
    _faults: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clock: int = 0

    def fail(self, method: str, *faults: str) -> None:
        """The next calls of `method` fail, one after the other. lost: it is done, and its answer never comes."""
        assert set(faults) <= set(FAULTS)
        self._faults.setdefault(method, []).extend(faults)

    def fault(self, method: str) -> str:
        with self._lock:
            waiting = self._faults.get(method)
            return waiting.pop(0) if waiting else ""

    @property
    def roots(self) -> list[dict[str, Any]]:
        """Messages of the channel itself."""
        return [m for m in self.messages if "thread_ts" not in m]

    def thread(self, ts: str) -> list[dict[str, Any]]:
        return [m for m in self.messages if m.get("thread_ts") == ts]

    def posted_incidents(self) -> list[str]:
        """The incident of every message of the channel itself, one that was posted twice stands twice."""
        return [_incident(message["text"]) for message in self.roots]

    def edits_of(self, incident: str) -> list[dict[str, Any]]:
        return [body for method, body in self.calls if method == "chat.update" and _incident(body["text"]) == incident]

    def shown(self, incident: str) -> str:
        """What the channel now shows of an incident, its thread included."""
        roots = [m for m in self.roots if _incident(m["text"]) == incident]
        return "\n".join(text for root in roots for m in (root, *self.thread(root["ts"])) for text in _texts(m))

    def everything(self) -> str:
        """All that was ever sent here."""
        return json.dumps(self.calls, ensure_ascii=False)

    def active(self) -> list[str]:
        """Texts, sent now or before an edit, in which Slack would see a page, a mention or a link."""
        return [text for _, body in self.calls for text in _texts(body) if _CONTROL.search(text)]

    def call(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises: Refused."""
        with self._lock:
            self.calls.append((method, body))
            try:
                return self._take(method, body)
            except Refused as refused:
                self.refused.append((method, str(refused)))
                raise

    def _take(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        if method not in _TAKES:
            raise Refused("unknown_method")
        if _NEEDS[method] and _NEEDS[method] not in self.scopes:
            raise Refused("missing_scope")
        if set(body) - _TAKES[method]:
            raise Refused("invalid_arguments")
        answer: dict[str, Any] = getattr(self, "_" + method.replace(".", "_"))(body)
        return answer

    def _auth_test(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"url": "https://example.slack.com/", "team": "Example", "user": "sentinel", "team_id": "T1", "user_id": "U1", "bot_id": "B1"}

    def _chat_postMessage(self, body: dict[str, Any]) -> dict[str, Any]:
        message = _checked(body)
        if "thread_ts" in body:
            if not any(m["ts"] == body["thread_ts"] for m in self.roots):
                raise Refused("thread_not_found")
            message |= {"thread_ts": body["thread_ts"], "broadcast": bool(body.get("reply_broadcast"))}
        self._clock += 1
        # The true time, as Slack's: what was posted is looked for from when its incident was opened.
        message |= {"ts": f"{int(time.time())}.{self._clock:06d}", "edits": 0, "user": "U1", "bot_id": "B1"}
        self.messages.append(message)
        return {"channel": body["channel"], "ts": message["ts"], "message": message}

    def _chat_update(self, body: dict[str, Any]) -> dict[str, Any]:
        message = _checked(body)
        old = next((m for m in self.messages if m["ts"] == body.get("ts")), None)
        if old is None:
            raise Refused("message_not_found")
        old.update({"text": message["text"], "blocks": message["blocks"], "edits": old["edits"] + 1})
        return {"channel": body["channel"], "ts": old["ts"], "text": old["text"], "message": old}

    def _conversations_history(self, body: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in reversed(self.messages) if "thread_ts" not in m or m["broadcast"]]
        return _page([m for m in found if float(m["ts"]) > float(body.get("oldest", 0))], body)

    def _conversations_replies(self, body: dict[str, Any]) -> dict[str, Any]:
        if not any(m["ts"] == body.get("ts") for m in self.roots):
            raise Refused("thread_not_found")
        return _page([m for m in self.messages if body["ts"] in (m["ts"], m.get("thread_ts"))], body)


def _incident(text: str) -> str:
    found = re.search(r"INC-[A-Z2-7]{10}", text)
    return found.group() if found else ""


def _page(messages: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    _channel(body)
    limit, start = int(body.get("limit", 100)), int(body.get("cursor") or 0)
    if not 1 <= limit <= 999:
        raise Refused("invalid_limit")
    shown = [dict(m) for m in messages[start:start + limit]]
    if str(body.get("include_all_metadata", "")).lower() not in ("1", "true"):
        for message in shown:
            message.pop("metadata", None)
    more = start + limit < len(messages)
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": str(start + limit) if more else ""}}


def _channel(body: dict[str, Any]) -> None:
    if body.get("channel") != CHANNEL:
        raise Refused("channel_not_found")


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """A message that Slack takes. Raises: Refused."""
    _channel(body)
    text, blocks = body.get("text", ""), body.get("blocks") or []
    if not isinstance(text, str) or not (text or blocks):
        raise Refused("no_text")
    if len(text) > 4000:
        raise Refused("msg_too_long")
    if isinstance(blocks, str):
        blocks = json.loads(blocks)
    if not isinstance(blocks, list) or len(blocks) > 50 or not all(map(_block, blocks)):
        raise Refused("invalid_blocks")
    if sum(len(t) for t in _texts({"blocks": blocks})) > 13_000:
        raise Refused("msg_blocks_too_long")
    message = {"channel": body["channel"], "text": text, "blocks": blocks}
    if "metadata" in body:
        _metadata(body["metadata"])
        message["metadata"] = body["metadata"]
    return message


def _metadata(metadata: Any) -> None:
    if not (isinstance(metadata, dict) and set(metadata) == {"event_type", "event_payload"} and isinstance(metadata["event_payload"], dict)
            and re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", str(metadata["event_type"]))):
        raise Refused("invalid_metadata_format")


def _block(block: Any) -> bool:
    if not isinstance(block, dict):
        return False
    kind, keys = block.get("type"), set(block) - {"type", "block_id"}
    if len(str(block.get("block_id", ""))) > 255:
        return False
    if kind == "header":
        return keys == {"text"} and _object(block["text"], 150, "plain_text")
    if kind == "section":
        fields = block.get("fields", [])
        return (keys in ({"text"}, {"fields"}, {"text", "fields"}) and len(fields) <= 10 and all(_object(f, 2000) for f in fields)
                and ("text" not in block or _object(block["text"], 3000)))
    if kind == "context":
        return keys == {"elements"} and 1 <= len(block["elements"]) <= 10 and all(_object(e, 2000) for e in block["elements"])
    return kind == "divider" and not keys


def _object(text: Any, most: int, kind: str = "") -> bool:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn") or (kind and text["type"] != kind):
        return False
    allowed = {"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"}
    return set(text) <= allowed and isinstance(text.get("text"), str) and 1 <= len(text["text"]) <= most


def _texts(value: Any) -> Iterator[str]:
    """Every text that a person would read."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            elif name != "metadata":
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@contextmanager
def running() -> Iterator[Slack]:
    """A workspace with one channel, `CHANNEL`, and one app, `TOKEN`."""
    slack = Slack()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"slack": slack}))
    server.daemon_threads = True
    slack.base_url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    slack: Slack
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        raw = self.rfile.read(size)
        method = self.path.removeprefix("/api/")
        fault = self.slack.fault(method)
        if fault == "hang":
            threading.Event().wait(self.slack.hang_seconds)
        if fault in ("close", "hang"):
            return self._hang_up()
        if fault == "429":
            return self._answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "2"})
        if fault in ("500", "html"):
            return self._answer(500 if fault == "500" else 200, "<html>oops</html>")
        answer = self._answered(method, raw, fault)
        if fault == "lost":
            return self._hang_up()
        self._answer(200, answer)

    def _answered(self, method: str, raw: bytes, fault: str) -> dict[str, Any]:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth" if self.headers.get("Authorization") else "not_authed"}
        kind = self.headers.get("Content-Type", "")
        try:
            if kind.startswith("application/json"):
                body = json.loads(raw)
            elif kind.startswith("application/x-www-form-urlencoded"):
                body = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
            else:
                raise Refused("invalid_post_type")
            if fault and fault != "lost":
                self.slack.calls.append((method, body))
                if fault == "internal_error" or body.get("blocks"):
                    raise Refused(fault)
            return {"ok": True, **self.slack.call(method, body)}
        except Refused as refused:
            return {"ok": False, "error": str(refused)}

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def log_message(self, format: str, *args: Any) -> None:
        pass
