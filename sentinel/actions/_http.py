"""Requests to services, bounded: no redirects, timeouts, a limited reply, and failures sorted by what they mean.

In: a request. Out: the reply's status and JSON, or `Failed`, which says whether it may have been carried out. Replies
may hold live secrets, so no text of theirs goes into an error or a log.
"""

from __future__ import annotations

import email.utils
import ipaddress
import logging
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
from msgspec import Struct
from pydantic import HttpUrl

from sentinel.actions._base import Failed
from sentinel.clock import SECOND, Clock

# httpx logs every URL, and a URL may hold what nobody else is to read.
logging.getLogger("httpx").setLevel(logging.WARNING)

_CONNECT_SECONDS = 5.0
_LONGEST_SECONDS = 3600.0


def client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for `send`. It keeps no idle connection: one that the service has closed meanwhile would leave the outcome
    of the next call unknown."""
    return httpx.Client(transport=transport, limits=httpx.Limits(max_keepalive_connections=0))


class Reply(Struct, frozen=True):
    """What came back. body: the JSON value; None when there was none or it was no JSON."""

    status: int
    body: Any
    retry_after: float


def send(by: httpx.Client, clock: Clock, method: str, url: str, *, what: str, timeout_seconds: float, changes: bool,
         headers: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None, content: bytes | None = None,
         largest: int = 1 << 20) -> Reply:
    """One request.

    Args:
        what: how an error calls it, without secrets: "POST /key/block". changes: the request changes something, so
            that a lost answer leaves its outcome unknown. largest: bytes of the reply that are read.

    Raises: Failed when no reply came.
    """
    timeout = httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, _CONNECT_SECONDS))
    request = by.build_request(method, url, headers=headers, params=query, content=content, timeout=timeout)
    try:
        reply = by.send(request, stream=True, follow_redirects=False)
        try:
            body = _read(reply, largest, clock, clock.monotonic() + timeout_seconds)
        finally:
            reply.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Failed(f"{what}: no connection to {request.url.host}:{_port(request.url)} ({type(error).__name__})",
                     retry=True) from error
    except httpx.HTTPError as error:
        raise Failed(f"{what}: no answer ({type(error).__name__})", retry=True, unknown=changes) from error
    return Reply(reply.status_code, body, retry_after(reply.headers.get("retry-after", ""), clock.now()))


def _read(reply: httpx.Response, largest: int, clock: Clock, until: float) -> Any:
    data = bytearray()
    for chunk in reply.iter_bytes():
        data += chunk
        if len(data) > largest:
            return None
        if clock.monotonic() > until:  # httpx's own timeout begins anew with each byte
            raise httpx.ReadTimeout("the reply trickles")
    try:
        return msgspec.json.decode(bytes(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def failure(reply: Reply, what: str, *, changes: bool) -> Failed:
    """What a reply that is not the wanted one means."""
    status = reply.status
    if status in (401, 403):
        return Failed(f"{what}: refused with {status}; the credentials in the config are wrong or lack the right to do this")
    if status == 429 or status == 503:
        return Failed(f"{what}: answered {status}, try later", retry=True, after_seconds=reply.retry_after)
    if status in (408, 425) or status >= 500:
        return Failed(f"{what}: answered {status}", retry=True, after_seconds=reply.retry_after, unknown=changes)
    if 300 <= status < 400:
        return Failed(f"{what}: answered {status}; redirects are not followed, correct the URL in the config")
    return Failed(f"{what}: answered {status}, which this action does not expect")


def retry_after(header: str, now: int) -> float:
    """Seconds from a Retry-After header, a number or a date; 0 when there is none, at most an hour.

    Args: now: wall time, nanoseconds.
    """
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - now / SECOND
        except (ValueError, TypeError):
            return 0.0
    return min(max(seconds, 0.0), _LONGEST_SECONDS) if seconds == seconds else 0.0


def private(url: HttpUrl) -> HttpUrl:
    """A URL that secrets may be sent to. Raises: ValueError."""
    if url.scheme != "https" and not loopback(url.host or ""):
        raise ValueError("must begin with https:// (http:// is for loopback only)")
    return url


def loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
