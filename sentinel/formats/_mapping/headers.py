"""HTTP headers as gateways log them. In: an object, or a list of pairs. Out: what is known of the client; never a credential."""

from __future__ import annotations

from typing import Any

from sentinel.formats._mapping.values import credential, header, text
from sentinel.records.event import Fields

FIELDS = ("user_agent.original", "http.request.id", "sentinel.key.hash")
# Where the APIs have a client put its key, the surest first.
_KEYS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
_MOST = 256


def headers(value: Any, fields: Fields) -> None:
    """Sets user agent, request id and the key's hash, where the record does not say them elsewhere."""
    found = {name.lower(): first for name, given in _pairs(value)
             if name.__class__ is str and (first := given[0] if given.__class__ is list and given else given).__class__ is str}
    for name, said in (("user_agent.original", header(found.get("user-agent"))), ("http.request.id", text(found.get("x-request-id"))),
                       ("sentinel.key.hash", credential(next((found[key] for key in _KEYS if found.get(key)), None)))):
        if said:
            fields.setdefault(name, said)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if value.__class__ is dict:
        return list(value.items())[:_MOST]
    pairs = value[:_MOST] if value.__class__ is list else []
    named = [(pair.get("name") or pair.get("key"), pair.get("value")) for pair in pairs if pair.__class__ is dict]
    return named or [(pair[0], pair[1]) for pair in pairs if pair.__class__ is list and len(pair) == 2]
