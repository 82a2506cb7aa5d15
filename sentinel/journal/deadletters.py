"""Lines and documents that could not be taken, and why."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.journal.database import Connection, Journal
from sentinel.records.deadletter import DeadLetter

_COLUMNS = "id, kind, origin, place, reason, preview, size, at"


def put(db: Connection, letters: Iterable[DeadLetter]) -> None:
    db.executemany(
        "INSERT INTO deadletters (kind, origin, place, reason, preview, size, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(d.kind, d.origin, d.place, d.reason, d.preview, d.size, d.at) for d in letters],
    )


def listed(journal: Journal, *, limit: int = 1000) -> list[DeadLetter]:
    """The newest first."""
    rows = journal.read().execute(f"SELECT {_COLUMNS} FROM deadletters ORDER BY id DESC LIMIT ?", (limit,))
    return [DeadLetter(*row) for row in rows]


def one(journal: Journal, number: int) -> DeadLetter | None:
    row = journal.read().execute(f"SELECT {_COLUMNS} FROM deadletters WHERE id = ?", (number,)).fetchone()
    return DeadLetter(*row) if row else None
