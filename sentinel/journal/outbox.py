"""What must still be shipped: positions in what only grows (events, alerts), rows for what changes (incidents)."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.journal.database import Connection, Journal


def position(journal: Journal, name: str) -> int:
    """The seq up to which `name` (as "elastic:events") has been shipped; 0 at the start."""
    row = journal.read().execute("SELECT seq FROM positions WHERE name = ?", (name,)).fetchone()
    return row[0] if row else 0


def advance(db: Connection, name: str, seq: int) -> None:
    db.execute("INSERT OR REPLACE INTO positions (name, seq) VALUES (?, ?)", (name, seq))


def waiting(journal: Journal, channel: str, limit: int) -> list[tuple[str, int]]:
    """(key, version) of what changed and has not been shipped since."""
    rows = journal.read().execute("SELECT key, version FROM outbox WHERE channel = ? ORDER BY key LIMIT ?",
                                  (channel, limit))
    return rows.fetchall()


def put(db: Connection, channel: str, key: str, version: int) -> None:
    """Note that `key` must be shipped (again)."""
    db.execute("INSERT OR REPLACE INTO outbox (channel, key, version) VALUES (?, ?, ?)", (channel, key, version))


def shipped(db: Connection, channel: str, items: Iterable[tuple[str, int]]) -> None:
    """Forget these, unless a newer version has come since."""
    db.executemany("DELETE FROM outbox WHERE channel = ? AND key = ? AND version <= ?",
                   [(channel, key, version) for key, version in items])


def depth(journal: Journal, channel: str) -> int:
    count: int = journal.read().execute("SELECT COUNT(*) FROM outbox WHERE channel = ?", (channel,)).fetchone()[0]
    return count
