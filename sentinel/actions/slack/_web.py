"""Slack's Web API, as far as one message and its thread need it.

In: a message. Out: its `ts`, or `Failed`, sorted by whether it may have been posted. Slack has no idempotency key, so
each message carries a derived id in its metadata, by which it is found again.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from sentinel.actions._base import Failed
from sentinel.actions._http import loopback, retry_after
from sentinel.actions.slack._message import Message
from sentinel.clock import Clock
from sentinel.text import printable

# slack-sdk logs what a reply said; what became of a call is ours to say.
_QUIET = logging.getLogger("sentinel.slack")
_QUIET.setLevel(logging.CRITICAL + 1)

_AGAIN = frozenset({"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_MAY_HAVE_HAPPENED = frozenset({"internal_error", "fatal_error", "request_timeout"})
_TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"})
_FOR_GOOD = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_MOST_PAGES, _PAGE = 5, 200


class Web:
    """One channel."""

    def __init__(self, token: str, channel: str, base_url: str, timeout_seconds: float, clock: Clock) -> None:
        # No retry handlers: slack-sdk's own sends a message again after a lost answer, without looking for the first.
        self._client = WebClient(token, base_url=base_url.rstrip("/") + "/", timeout=max(1, round(timeout_seconds)),
                                 retry_handlers=[], logger=_QUIET)
        if loopback(urlsplit(base_url).hostname or ""):
            self._client.proxy = None
        self._channel, self._clock = channel, clock

    def post(self, message: Message, number: str, *, thread: str = "", loud: bool = False, upto: int = 0) -> tuple[str, str]:
        """(channel, ts) of the new message. Args: number: its derived id. loud: show a reply in the channel too."""
        more: dict[str, Any] = {"thread_ts": thread, "reply_broadcast": loud} if thread else {}
        metadata = {"event_type": "sentinel_incident", "event_payload": {"id": number, "upto": upto}}
        reply = self._fitting(message, lambda body: self._client.chat_postMessage(
            channel=self._channel, unfurl_links=False, unfurl_media=False, metadata=metadata, **more, **body))
        return str(reply["channel"]), str(reply["ts"])

    def edit(self, message: Message, channel: str, ts: str) -> bool:
        """Whether the message could still be edited."""
        try:
            self._fitting(message, lambda body: self._client.chat_update(channel=channel, ts=ts, **body))
        except Refused as refused:
            if refused.error in _FOR_GOOD:
                return False
            raise
        return True

    def find(self, number: str, since_seconds: int) -> tuple[str, str] | None:
        """(channel, ts) of our own message of this id."""
        for found in self._pages(self._client.conversations_history, channel=self._channel, oldest=str(since_seconds)):
            if _payload(found).get("id") == number:
                return self._channel, str(found["ts"])
        return None

    def upto(self, prefix: str, channel: str, ts: str) -> int:
        """How far the thread's own replies tell the story; 0 when there are none. prefix: of their ids."""
        replies = self._pages(self._client.conversations_replies, channel=channel, ts=ts)
        told = [payload for found in replies if str((payload := _payload(found)).get("id", "")).startswith(prefix)]
        return max((int(payload.get("upto", 0)) for payload in told), default=0)

    def test(self) -> str:
        """Who we are to Slack. Raises: Failed."""
        reply = self._call(self._client.auth_test)
        return f"{_name(reply)} may write; channel {self._channel}"

    def _fitting(self, message: Message, send: Callable[[dict[str, Any]], SlackResponse]) -> SlackResponse:
        """Send with blocks; when Slack refuses them, the short plain form: one long prompt must not swallow the page."""
        try:
            return self._call(lambda: send({"text": message.text, "blocks": list(message.blocks)}))
        except Refused as refused:
            if refused.error not in _TOO_MUCH:
                raise
            return self._call(lambda: send({"text": message.text, "blocks": []}))

    def _pages(self, method: Callable[..., SlackResponse], **given: Any) -> Iterator[dict[str, Any]]:
        given |= {"include_all_metadata": True, "limit": _PAGE}
        for _ in range(_MOST_PAGES):
            reply = self._call(partial(method, **given))
            yield from reply.get("messages") or []
            given["cursor"] = str((reply.get("response_metadata") or {}).get("next_cursor") or "")
            if not given["cursor"]:
                return

    def _call(self, send: Callable[[], SlackResponse]) -> SlackResponse:
        try:
            return send()
        except SlackApiError as error:
            raise self._refused(error) from None
        except URLError as error:
            # urllib wraps what happens up to the last byte sent; only these are surely before the first.
            reason = error.reason
            before = isinstance(reason, ConnectionRefusedError | ssl.SSLError) or type(reason).__name__ == "gaierror"
            raise Failed(f"Slack cannot be reached ({type(reason).__name__})", retry=True, unknown=not before) from None
        except (OSError, HTTPException, ValueError, SlackClientError) as error:
            raise Failed(f"Slack gave no answer ({type(error).__name__})", retry=True, unknown=True) from None

    def _refused(self, error: SlackApiError) -> Failed:
        reply = error.response
        status = int(getattr(reply, "status_code", 0) or 0)
        word = str(reply.get("error", ""))
        if status == 429 or word in ("ratelimited", "rate_limited"):
            wait = str(reply.headers.get("Retry-After", reply.headers.get("retry-after", "")))
            return Refused("ratelimited", retry=True, after_seconds=retry_after(wait, self._clock.now()) or 30)
        if status >= 500 or word in _AGAIN:
            return Refused(word if word in _AGAIN else f"status {status}", retry=True,
                           unknown=status >= 500 or word in _MAY_HAVE_HAPPENED)
        # Not JSON, or a word that no document has: it could be anything, so it is not repeated to a person.
        return Refused(word if word.isidentifier() and len(word) <= 60 else f"an answer that is none of its own (status {status})")


class Refused(Failed):
    """Slack's own answer."""

    def __init__(self, error: str, *, retry: bool = False, after_seconds: float = 0, unknown: bool = False) -> None:
        super().__init__(f"Slack answered {error}", retry=retry, after_seconds=after_seconds, unknown=unknown)
        self.error = error


def _payload(message: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    return payload


def _name(reply: SlackResponse) -> str:
    return f"{printable(str(reply.get('user', '?')), 60)} of {printable(str(reply.get('team', '?')), 60)}"
