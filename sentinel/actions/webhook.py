"""Tell another program of an incident: one signed request, as Standard Webhooks 1.0 has it.

In: an incident. Out: a POST with `webhook-id` (the step's id, the same at every retry), `webhook-timestamp` and
`webhook-signature`. The URL is the config's alone, never an event's.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Any

import httpx
import msgspec
from pydantic import Field, HttpUrl, SecretStr, field_validator

from sentinel.actions._base import Action, Call, Context, Failed, Outcome, Params, Service
from sentinel.actions._http import client, failure, private, send
from sentinel.clock import SECOND, Clock, iso

_LARGEST_REPLY = 64 * 1024
_TIMES = ("first_at", "last_at", "opened_at")


class Endpoint(Service):
    """`services: webhook`. secrets: `whsec_…`, several while one is being replaced."""

    url: HttpUrl
    secrets: list[SecretStr] = Field(min_length=1, max_length=4)

    @field_validator("url")
    @classmethod
    def _private(cls, url: HttpUrl) -> HttpUrl:
        return private(url)

    @field_validator("secrets")
    @classmethod
    def _sound(cls, secrets: list[SecretStr]) -> list[SecretStr]:
        for secret in secrets:
            key_of(secret.get_secret_value())
        return secrets


class Post(Action):
    """Send the incident as a signed webhook (Standard Webhooks 1.0)."""

    name, service, Service = "webhook.post", "webhook", Endpoint
    idempotent, tells = True, True
    needs = "the receiver's secret"

    settings: Endpoint

    class With(Params):
        type: str = Field(default="incident.opened", pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=100)

    def __init__(self, settings: Any, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(settings, clock)
        self._client = client(transport) if settings is not None else None

    def do(self, given: With, context: Context) -> Outcome:
        assert self._client is not None
        body = msgspec.json.encode(message(given.type, context))
        what = f"POST to webhook at {self.settings.url.host}"
        reply = send(self._client, self.clock, "POST", str(self.settings.url), what=what, timeout_seconds=context.timeout_seconds,
                     changes=True, content=body, largest=_LARGEST_REPLY, headers={
                         "content-type": "application/json", "user-agent": "sentinel",
                         **signed(context.step, context.now // SECOND, body, self._secrets())})
        if 200 <= reply.status < 300:
            return Outcome(True, f"told {self.settings.url.host} ({reply.status})", {"status": reply.status})
        if reply.status == 410:
            raise Failed(f"{what}: answered 410, the receiver wants no more; take services.webhook out of the config")
        raise failure(reply, what, changes=True)

    def plan(self, given: With, context: Context) -> list[Call]:
        return [Call(f"POST {self.settings.url.scheme}://{self.settings.url.host}/… {given.type} {context.incident['id']}")]

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _secrets(self) -> list[str]:
        return [secret.get_secret_value() for secret in self.settings.secrets]


def message(kind: str, context: Context) -> dict[str, Any]:
    """The body: small, redacted; the rest is in the journal, under the incident's id."""
    incident = context.incident
    kept = {name: incident[name] for name in ("id", "version", "title", "story", "severity", "score", "state", "principal",
                                              "tags", "alerts", "runbook", "entities", "evidence")}
    return {"type": kind, "timestamp": iso(incident["last_at"]),
            "data": {**kept, "evidence": kept["evidence"][:10], "rules": sorted(incident["rules"])[:50],
                     **{name: iso(incident[name]) for name in _TIMES}}}


def signed(number: str, at: int, body: bytes, secrets: list[str]) -> dict[str, str]:
    """The three headers. Args: at: Unix seconds of this attempt."""
    content = f"{number}.{at}.".encode() + body
    signatures = [base64.b64encode(hmac.new(key_of(secret), content, sha256).digest()).decode() for secret in secrets]
    return {"webhook-id": number, "webhook-timestamp": str(at), "webhook-signature": " ".join(f"v1,{s}" for s in signatures)}


def key_of(secret: str) -> bytes:
    """The key in `whsec_<base64>`. Raises: ValueError, without the secret in its text."""
    try:
        if not secret.startswith("whsec_"):
            raise ValueError("must begin with whsec_")
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("must be whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError(f"holds a key of {len(key)} bytes; 24 to 64 are allowed")
    return key
