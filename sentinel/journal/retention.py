"""What is dropped when it is old: never what has not been shipped yet."""

from __future__ import annotations

from sentinel.journal.database import Journal

_AT_ONCE = 5_000


def drop(journal: Journal, *, now: int, events_for: int, incidents_before: int, shipped: int | None) -> int:
    """Delete old rows, a bounded number a call, so that the writer is never held up.

    Events are kept from when they were read, not from their own time: who reads last month's log wants to look at it. When
    that was, each call notes for all that have come since the one before.

    Args:
        now, events_for: nanoseconds; events and dead letters that were read longer ago go.
        incidents_before: incidents (with alerts, timeline, runs) whose last alert is older than this go, and episodes that ended before.
        shipped: only events up to this seq may go; None: nothing is shipped, all may.
    Returns: rows deleted; call again while it is not 0.
    """
    with journal.write() as db:
        # The newest stays: SQLite gives the next row its seq plus one, and seqs must only grow.
        newest = db.execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()[0]
        before = now - events_for
        db.execute("INSERT OR REPLACE INTO marks (at, seq) VALUES (?, ?)", (now, newest))
        old_at, old = db.execute("SELECT COALESCE(MAX(at), 0), COALESCE(MAX(seq), 0) FROM marks WHERE at <= ?", (before,)).fetchone()
        db.execute("DELETE FROM marks WHERE at < ?", (old_at,))
        upto = min(newest - 1, old, shipped if shipped is not None else newest)
        gone = db.execute("DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? ORDER BY seq LIMIT ?)",
                          (upto, _AT_ONCE)).rowcount
        gone += db.execute("DELETE FROM deadletters WHERE id IN (SELECT id FROM deadletters WHERE at < ? LIMIT ?)",
                           (before, _AT_ONCE)).rowcount
        gone += db.execute("DELETE FROM episodes WHERE ended_at BETWEEN 1 AND ?", (incidents_before,)).rowcount
        stale = db.execute("SELECT id FROM incidents WHERE last_at < ? LIMIT 100", (incidents_before,)).fetchall()
        for table, column in (("alerts", "incident"), ("timeline", "incident"), ("steps", "incident"),
                              ("runs", "incident"), ("incidents", "id")):
            db.executemany(f"DELETE FROM {table} WHERE {column} = ?", stale)
        return gone + len(stale)
