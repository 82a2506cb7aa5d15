"""Alerts, in the order in which they fired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sentinel.journal.database import Connection, Journal
from sentinel.records.alert import Alert

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Alert).decode


def put(db: Connection, alerts: Iterable[tuple[Alert, str]]) -> None:
    db.executemany(
        "INSERT INTO alerts (id, incident, rule, at, body) VALUES (?, ?, ?, ?, ?)",
        [(a.id, incident, a.rule, a.at, _encode(a)) for a, incident in alerts],
    )


def listed(journal: Journal, *, after: int = 0, limit: int = -1) -> Iterator[tuple[int, str, Alert]]:
    """(seq, incident id, alert) in the order in which they fired."""
    rows = journal.read().execute(
        "SELECT seq, incident, body FROM alerts WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    for seq, incident, body in rows:
        yield seq, incident, _decode(body)


def of_incident(journal: Journal, incident: str, *, limit: int = 200) -> list[Alert]:
    """The newest `limit` alerts of an incident, oldest first."""
    rows = journal.read().execute(
        "SELECT body FROM alerts WHERE incident = ? ORDER BY seq DESC LIMIT ?", (incident, limit)).fetchall()
    return [_decode(body) for (body,) in reversed(rows)]


def last_seq(journal: Journal) -> int:
    """The greatest seq there ever was, 0 when there was none."""
    row = journal.read().execute("SELECT seq FROM sqlite_sequence WHERE name = 'alerts'").fetchone()
    return row[0] if row else 0
