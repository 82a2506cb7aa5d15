"""Episodes of operational trouble, and what is usual for each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sentinel.journal.database import Connection, Journal
from sentinel.records.episode import Episode

_COLUMNS = "kind, subject, began_at, incident, text, ended_at"


def put(db: Connection, episodes: Iterable[Episode]) -> None:
    """Insert or replace."""
    db.executemany(f"INSERT OR REPLACE INTO episodes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                   [(e.kind, e.subject, e.began_at, e.incident, e.text, e.ended_at) for e in episodes])


def lasting(journal: Journal) -> list[Episode]:
    """Those that are not over, the oldest first."""
    rows = journal.read().execute(f"SELECT {_COLUMNS} FROM episodes WHERE ended_at = 0 ORDER BY began_at, kind, subject")
    return [Episode(*row) for row in rows]


def put_habits(db: Connection, habits: Mapping[str, bytes]) -> None:
    """Keep what is usual for each of these sources, as its owner encoded it."""
    db.executemany("INSERT OR REPLACE INTO habits (source, body) VALUES (?, ?)", habits.items())


def habits(journal: Journal) -> dict[str, bytes]:
    return dict(journal.read().execute("SELECT source, body FROM habits").fetchall())
