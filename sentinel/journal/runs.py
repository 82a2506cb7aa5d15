"""Playbook runs and their steps: the durable queue that workers drain."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sentinel.journal.database import Connection, Journal, Row
from sentinel.records.incident import Incident
from sentinel.records.run import Run, Step

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Step).decode
_RUN = "id, incident, playbook, version, mode, state, created_at, finished_at, seen"
_decode_seen = msgspec.json.Decoder(Incident | None).decode


def put(db: Connection, runs: Iterable[Run], steps: Iterable[Step]) -> None:
    """Insert or replace."""
    db.executemany(
        f"INSERT OR REPLACE INTO runs ({_RUN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(r.id, r.incident, r.playbook, r.version, r.mode, r.state, r.created_at, r.finished_at, _encode(r.seen))
         for r in runs],
    )
    db.executemany(
        "INSERT OR REPLACE INTO steps (id, run, incident, position, uses, state, next_at, created_at, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(s.id, s.run, s.incident, s.index, s.uses, s.state, s.next_at, s.created_at, _encode(s)) for s in steps],
    )


def exists(db: Connection, run: str) -> bool:
    return db.execute("SELECT 1 FROM runs WHERE id = ?", (run,)).fetchone() is not None


def run(db: Connection, number: str) -> Run | None:
    row = db.execute(f"SELECT {_RUN} FROM runs WHERE id = ?", (number,)).fetchone()
    return _run(row) if row else None


def _run(row: Row) -> Run:
    return msgspec.structs.replace(Run(*row[:-1]), seen=_decode_seen(row[-1]))


def step(db: Connection, number: str) -> Step | None:
    row = db.execute("SELECT body FROM steps WHERE id = ?", (number,)).fetchone()
    return _decode(row[0]) if row else None


def steps_of_run(db: Connection, number: str) -> list[Step]:
    rows = db.execute("SELECT body FROM steps WHERE run = ? ORDER BY position", (number,))
    return [_decode(body) for (body,) in rows]


def of_incident(journal: Journal, incident: str) -> list[tuple[Run, list[Step]]]:
    """The runs for an incident, oldest first, each with its steps in order."""
    db = journal.read()
    rows = db.execute(f"SELECT {_RUN} FROM runs WHERE incident = ? ORDER BY created_at, id", (incident,)).fetchall()
    return [(_run(row), steps_of_run(db, row[0])) for row in rows]


# A step is held up by an earlier one of its run that is due or under way, and, when it looks at earlier steps (`waits`),
# by every one that is not over. One that is itself held up so holds up nobody. Undoing is asked for by a person and waits
# for nothing.
_WAITS = "json_extract(CAST({}.body AS TEXT), '$.waits')"
_READY = (
    "s.state IN ('waiting', 'trying', 'unknown', 'undoing') AND NOT (s.state != 'undoing' AND EXISTS (SELECT 1 FROM steps e "
    "WHERE e.run = s.run AND e.position < s.position AND e.state IN ('waiting', 'trying', 'unknown') "
    f"AND ((e.next_at <= :now AND NOT {_WAITS.format('e')}) OR {_WAITS.format('s')}))) "
    "AND (NOT :dry OR (SELECT mode FROM runs WHERE id = s.run) = 'dry-run')"
)


def due(db: Connection, now: int, *, dry: bool = False, limit: int = 1000) -> list[Step]:
    """Steps whose turn and time have come, the longest waiting first. dry: only those of dry runs."""
    rows = db.execute(
        f"SELECT s.body FROM steps s WHERE {_READY} AND s.next_at <= :now "
        "ORDER BY s.next_at, s.created_at, s.position LIMIT :limit", {"now": now, "dry": dry, "limit": limit})
    return [_decode(body) for (body,) in rows]


def next_due(db: Connection, now: int, *, dry: bool = False) -> int | None:
    """When the next step whose turn has come is due, nanoseconds; None when nothing is to be done."""
    at: int | None = db.execute(f"SELECT MIN(s.next_at) FROM steps s WHERE {_READY}", {"now": now, "dry": dry}).fetchone()[0]
    return at


def in_state(db: Connection, state: str) -> list[Step]:
    rows = db.execute("SELECT body FROM steps WHERE state = ? ORDER BY created_at, id", (state,))
    return [_decode(body) for (body,) in rows]


def steps_of_incident(db: Connection, incident: str) -> list[Step]:
    """In the order in which they were planned."""
    rows = db.execute("SELECT body FROM steps WHERE incident = ? ORDER BY created_at, run, position", (incident,))
    return [_decode(body) for (body,) in rows]


def closed_since(db: Connection, at: int) -> set[tuple[str, str]]:
    """Targets that steps created at or after `at` closed, or may have."""
    rows = db.execute(
        "SELECT body FROM steps WHERE created_at >= ? AND state IN ('trying', 'unknown', 'done', 'undoing', 'undone')",
        (at,))
    return {step.target for (body,) in rows if (step := _decode(body)).target and step.attempts}


def listed(journal: Journal, *, limit: int = 1000) -> list[Step]:
    """Every step, the newest first."""
    rows = journal.read().execute("SELECT body FROM steps ORDER BY created_at DESC, run, position LIMIT ?", (limit,))
    return [_decode(body) for (body,) in rows]


def contained(journal: Journal) -> dict[tuple[str, str], int]:
    """What is closed now: (event field, value) of each containing step that is done -> when, nanoseconds."""
    rows = journal.read().execute("SELECT body FROM steps WHERE state = 'done' ORDER BY created_at")
    steps = (_decode(body) for (body,) in rows)
    return {step.target: step.finished_at for step in steps if step.target}


def counted(journal: Journal) -> dict[str, int]:
    """Number of steps by state."""
    return dict(journal.read().execute("SELECT state, COUNT(*) FROM steps GROUP BY state").fetchall())


def failed_since(journal: Journal, at: int) -> int:
    """Number of steps created at or after `at` that failed."""
    count: int = journal.read().execute(
        "SELECT COUNT(*) FROM steps WHERE state = 'failed' AND created_at >= ?", (at,)).fetchone()[0]
    return count


def matching(journal: Journal, prefix: str) -> list[Step]:
    """Steps whose id begins with `prefix`, an exact match alone; at most ten."""
    rows = journal.read().execute(
        "SELECT body FROM steps WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 10", (len(prefix), prefix)).fetchall()
    steps = [_decode(body) for (body,) in rows]
    return [step for step in steps if step.id == prefix] or steps
