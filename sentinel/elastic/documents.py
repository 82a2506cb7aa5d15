"""What an event, an alert and an incident look like in Elasticsearch, and in which index.

In: a record of the journal. Out: a `Document`: the same record always gives the same index and id, so that sending it twice
leaves one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.clock import SECOND, iso
from sentinel.elastic.schema import EXTRA, known
from sentinel.records.alert import Alert
from sentinel.records.event import Event, Fields
from sentinel.records.incident import Incident

_encode = msgspec.json.Encoder().encode
_DAY = 24 * 3600 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A log that names years at will must not make an index for each of their days: a cluster holds about a thousand.
_PAST_DAYS, _FUTURE_DAYS = 400, 2
# Older or newer than this, the passing of time may change the answer while a batch waits.
_SURE_PAST_DAYS = 300
_LONGEST_KEY = 200


class Document(Struct, frozen=True):
    """One document.

    Attributes:
        body: JSON. version: for what changes; None for what is written once.
    """

    index: str
    id: str
    body: bytes
    version: int | None = None

    @property
    def operation(self) -> tuple[bytes, bytes]:
        """Its two lines of a bulk request."""
        target: dict[str, Any] = {"_index": self.index, "_id": self.id}
        if self.version is None:
            return _encode({"create": target}), self.body
        return _encode({"index": {**target, "version": self.version, "version_type": "external"}}), self.body


class Calendar(Struct, frozen=True):
    """Which index a time belongs to, seen from `today` (days since 1970).

    Times more than 400 days ago or 2 days ahead share the index `PREFIX-KIND-undated`.
    """

    prefix: str
    today: int

    def daily(self, kind: str, at: int) -> str:
        day = day_of(at)
        if not self.today - _PAST_DAYS <= day <= self.today + _FUTURE_DAYS:
            return f"{self.prefix}-{kind}-undated"
        return f"{self.prefix}-{kind}-{_dotted(day)}"

    def sure(self, at: int) -> bool:
        """Whether the next months give the same answer for this time."""
        return self.today - _SURE_PAST_DAYS <= day_of(at) <= self.today


@cache
def _dotted(day: int) -> str:
    return f"{_EPOCH + timedelta(days=day):%Y.%m.%d}"


def day_of(at: int) -> int:
    return at // _DAY


def of_event(event: Event, calendar: Calendar, host: str) -> Document:
    body = _shaped(event.document(), "events") | _envelope("event", host)
    return Document(calendar.daily("events", event.at), event.id, _encode(body))


def of_alert(alert: Alert, incident: str, calendar: Calendar, host: str) -> Document:
    body = _shaped(alert.entities, "alerts") | _envelope("alert", host) | {
        "@timestamp": iso(alert.at), "event.id": alert.event,
        "rule.id": alert.rule, "rule.name": alert.title, "tags": alert.tags, "sentinel.incident.id": incident,
        "sentinel.alert.level": alert.level, "sentinel.alert.story": alert.story, "sentinel.alert.count": alert.count,
        "sentinel.alert.group": _flat(dict(alert.group)), "sentinel.alert.reasons": alert.reasons,
        "sentinel.alert.runbook": alert.runbook, "sentinel.principal": alert.principal,
    }
    return Document(calendar.daily("alerts", alert.at), alert.id, _encode(body))


def of_incident(incident: Incident, prefix: str, host: str) -> Document:
    """Its index is the month in which it was opened (wall time, which no log can forge)."""
    plain: dict[str, Any] = msgspec.to_builtins(incident)
    principal, tags = plain.pop("principal"), plain.pop("tags")
    # Rule ids and field names become values: as keys they would grow the mapping.
    plain["rules"] = [{"id": rule, **_dated(seen)} for rule, seen in plain["rules"].items()]
    plain["entities"] = _flat(plain["entities"])
    body = _envelope("incident", host) | {"@timestamp": iso(incident.last_at), "tags": tags,
                                          "sentinel.principal": principal, "sentinel.incident": _dated(plain)}
    month = _dotted(day_of(incident.opened_at))[:7]
    return Document(f"{prefix}-incidents-{month}", incident.id, _encode(body), incident.version)


def _envelope(kind: str, host: str) -> Fields:
    return {"event.kind": kind, "agent.name": host} if host else {"event.kind": kind}


def _dated(plain: Fields) -> Fields:
    return {name: iso(value) if name.endswith("_at") else value for name, value in plain.items()}


def _shaped(fields: Mapping[str, Any], kind: str) -> Fields:
    """Mapped fields at the top, everything else under one `flattened` field.

    So no key of a log, however many and however named, adds to the mapping, and "a" beside "a.b" is no conflict.
    """
    mapped = known(kind)
    top = {name: value for name, value in fields.items() if name in mapped and _plain(value)}
    extra = {name: value for name, value in fields.items() if name not in top}
    if extra:
        top[EXTRA] = _flat(extra)
    return top


def _flat(fields: Mapping[str, Any]) -> Fields:
    return {_key(name): value if _plain(value) else _encode(value).decode() for name, value in fields.items()}


def _plain(value: Any) -> bool:
    """A value or a list of values. What is nested is kept as JSON text: `flattened` takes no more than 20 levels."""
    if isinstance(value, str | int | float):
        return True
    return not isinstance(value, dict) and not (isinstance(value, list | tuple) and any(
        isinstance(item, dict | list | tuple) for item in value))


def _key(name: str) -> str:
    """NUL is refused in a key, and key and value together must fit into one term of 32 kB."""
    if "\0" not in name and 0 < len(name) <= _LONGEST_KEY:
        return name
    return f"{name.replace(chr(0), '')[:_LONGEST_KEY]}~{sha256(name.encode()).hexdigest()[:8]}"
