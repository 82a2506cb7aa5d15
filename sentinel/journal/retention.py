"""What is dropped when it is old: never what has not been shipped yet."""

from __future__ import annotations

from sentinel.journal.database import Journal

_AT_ONCE = 5_000


def drop(journal: Journal, *, events_before: int, incidents_before: int, shipped: int | None) -> int:
    """Delete old rows, a bounded number a call, so that the writer is never held up.

    Args:
        events_before: events and dead letters older than this (nanoseconds) go.
        incidents_before: incidents (with alerts, timeline, runs) whose last alert is older than this go, and episodes that ended before.
        shipped: only events up to this seq may go; None: nothing is shipped, all may.
    Returns: rows deleted; call again while it is not 0.
    """
    with journal.write() as db:
        # The newest stays: SQLite gives the next row its seq plus one, and seqs must only grow.
        newest = db.execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()[0]
        upto = min(newest - 1, shipped if shipped is not None else newest)
        gone = db.execute(
            "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? AND at < ? ORDER BY seq LIMIT ?)",
            (upto, events_before, _AT_ONCE)).rowcount
        gone += db.execute("DELETE FROM deadletters WHERE id IN (SELECT id FROM deadletters WHERE at < ? LIMIT ?)",
                           (events_before, _AT_ONCE)).rowcount
        gone += db.execute("DELETE FROM episodes WHERE ended_at BETWEEN 1 AND ?", (incidents_before,)).rowcount
        old = db.execute("SELECT id FROM incidents WHERE last_at < ? LIMIT 100", (incidents_before,)).fetchall()
        for table, column in (("alerts", "incident"), ("timeline", "incident"), ("steps", "incident"),
                              ("runs", "incident"), ("incidents", "id")):
            db.executemany(f"DELETE FROM {table} WHERE {column} = ?", old)
        return gone + len(old)
