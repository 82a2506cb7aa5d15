"""Incidents and their timelines."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sentinel.journal.database import Connection, Journal
from sentinel.journal.events import EARLIEST
from sentinel.records.incident import Entry, Incident
from sentinel.records.principal import Principal

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Incident).decode


def put(db: Connection, incidents: Iterable[Incident]) -> None:
    """Insert or replace, and note that each must be shipped again, and shown again by messages that follow it."""
    rows = list(incidents)
    db.executemany(
        "INSERT OR REPLACE INTO incidents (id, story, principal_kind, principal_id, state, last_at, opened_at, "
        "version, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(i.id, i.story, i.principal.kind, i.principal.id, i.state, i.last_at, i.opened_at, i.version, _encode(i))
         for i in rows],
    )
    db.executemany("INSERT OR REPLACE INTO outbox (channel, key, version) VALUES ('incidents', ?, ?), ('follow', ?, ?)",
                   [(i.id, i.version, i.id, i.version) for i in rows])


def put_timeline(db: Connection, entries: Iterable[Entry]) -> None:
    db.executemany("INSERT INTO timeline (incident, at, kind, text) VALUES (?, ?, ?, ?)",
                   [(e.incident, e.at, e.kind, e.text) for e in entries])


def find(db: Connection, story: str, principal: Principal, last_after: int) -> Incident | None:
    """The newest unclosed incident of this story and principal whose last alert is not before `last_after`."""
    row = db.execute(
        "SELECT body FROM incidents WHERE story = ? AND principal_kind = ? AND principal_id = ? AND last_at >= ? "
        "AND state NOT IN ('resolved', 'false_positive') ORDER BY last_at DESC LIMIT 1",
        (story, principal.kind, principal.id, last_after),
    ).fetchone()
    return _decode(row[0]) if row else None


def get(db: Connection, incident: str) -> Incident | None:
    row = db.execute("SELECT body FROM incidents WHERE id = ?", (incident,)).fetchone()
    return _decode(row[0]) if row else None


def matching(journal: Journal, prefix: str) -> list[Incident]:
    """Incidents whose id begins with `prefix`, with or without the leading "INC-"; at most ten."""
    wanted = prefix.upper() if prefix.upper().startswith("INC-") else f"INC-{prefix.upper()}"
    rows = journal.read().execute(
        "SELECT body FROM incidents WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 10", (len(wanted), wanted))
    return [_decode(body) for (body,) in rows]


def listed(journal: Journal, *, since: int = EARLIEST, limit: int = -1) -> list[Incident]:
    """The newest alert first. since: only those whose last alert is of this event time or later."""
    rows = journal.read().execute(
        "SELECT body FROM incidents WHERE last_at >= ? ORDER BY last_at DESC, id LIMIT ?", (since, limit))
    return [_decode(body) for (body,) in rows]


def timeline(journal: Journal, incident: str, *, limit: int = 500) -> list[Entry]:
    """The newest `limit` entries, oldest first."""
    rows = journal.read().execute(
        "SELECT incident, at, kind, text FROM timeline WHERE incident = ? ORDER BY seq DESC LIMIT ?",
        (incident, limit)).fetchall()
    return [Entry(*row) for row in reversed(rows)]


def timeline_after(db: Connection, incident: str, seq: int = 0, *, limit: int = 1000) -> list[tuple[int, Entry]]:
    """(seq, entry) of what came after `seq`, oldest first."""
    rows = db.execute("SELECT seq, incident, at, kind, text FROM timeline WHERE incident = ? AND seq > ? ORDER BY seq LIMIT ?",
                      (incident, seq, limit))
    return [(number, Entry(*entry)) for number, *entry in rows]
