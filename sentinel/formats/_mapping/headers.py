"""HTTP headers as gateways log them. In: an object, or a list of pairs. Out: what is known of the client; never a credential."""

from __future__ import annotations

from typing import Any

from sentinel.formats._mapping.values import credential, header, text
from sentinel.records.event import Fields

FIELDS = ("user_agent.original", "http.request.id", "sentinel.key.hash")
# Where the APIs have a client put its key.
_KEYS = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
_MOST = 256


def headers(value: Any, fields: Fields) -> None:
    """Sets user agent, request id and the key's hash, where the record does not say them elsewhere.

    Of a client that sends two keys nobody knows with which of them it got in: its key is not known.
    """
    found = [(name.lower(), said) for name, given in _pairs(value) if name.__class__ is str
             for said in (given if given.__class__ is list else [given]) if said.__class__ is str]
    keys = {credential(said) for name, said in found if name in _KEYS} - {None}
    first = dict(reversed(found))
    for name, known in (("user_agent.original", header(first.get("user-agent"))), ("http.request.id", text(first.get("x-request-id"))),
                        ("sentinel.key.hash", keys.pop() if len(keys) == 1 else None)):
        if known:
            fields.setdefault(name, known)


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if value.__class__ is dict:
        return list(value.items())[:_MOST]
    pairs = value[:_MOST] if value.__class__ is list else []
    named = [(pair.get("name") or pair.get("key"), pair.get("value")) for pair in pairs if pair.__class__ is dict]
    return named or [(pair[0], pair[1]) for pair in pairs if pair.__class__ is list and len(pair) == 2]
