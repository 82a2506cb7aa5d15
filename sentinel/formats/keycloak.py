"""Keycloak's events: sign-ins, and what administrators did. In: lines of the server's log, as text or JSON, or events as JSON.

The server's own log holds much else, which is passed over. The event listener `jboss-logging` writes an event as
`type="LOGIN_ERROR", realmName="demo", …`; before version 22 without quotes, so that a client could write pairs of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sentinel.formats._base import Format, Record
from sentinel.formats._mapping.fields import flaw
from sentinel.formats._mapping.lenient import decoded
from sentinel.formats._mapping.readable import readable
from sentinel.formats._mapping.values import ip, text
from sentinel.records.event import Fields

_TIME = re.compile(r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^ ]*+)? ?+", re.ASCII)
_EVENT = re.compile(r'\b(?:type|operationType)="?+[A-Z][A-Z0-9_]{1,63}+"?+, ')
_PAIR = re.compile(r"""(?P<key>[A-Za-z][A-Za-z0-9_.-]{0,63}+)=(?:"(?P<quoted>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>(?:[^,]++|,(?! ))*+))(?:, |$)""")
# What Keycloak itself says, before the details that came with the request.
_OWN = ("type", "operationType", "realmId", "realmName", "clientId", "userId", "sessionId", "ipAddress", "error", "resourceType", "resourcePath")
# Event field -> keys of the event, the first with a value wins.
_FIELDS: dict[str, tuple[str, ...]] = {
    "user.id": ("userId",),
    "user.name": ("username",),
    "user.email": ("email",),
    "user.domain": ("realmName", "realmId"),
    "sentinel.client.id": ("clientId",),
    "error.code": ("error",),
    "error.message": ("reason",),
    "http.request.referrer": ("redirect_uri",),
    "user_agent.original": ("user_agent",),
    "labels.session_id": ("sessionId",),
    "labels.auth_method": ("auth_method",),
    "labels.identity_provider": ("identity_provider",),
    "labels.resource_path": ("resourcePath",),
}


class Keycloak(Format):
    """Events of Keycloak, in the three ways they reach a file."""

    name = "keycloak"
    about = "Keycloak's login and admin events: its server log (text or JSON) and events as JSON"
    category = "authentication"
    # Who was tried, with which client and where to return: the request says it. Keycloak looked up `user.id` itself.
    forgeable = frozenset({
        "user.name", "user.email", "sentinel.client.id", "http.request.referrer", "user_agent.original", "labels.auth_method",
        "labels.identity_provider",
    })
    fields = frozenset({*_FIELDS, "event.action", "event.outcome", "event.provider", "source.ip", "host.name"})
    examples = (
        {
            "line": '2026-11-24 23:06:29,123 WARN  [org.keycloak.events] (executor-thread-4) type="LOGIN_ERROR", realmId="5b1", realmName="demo", '
                    'clientId="portal", userId="null", ipAddress="203.0.113.7", error="user_not_found", auth_method="openid-connect", '
                    'redirect_uri="https://portal.example/", username="dana w"',
            "at": "2026-11-24T23:06:29.123Z",
            "fields": {
                "event.action": "LOGIN_ERROR", "event.outcome": "failure", "event.provider": "keycloak", "user.name": "dana w",
                "user.domain": "demo", "sentinel.client.id": "portal", "source.ip": "203.0.113.7", "error.code": "user_not_found",
                "labels.auth_method": "openid-connect", "http.request.referrer": "https://portal.example/",
            },
        },
        {
            "line": '{"id":"e-1","time":1795561589123,"type":"LOGIN","realmId":"5b1","clientId":"portal","userId":"u-1001","sessionId":"s-1",'
                    '"ipAddress":"203.0.113.7","error":null,"details":{"username":"dana","auth_method":"openid-connect"}}',
            "at": "2026-11-24T23:06:29.123Z",
            "fields": {
                "event.action": "LOGIN", "event.outcome": "success", "event.provider": "keycloak", "user.id": "u-1001", "user.name": "dana",
                "user.domain": "5b1", "sentinel.client.id": "portal", "labels.session_id": "s-1", "source.ip": "203.0.113.7",
                "labels.auth_method": "openid-connect",
            },
        },
        {"line": "2026-11-24 23:06:29,123 INFO  [io.quarkus] (main) Keycloak 26.4.0 on JVM started in 4.1s.", "events": []},
    )

    def decode(self, record: bytes) -> Sequence[Record]:
        fields: Fields = {}
        line = readable(record, fields)
        if not line.startswith("{"):
            at = _TIME.match(line)
            return self._event(_pairs(line, fields), at["time"] if at else None, fields)
        # A line of the log in JSON may hold an event in its message; or it is an event itself.
        said = decoded(line.encode("utf-8", "replace"), _DECODE, fields)
        if (host := text(said.get("hostName"))):
            fields["host.name"] = host
        message = said.get("message")
        if message.__class__ is str:
            return self._event(_pairs(message, fields), said.get("timestamp"), fields)
        return self._event(_flat(said), said.get("time") or said.get("timestamp"), fields)

    def _event(self, said: Mapping[str, Any], at: Any, fields: Fields) -> Sequence[Record]:
        """The event's record; nothing when it is no event."""
        kind = text(said.get("type"))
        done = text(said.get("operationType"))
        if not (kind or done):
            return ()
        # An administrator's deed is told by what was done to what.
        fields["event.action"] = kind or "_".join(filter(None, (done, text(said.get("resourceType")))))
        fields["event.provider"] = "keycloak"
        for field, keys in _FIELDS.items():
            if found := next((value for key in keys if (value := text(said.get(key))) and value != "null"), None):
                fields[field] = found
        if address := ip(said.get("ipAddress")):
            fields["source.ip"] = address
        failed = "error.code" in fields or fields["event.action"].endswith("_ERROR")
        fields["event.outcome"] = "failure" if failed else "success"
        found_at = self.times.instant(at)
        if not found_at:
            flaw(fields, "no-time")
        return (Record(found_at, fields),)


def _pairs(line: str, fields: Fields) -> dict[str, str]:
    """The pairs of an event; empty when the line holds none.

    What is said twice is not known: without quotes, a client's name may be `x, userId=somebody, ipAddress=192.0.2.1`.
    """
    begin = _EVENT.search(line)
    if begin is None:
        return {}
    said: dict[str, str] = {}
    twice: set[str] = set()
    at: int | None = begin.start()
    while at is not None and (match := _PAIR.match(line, at)):
        key, *values = match.groups()
        twice |= {key} & said.keys()
        said.setdefault(key, next((value for value in values if value is not None), ""))
        at = match.end()
    if doubtful := twice.intersection(_OWN):
        flaw(fields, "ambiguous")
    return {key: value for key, value in said.items() if key not in doubtful or key in ("type", "operationType")}


def _flat(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as JSON, with its details, and for an administrator's deed who did it, beside its own keys."""
    inner = [part for key in ("details", "authDetails") if (part := event.get(key)).__class__ is dict]
    return {key: value for part in (*inner, event) for key, value in part.items() if value is not None}


_DECODE = msgspec.json.Decoder(dict[str, Any]).decode
